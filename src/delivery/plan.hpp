// SPDX-License-Identifier: GPL-3.0-or-later
// Plan: what a run needs of the version its message is pinned to. The engine makes it: of the configuration that is served, or of the
// files that are kept in the store.
#pragma once
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/units.hpp"
#include "flow/service.hpp"
#include "format/format.hpp"

namespace arint::delivery {

enum class OnDead : std::uint8_t { hold, skip };  // what a dead message does to those behind it in its line

struct Plan {
  const flow::Service* service = nullptr;
  message::Core* core = nullptr;
  std::vector<const format::Format*> formats{};   // of the channel; the first is the default
  Size memory{64 << 20};
  Millis retention{std::chrono::hours(24 * 7)};
  OnDead on_dead = OnDead::hold;
};

class Plans {
 public:
  virtual ~Plans() = default;
  // `redirect`: "" or "one=other", what is sent to outgoing one goes to the other. Valid as long as this.
  // Faults: rejected (it no longer fits: an outgoing is gone), and those of Store::version.
  virtual runtime::Task<Result<Plan>> plan(Digest version, std::string_view channel, std::string_view redirect) = 0;
};

}  // namespace arint::delivery
