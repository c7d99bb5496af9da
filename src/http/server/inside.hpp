// SPDX-License-Identifier: GPL-3.0-or-later
// What a Server shares with its connections.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "http/server/server.hpp"
#include "http/wire/tls_context.hpp"

namespace arint::http {

struct Workspace;

// The Date field's value, written anew when the second has changed: RFC 9110, 5.6.7.
class DateClock {
 public:
  std::string_view text();

 private:
  std::uint64_t checked_ns_ = 0;
  std::int64_t second_ = -1;
  char text_[32] = {};
};

struct Server::Inside {
  Inside(const ServerOptions& given, Handler& serves, ConnectionBudget& limits, std::shared_ptr<TlsContext> context);
  ~Inside();

  std::unique_ptr<Workspace> take_workspace();
  void keep_workspace(std::unique_ptr<Workspace> workspace) noexcept;
  void enlist(Connection& connection) noexcept;
  void delist(Connection& connection) noexcept;
  bool turning_away() const noexcept { return draining || !keep_alive; }

  ServerOptions options;
  Handler* handler;
  ConnectionBudget& budget;
  std::shared_ptr<TlsContext> tls;
  ServerCounters counters{};
  DateClock date{};
  bool draining = false;
  bool keep_alive = true;
  std::uint32_t large_heads = 0;
  std::uint32_t lingering = 0;
  Connection* first = nullptr;
  std::vector<std::unique_ptr<Workspace>> workspaces{};
  std::vector<std::unique_ptr<runtime::Listener>> listeners{};
  runtime::Event all_ended{};
  runtime::TaskGroup acceptors{runtime::Siblings::go_on};
  runtime::TaskGroup sessions{runtime::Siblings::go_on};
};

}  // namespace arint::http
