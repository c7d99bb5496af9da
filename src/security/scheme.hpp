// SPDX-License-Identifier: GPL-3.0-or-later
// Scheme: one way to prove who sends. The catalogue lists them; a project names the ones it uses under `security:`.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "declare/settings.hpp"

namespace arint::security {

// What goes out, as far as a signature covers it. Views live until the call has returned.
struct Outbound {
  std::string_view id{};        // the same for each repeat of the call
  std::int64_t at_seconds = 0;  // since 1970
  std::string_view body{};
};

// Used by all cores: it does not change once it is made.
class Signer {
 public:
  virtual ~Signer() = default;
  // The fields to add.
  virtual std::vector<std::pair<std::string, std::string>> sign(const Outbound& what) const = 0;
};

struct Scheme {
  declare::Shape options;
  // Null when it reported problems.
  std::unique_ptr<const Signer> (*signer)(const declare::Choice& options, declare::Reading& reading) = nullptr;
};

// Every scheme of the product.
const std::vector<Scheme>& schemes();

// A part of `security:`.
struct Options {
  declare::Choice kind{};
};
declare::Settings<Options> settings();

// Null when it reported problems, or the scheme signs nothing.
std::shared_ptr<const Signer> make_signer(const Options& options, declare::Reading& reading);

}  // namespace arint::security
