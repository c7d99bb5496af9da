// SPDX-License-Identifier: GPL-3.0-or-later
// Scheme: one way to prove who somebody is. The catalogue lists them; a project names the ones it uses under `security:`, channels and
// outgoings refer to these names.
//
// The hooks a scheme may implement: verify a request (Verifier), apply to one (Applier), sign what is sent (Signer).
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "declare/settings.hpp"
#include "security/verifier.hpp"

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

// A part of `security:`.
struct Options {
  declare::Choice kind{};
};
using Parts = std::map<std::string, Options>;

// Makes the verifiers of one core, each when it is first asked for; those that are made of others ask for these.
class Verifiers {
 public:
  Verifiers(const Parts& parts, declare::Reading& reading) : parts_(parts), reading_(reading) {}
  // nullptr: there is no such part, or it verifies nothing, or is made of itself; what is wrong was reported.
  std::shared_ptr<Verifier> get(const declare::Name& name);
  declare::Reading& reading() noexcept { return reading_; }

 private:
  const Parts& parts_;
  declare::Reading& reading_;
  std::map<std::string, std::shared_ptr<Verifier>> made_;
  std::set<std::string> open_;  // being made: one of them asked for again is made of itself
};

struct Scheme {
  declare::Shape options;
  // Each null when the scheme does not do that; a maker gives null when it reported problems, or these options do not do that.
  std::unique_ptr<const Signer> (*signer)(const declare::Choice& options, declare::Reading& reading) = nullptr;
  std::unique_ptr<Verifier> (*verifier)(const declare::Choice& options, Verifiers& others) = nullptr;
  std::unique_ptr<const Applier> (*applier)(const declare::Choice& options, declare::Reading& reading) = nullptr;
};

// Every scheme of the product.
const std::vector<Scheme>& schemes();

declare::Settings<Options> settings();

// Null when it reported problems, or the scheme signs nothing.
std::shared_ptr<const Signer> make_signer(const Options& options, declare::Reading& reading);
// Null when it reported problems, or the scheme applies nothing.
std::shared_ptr<const Applier> make_applier(const Options& options, declare::Reading& reading);

}  // namespace arint::security
