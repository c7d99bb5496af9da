// SPDX-License-Identifier: GPL-3.0-or-later
// What an HTTP outgoing and a `send` to it can be told.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "declare/settings.hpp"
#include "http/client/balance/balancer.hpp"

namespace arint::http {
const declare::Words<BalanceBy>& words_of(BalanceBy);
}

namespace arint::connectors::http {

struct Balance {
  arint::http::BalanceBy by = arint::http::BalanceBy::round_robin;
  declare::Expression key{};
  Millis slow_start{};
};

struct Eject {
  std::int64_t failures = 0;
  Millis time{};
  std::int64_t at_most = 0;
};

struct Health {
  std::string path{};
  Millis every{};
  Millis timeout{};
  std::vector<std::int64_t> statuses{};
  std::int64_t down_after = 0, up_after = 0;
};

struct Hedge {
  Millis after{};
  std::int64_t at_most = 0;
};

struct OutgoingTls {
  std::optional<declare::File> ca{};
  std::optional<declare::File> certificate{};
  std::optional<declare::File> key{};
};

struct OutgoingOptions {
  std::string url{};
  Millis connect_timeout{};
  Millis first_byte_timeout{};
  Millis idle_timeout{};
  Size response{};
  bool keep_host = false;
  std::string strip_prefix{};
  std::vector<std::string> addresses{};
  Millis resolve_every{};
  Balance balance{};
  Eject eject{};
  std::optional<Health> health{};
  std::optional<Hedge> hedge{};
  std::optional<OutgoingTls> tls{};
  Position at{};
};

struct SendOptions {
  std::string method{};
  declare::Expression path{};
  declare::Fields<declare::Expression> query{};
  declare::Fields<declare::Expression> headers{};
  declare::Expression body{};
  std::optional<declare::Name> as{};
  std::vector<std::int64_t> accept{};
};

declare::Settings<OutgoingOptions> outgoing_settings();
declare::Settings<SendOptions> send_settings();

}  // namespace arint::connectors::http
