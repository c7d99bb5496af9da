// SPDX-License-Identifier: GPL-3.0-or-later
// Admin: the node's own listeners. On node.admin, for anybody who gets there: GET /health/live, /health/ready, /metrics. On
// data/arint.sock (mode 0600), for the commands of whoever runs the node: POST /reload too.
#pragma once
#include <memory>
#include <string>

#include "engine/engine.hpp"
#include "http/server/server.hpp"

namespace arint::admin {

// What the commands ask of a running node; on the main loop.
class Control {
 public:
  virtual ~Control() = default;
  // Reads the project again and serves it. The text says what changed over; the error, every fault.
  virtual runtime::Task<Result<std::string>> reload() = 0;
};

class Admin : public http::Handler {
 public:
  explicit Admin(engine::Engine& engine) : engine_(engine) {}

  // On the main loop. Faults as of Server::listen.
  Result<void> open(const std::string& address);
  Result<void> open_socket(const std::string& path, Control& control);
  runtime::Task<void> close();

 private:
  // The socket of the commands.
  struct Local : http::Handler {
    Local(Admin& of, Control& does) : admin(of), control(does) {}
    runtime::Task<void> handle(http::Exchange& exchange) override;
    runtime::Task<void> tell_about_store(http::Exchange& exchange);
    Admin& admin;
    Control& control;
  };
  runtime::Task<void> handle(http::Exchange& exchange) override;

  engine::Engine& engine_;
  http::ConnectionBudget budget_{256};
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<Local> local_;
  std::unique_ptr<http::Server> local_server_;
};

}  // namespace arint::admin
