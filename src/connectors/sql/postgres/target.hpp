// SPDX-License-Identifier: GPL-3.0-or-later
// Target: a `postgresql://` url taken apart, by libpq itself, so that every url its other programs know means the same here.
// Source: PostgreSQL 15 manual, section 34.1 (connection URIs).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace arint::connectors::sql {

struct Target {
  struct Host {
    std::string name{};     // or the folder of a Unix socket
    std::string address{};  // when the url said hostaddr: not looked up
    std::uint16_t port = 5432;
    bool local() const;     // this machine: a Unix socket, a loopback address or "localhost"
  };
  std::vector<Host> hosts{};
  // Everything else the url says, by libpq's keywords: user, dbname, sslmode, ...
  std::vector<std::pair<std::string, std::string>> rest{};
  std::string peer{};       // "postgresql://db:5432/orders"

  bool has(std::string_view keyword) const { return !get(keyword).empty(); }
  std::string_view get(std::string_view keyword) const;
  bool local() const;  // all hosts are

  // The fault (rejected) says what is wrong without repeating the url, which may hold what it should not.
  static Result<Target> of(const std::string& url);
};

}  // namespace arint::connectors::sql
