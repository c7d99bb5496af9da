// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin.hpp"

#include "log/metrics/registry.hpp"

namespace arint::admin {

Result<void> Admin::open(const std::string& address) {
  server_ = std::make_unique<http::Server>(http::ServerOptions{}, *this, budget_);
  return server_->listen(address, runtime::ReusePort::no);
}

runtime::Task<void> Admin::close() {
  if (server_) co_await server_->drain(Millis(1'000));
  server_.reset();
}

runtime::Task<void> Admin::handle(http::Exchange& exchange) {
  const std::string_view path = exchange.path();
  if (exchange.method() != http::Method::get && exchange.method() != http::Method::head) {
    const http::Field fields[] = {{"Allow", "GET, HEAD"}};
    static_cast<void>(co_await exchange.problem(405, "Only GET is served here.", fields));
  } else if (path == "/health/live") {
    const http::Field fields[] = {{"Content-Type", "text/plain"}};
    static_cast<void>(co_await exchange.respond(200, fields, "live\n"));
  } else if (path == "/health/ready") {
    const http::Field fields[] = {{"Content-Type", "text/plain"}};
    const bool ready = engine_.ready();
    static_cast<void>(co_await exchange.respond(ready ? 200 : 503, fields, ready ? "ready\n" : "not ready\n"));
  } else if (path == "/metrics") {
    const http::Field fields[] = {{"Content-Type", log::content_type}};
    const std::string text = engine_.metrics();
    static_cast<void>(co_await exchange.respond(200, fields, text));
  } else {
    static_cast<void>(co_await exchange.problem(404, "Served here: /health/live, /health/ready, /metrics."));
  }
}

}  // namespace arint::admin
