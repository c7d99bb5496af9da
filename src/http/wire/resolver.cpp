// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/wire/resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <cstring>

namespace arint::http {

using runtime::Address;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr std::size_t most_entries = 1'024;
constexpr std::uint64_t remember_failure_ns = 1'000'000'000;

Address with_port(Address address, std::uint16_t port) {
  sockaddr_storage storage{};
  std::memcpy(&storage, address.data(), address.length());
  if (storage.ss_family == AF_INET) reinterpret_cast<sockaddr_in&>(storage).sin_port = htons(port);
  if (storage.ss_family == AF_INET6) reinterpret_cast<sockaddr_in6&>(storage).sin6_port = htons(port);
  return Address(reinterpret_cast<const sockaddr*>(&storage), address.length());
}

// On a thread of the pool. "" or the reason of the failure.
std::string ask_system(const std::string& host, std::vector<Address>& out) {
  // The resolver's state belongs to the thread: two tries of two seconds instead of its defaults, so that a stop can wait.
  thread_local bool prepared = false;
  if (!prepared) {
    ::res_init();
    _res.retrans = 2;
    _res.retry = 2;
    prepared = true;
  }
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (int code = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found)) return ::gai_strerror(code);
  for (const addrinfo* at = found; at; at = at->ai_next)
    if (at->ai_family == AF_INET || at->ai_family == AF_INET6) out.emplace_back(at->ai_addr, at->ai_addrlen);
  ::freeaddrinfo(found);
  return out.empty() ? "the name has no address" : "";
}

}  // namespace

struct Resolver::Entry {
  std::string host{};
  std::vector<Address> addresses{};
  std::string failure{};
  std::uint64_t valid_until_ns = 0;
  bool looking = false;
  unsigned waiting = 0;  // coroutines that refer to this entry
  runtime::Event done{};
};

Resolver::Resolver(Millis keep) : keep_(keep) {}
Resolver::~Resolver() = default;

Task<void> Resolver::close() {
  lookups_.cancel(ECANCELED);
  static_cast<void>(co_await lookups_.join());
}

Task<void> Resolver::look_up(Entry& entry) {
  std::vector<Address> found;
  std::string failure = "no thread was free";
  auto job = [&] { failure = ask_system(entry.host, found); };
  IoResult ran = co_await pool_.run(job);
  const std::uint64_t now = runtime::Loop::current().coarse_now_ns();
  entry.looking = false;
  entry.failure = ran.ok() ? failure : std::string("the look-up was given up");
  // A failure does not make yesterday's addresses wrong: whoever has some keeps them.
  if (entry.failure.empty()) entry.addresses = std::move(found);
  entry.valid_until_ns = now + (entry.failure.empty() ? static_cast<std::uint64_t>(keep_.count()) * 1'000'000 : remember_failure_ns);
  entry.done.set();
}

Task<Result<std::vector<Address>>> Resolver::resolve(const std::string& host, std::uint16_t port, Stale stale) {
  const std::string bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (std::optional<Address> numeric = Address::parse(bracketed + ":" + std::to_string(port))) co_return std::vector<Address>(1, *numeric);

  auto at = entries_.find(host);
  if (at == entries_.end()) {
    if (entries_.size() >= most_entries) {
      std::erase_if(entries_, [](const auto& entry) { return !entry.second->looking && !entry.second->waiting; });
      if (entries_.size() >= most_entries) co_return Error{Fault::busy, "Too many host names are being looked up at once."};
    }
    at = entries_.emplace(host, std::make_unique<Entry>()).first;
    at->second->host = host;
  }
  Entry& entry = *at->second;
  const std::uint64_t now = runtime::Loop::current().coarse_now_ns();
  if (now >= entry.valid_until_ns && !entry.looking) {
    entry.looking = true;
    entry.done.reset();
    lookups_.spawn(look_up(entry));
  }
  while (entry.looking && (entry.addresses.empty() || stale == Stale::no)) {
    ++entry.waiting;
    IoResult waited = co_await entry.done.wait();
    --entry.waiting;
    if (!waited.ok()) {
      const bool stopped = waited.error() == ECANCELED;
      co_return Error{stopped ? Fault::cancelled : Fault::timeout, "The address of " + host + " was not found in time."};
    }
    entry.done.set();  // the next one who waits
  }
  if (entry.addresses.empty()) co_return Error{Fault::unreachable, "The name " + host + " cannot be resolved: " + entry.failure + "."};
  std::vector<Address> out;
  for (const Address& address : entry.addresses) out.push_back(with_port(address, port));
  co_return out;
}

}  // namespace arint::http
