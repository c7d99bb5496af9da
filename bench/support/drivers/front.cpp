// SPDX-License-Identifier: GPL-3.0-or-later
// bench_front bare FILE PORT CORES | redis SERVER PORT CORES | rabbitmq SERVER PORT CORES
//
// The peers of bench/accept: our own HTTP server, and behind it nothing but a place that makes a body durable. POST is answered as a
// durable channel does it, after that. GET /syncs: how many fdatasync calls the bare log has made.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.hpp"
#include "bare_log.hpp"
#include "http/server/server.hpp"
#include "sink.hpp"

namespace {

using namespace arint;
using runtime::Task;

class Bare : public bench::Sink {
 public:
  explicit Bare(bench::BareLog& log) : log_(log) {}
  Task<bool> open() override { co_return true; }
  Task<bool> keep(std::string_view body) override {
    bench::BareLog::Waiting waiting(log_, body);
    co_await waiting;
    co_return true;
  }

 private:
  bench::BareLog& log_;
};

struct Front : http::Handler {
  Front(std::unique_ptr<bench::Sink> the_sink, bench::BareLog* the_log) : sink(std::move(the_sink)), log(the_log) {}
  Task<void> handle(http::Exchange& exchange) override {
    if (exchange.method() != http::Method::post) {
      const std::string count = std::to_string(log ? log->syncs() : 0);
      static_cast<void>(co_await exchange.respond(200, count));
      co_return;
    }
    Result<std::string_view> body = co_await exchange.read_all(1 << 20);
    if (!body) {
      static_cast<void>(co_await exchange.problem(body.error()));
      co_return;
    }
    const bool kept = co_await sink->keep(*body);
    const std::string id = Id::random().hex(), text = "{\"id\":\"" + id + "\",\"state\":\"waiting\"}", location = "/.arint/messages/" + id;
    const http::Field fields[] = {{"Content-Type", "application/json"}, {"Location", location}};
    static_cast<void>(co_await exchange.respond(kept ? 202 : 503, fields, text));
  }
  std::unique_ptr<bench::Sink> sink;
  bench::BareLog* log;
};

Task<> serve(Front* front, http::ConnectionBudget* budget, std::string address) {
  const bool opened = co_await front->sink->open();
  http::ServerOptions options;
  options.requests_per_connection = 4'000'000'000;
  http::Server server(options, *front, *budget);
  Result<void> listening = server.listen(address);
  if (!opened || !listening) {
    std::fprintf(stderr, "bench_front: %s\n", opened ? listening.error().sentence.c_str() : "the server behind it cannot be used");
    std::exit(1);
  }
  for (;;) static_cast<void>(co_await runtime::sleep(std::chrono::hours(1)));
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) return std::fprintf(stderr, "usage: bench_front bare|redis|rabbitmq FILE|PORT PORT CORES\n"), 2;
  const std::string kind = words[1], address = "127.0.0.1:" + std::string(words[3]);
  const auto server = static_cast<std::uint16_t>(std::atoi(words[2]));
  std::unique_ptr<bench::BareLog> log;
  if (kind == "bare") log = std::make_unique<bench::BareLog>(words[2]);
  http::ConnectionBudget budget(4096);
  std::vector<std::thread> threads;
  for (unsigned core = 0; core < static_cast<unsigned>(std::atoi(words[4])); ++core)
    threads.emplace_back([&, core] {
      Front front(log ? std::make_unique<Bare>(*log) : kind == "redis" ? bench::redis(server) : bench::rabbitmq(server), log.get());
      runtime::Loop loop(runtime::Loop::Backend::automatic, core);
      loop.run(serve(&front, &budget, address));
    });
  for (std::thread& thread : threads) thread.join();
}
