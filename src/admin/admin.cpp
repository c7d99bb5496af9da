// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin.hpp"

#include "admin/question.hpp"
#include "admin/submit.hpp"
#include "log/metrics/registry.hpp"

namespace arint::admin {

constexpr std::uint64_t most_edited = 64 << 20;  // bytes of a message's new body

Result<void> Admin::open(const std::string& address) {
  server_ = std::make_unique<http::Server>(http::ServerOptions{}, *this, budget_);
  return server_->listen(address, runtime::ReusePort::no);
}

Result<void> Admin::open_socket(const std::string& path, Control& control) {
  local_ = std::make_unique<Local>(*this, control);
  local_server_ = std::make_unique<http::Server>(http::ServerOptions{}, *local_, budget_);
  return local_server_->listen("unix:" + path, runtime::ReusePort::no);
}

runtime::Task<void> Admin::close() {
  for (std::unique_ptr<http::Server>* server : {&server_, &local_server_}) {
    if (*server) co_await (*server)->drain(Millis(1'000));
    server->reset();
  }
}

runtime::Task<void> Admin::Local::handle(http::Exchange& exchange) {
  if (is_about_store(exchange.path())) {
    co_await tell_about_store(exchange);
    co_return;
  }
  if (exchange.path().starts_with(channels_path)) {
    co_await serve_submit(exchange, admin.engine_);
    co_return;
  }
  if (exchange.path() != "/reload") {
    co_await admin.handle(exchange);
    co_return;
  }
  if (exchange.method() != http::Method::post) {
    const http::Field allow[] = {{"Allow", "POST"}};
    static_cast<void>(co_await exchange.problem(405, "Only POST is served here.", allow));
    co_return;
  }
  Result<std::string> done = co_await control.reload();
  const http::Field fields[] = {{"Content-Type", "text/plain; charset=utf-8"}};
  const std::string text = done ? *done : done.error().sentence;
  static_cast<void>(co_await exchange.respond(done ? 200 : 422, fields, text));
}

runtime::Task<void> Admin::Local::tell_about_store(http::Exchange& exchange) {
  Question question;
  question.changes = exchange.method() == http::Method::post;
  question.path = exchange.path();
  question.query = exchange.query();
  Result<std::string> done = std::string();
  if (exchange.has_body()) {
    Result<std::string_view> body = co_await exchange.read_all(most_edited);
    if (body) question.body = *body;
    else done = Error{Fault::rejected, body.error().sentence + "\n"};
  }
  const Note note = [this](const log::Action& line) { admin.engine_.writer().write(line); };
  if (done) done = co_await answer(admin.engine_.store(), note, question);
  const http::Field fields[] = {{"Content-Type", "text/plain; charset=utf-8"}};
  const std::string text = done ? *done : done.error().sentence;
  static_cast<void>(co_await exchange.respond(done ? 200 : 422, fields, text));
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
