// SPDX-License-Identifier: GPL-3.0-or-later
// A new connection: to the address that was chosen, and to others when that one fails or dawdles. RFC 8305, 5.
#include <cerrno>
#include <cstring>
#include <utility>

#include "http/client/pool.hpp"

namespace arint::http {

using runtime::Deadline;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr Millis attempt_delay{250};  // RFC 8305, 8: Connection Attempt Delay
constexpr std::size_t most_attempts = 8;

}  // namespace

// Attempts that run side by side; the first to succeed counts.
struct Upstream::Inside::Race {
  runtime::Event moved{};
  std::unique_ptr<Link> link{};
  Endpoint* to = nullptr;
  Error last{};
  unsigned running = 0, connecting = 0;  // of the running: those without a TCP connection yet
  bool late = false;                     // those are cut for having none
};

// An attempt among those that have no TCP connection, until it has one or ends.
class Upstream::Inside::Connecting {
 public:
  explicit Connecting(Race& race) noexcept : race_(race) { ++race_.running, ++race_.connecting; }
  ~Connecting() {
    done();
    --race_.running;
    race_.moved.set();
  }
  Connecting(const Connecting&) = delete;
  void done() noexcept {
    if (!std::exchange(done_, true)) --race_.connecting;
  }
  bool connected() const noexcept { return done_; }

 private:
  Race& race_;
  bool done_ = false;
};

Result<void> Upstream::Inside::ready_for_tls() {
  if (options.scheme != "https" || tls) return {};
  Result<std::shared_ptr<TlsContext>> made = TlsContext::client(TlsClientOptions());
  if (!made) return made.error();
  tls = *made;
  return {};
}

Task<Result<Stream>> Upstream::Inside::reach(Endpoint& endpoint, Connecting* progress) {
  if (options.may_connect && !options.may_connect(endpoint.address))
    co_return Error{Fault::rejected, name + " is at " + endpoint.text + ", where calls are not allowed to go."};
  runtime::Socket socket;
  if (endpoint.numbers) endpoint.numbers->connects.add();
  IoResult done = co_await runtime::Socket::connect(socket, endpoint.address);
  if (!done.ok()) {
    if (done.error() == ECANCELED) co_return Error{Fault::cancelled, "Stopped while connecting to " + name + "."};
    co_return unreachable(endpoint.text + ": " + std::strerror(done.error()));
  }
  if (progress) progress->done();
  if (options.scheme != "https") co_return Stream(std::move(socket));
  std::unique_ptr<TlsSession> session = TlsSession::connect(*tls, options.host, endpoint.resumption);
  if (!session) co_return unreachable("no memory for TLS");
  IoResult shaken = co_await session->handshake(socket);
  if (shaken.ok()) co_return Stream(std::move(socket), std::move(session));
  if (shaken.error() == ECANCELED) co_return Error{Fault::cancelled, "Stopped while connecting to " + name + "."};
  if (shaken.error() == ETIMEDOUT) co_return unreachable("the TLS handshake took too long");
  if (session->refused_by_us())
    co_return Error{Fault::refused, "The certificate of " + name + " is not to be trusted: " + session->reason() + "."};
  if (session->reason().find("alert") != std::string::npos) co_return Error{Fault::refused, name + " refused the TLS connection: " + session->reason() + "."};
  co_return unreachable("the TLS handshake failed: " + session->reason());
}

Task<void> Upstream::Inside::attempt(Endpoint& endpoint, Race& race) {
  ++endpoint.uses;
  {
    Connecting progress(race);
    Result<Stream> reached = co_await reach(endpoint, &progress);
    if (reached && !race.link) {
      race.link = std::make_unique<Link>(options, name, std::move(*reached));
      race.to = &endpoint;
    } else if (!reached) {
      const bool stopped = reached.error().fault == Fault::cancelled;
      if (stopped ? race.late && !progress.connected() : reached.error().fault == Fault::unreachable) judge(endpoint, Fault::unreachable);
      if (!stopped) race.last = reached.error();
    }
  }
  --endpoint.uses;
}

Task<Result<std::unique_ptr<Link>>> Upstream::Inside::connect(Endpoint& first, std::optional<std::uint64_t> key, Endpoint*& to) {
  runtime::Context* context = co_await runtime::this_context();
  Deadline until(*context, options.connect_timeout);
  ++counters.connects;
  if (Result<void> ready = ready_for_tls(); !ready) co_return ready.error();
  Race race;
  race.last = unreachable("no address answered in time");
  Target* tried[most_attempts];
  std::size_t count = 0;
  runtime::TaskGroup attempts(*context, runtime::Siblings::go_on);
  for (Endpoint* next = &first; !race.link;) {
    if (next) {
      tried[count++] = next;
      attempts.spawn(attempt(*next, race));
      next = nullptr;
    }
    if (race.link) break;
    const bool more = count < most_attempts && count < balancer.size();
    // A peer that does not want our certificate, or whose own does not convince, is an answer: others would say the same.
    if (race.running == 0 && (!more || race.last.fault != Fault::unreachable)) break;
    bool dawdles = race.running == 0;
    if (!dawdles) {
      Deadline patience(*context, more ? attempt_delay : Millis::max());
      IoResult moved = co_await race.moved.wait();
      if (!moved.ok() && !patience.fired()) break;
      dawdles = !moved.ok() ? race.connecting > 0 : race.running == 0;
    }
    if (race.link || until.fired() || context->error()) break;
    if (dawdles && more) next = pick(key, std::span<Target* const>(tried, count));
    if (!next && race.running == 0) break;
  }
  const int cut = context->error();
  race.late = cut != ECANCELED;
  attempts.cancel(ECANCELED);
  static_cast<void>(co_await attempts.join());
  if (race.link && !cut) {
    ++counters.open;
    to = race.to;
    co_return std::move(race.link);
  }
  ++counters.connect_faults;
  if (cut == ECANCELED) co_return Error{Fault::cancelled, "Stopped while connecting to " + name + "."};
  if (race.last.fault == Fault::timeout) race.last.fault = Fault::unreachable;  // nothing was sent
  co_return race.last;
}

}  // namespace arint::http
