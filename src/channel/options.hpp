// SPDX-License-Identifier: GPL-3.0-or-later
// What every channel can be told, whatever it listens to; and the kind of it, with that kind's own options.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "declare/settings.hpp"
#include "delivery/plan.hpp"

namespace arint::channel {

// How often one caller may ask.
struct RateOptions {
  std::int64_t requests = 0;
  Millis per{};
  std::int64_t burst = 0;                  // 0: as `requests`
  std::optional<std::string> header{};     // whose value tells callers apart
  std::optional<declare::Expression> by{};
  std::int64_t keys = 0;
};

struct Limits {
  Size body{};     // of one message, as it comes
  Size memory{};   // of one run: documents, variables, results
  std::optional<RateOptions> rate{};
};

// Instead of a service: the caller is told where else to ask.
struct Redirect {
  std::string to{};
  std::int64_t status = 0;
};

// A part of what is forwarded goes to another outgoing.
struct CanaryOptions {
  declare::Name to{};
  double percent = 0;
  std::optional<declare::Expression> when{};
  std::optional<std::string> sticky{};
};

// What a durable channel answers its callers.
enum class ReplyWhen { accepted, result };
const declare::Words<ReplyWhen>& words_of(ReplyWhen);

struct Options {
  declare::Choice kind{};
  std::optional<declare::Name> service{};
  std::optional<declare::Name> forward{};
  std::optional<Redirect> redirect{};
  std::optional<CanaryOptions> canary{};
  std::vector<declare::Name> format{};
  Millis timeout{};
  std::int64_t in_flight = 0;
  Limits limits{};
  // ---- of durable channels: durable_options.cpp
  bool durable = false;
  ReplyWhen reply = ReplyWhen::accepted;
  bool prefer = true;
  std::optional<declare::Expression> order_by{};
  delivery::OnDead on_dead = delivery::OnDead::hold;
  std::int64_t priority = 5;
  std::optional<Millis> expires{};
  std::int64_t backlog = 0;
  Millis retention{};
  // How long a caller's Idempotency-Key is remembered. Channels that are not durable look at keys only where this is written.
  std::optional<Millis> keys{};
  bool keyed() const noexcept { return !durable && keys; }
};

// What a durable channel can be told.
void declare_durable(declare::Settings<Options>& channel);

// `kinds`: the options of each connector that has an IN face.
declare::Settings<Options> settings(std::vector<declare::Shape> kinds);

}  // namespace arint::channel
