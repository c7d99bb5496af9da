// SPDX-License-Identifier: GPL-3.0-or-later
// Admin: the node's own listener. GET /health/live, /health/ready, /metrics.
#pragma once
#include <memory>
#include <string>

#include "engine/engine.hpp"
#include "http/server/server.hpp"

namespace arint::admin {

class Admin : public http::Handler {
 public:
  explicit Admin(engine::Engine& engine) : engine_(engine) {}

  // On the main loop. Faults as of Server::listen.
  Result<void> open(const std::string& address);
  runtime::Task<void> close();

 private:
  runtime::Task<void> handle(http::Exchange& exchange) override;

  engine::Engine& engine_;
  http::ConnectionBudget budget_{256};
  std::unique_ptr<http::Server> server_;
};

}  // namespace arint::admin
