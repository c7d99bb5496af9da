// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/login.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/text.hpp"

namespace arint::connectors::sql {

using runtime::IoResult;
using runtime::Task;
using Clock = std::chrono::steady_clock;

namespace {

constexpr Millis least_try{250};      // what one address of several is given at least
constexpr int look_up_ms = 20;        // how soon a cut is noticed by the thread

// "FATAL:  28P01: password authentication failed": libpq tells the code of a failed login in no other way.
std::string sqlstate_in(std::string_view message) {
  for (std::size_t at = message.find(":  "); at != std::string_view::npos; at = message.find(":  ", at + 1)) {
    std::string_view code = message.substr(at + 3, 5);
    const bool coded = code.size() == 5 && message.substr(at + 8, 2) == ": " &&
                       std::all_of(code.begin(), code.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
    if (coded) return std::string(code);
  }
  return {};
}

// The first line, and of what the server said only its words.
std::string words_in(std::string_view message, std::string_view sqlstate) {
  std::string_view line = trim(message).substr(0, trim(message).find('\n'));
  if (!sqlstate.empty()) {
    const std::size_t at = line.find(sqlstate);
    if (at != std::string_view::npos) line.remove_prefix(std::min(line.size(), at + sqlstate.size() + 2));
  }
  return std::string(line);
}

// What libpq itself refuses: settings or credentials that waiting does not mend.
bool a_person_must_act(std::string_view words) {
  for (std::string_view sign : {"certificate", "no password supplied", "does not support SSL", "authentication method", "root.crt"})
    if (words.find(sign) != std::string_view::npos) return true;
  return false;
}

const char* word(Tls tls) {
  switch (tls) {
    case Tls::disable: return "disable";
    case Tls::require: return "require";
    case Tls::verify_ca: return "verify-ca";
    case Tls::verify_full: return "verify-full";
  }
  return "verify-full";
}

}  // namespace

// Runs on a thread: libpq's own steps, waiting in poll() between them, until it is connected, late or cut.
struct Login::Attempt {
  Parameters parameters;
  Millis limit;
  std::atomic<bool> cut{false};
  PGconn* connection = nullptr;  // connected; whoever waits takes it
  std::string message{};

  ~Attempt() {
    if (connection) PQfinish(connection);
  }

  void operator()() {
    std::vector<const char*> names, values;
    for (const auto& [name, value] : parameters) names.push_back(name.c_str()), values.push_back(value.c_str());
    names.push_back(nullptr), values.push_back(nullptr);
    PGconn* trying = PQconnectStartParams(names.data(), values.data(), 0);
    if (!trying) {
      message = "out of memory";
      return;
    }
    PQsetErrorVerbosity(trying, PQERRORS_VERBOSE);
    if (steps(trying)) {
      connection = trying;
      return;
    }
    if (message.empty()) message = PQerrorMessage(trying);
    PQfinish(trying);
  }

 private:
  bool steps(PGconn* trying) {
    if (PQstatus(trying) == CONNECTION_BAD) return false;
    const Clock::time_point until = Clock::now() + limit;
    for (PostgresPollingStatusType status = PGRES_POLLING_WRITING; status != PGRES_POLLING_OK; status = PQconnectPoll(trying)) {
      if (status == PGRES_POLLING_FAILED) return false;
      pollfd waiting{PQsocket(trying), static_cast<short>(status == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
      while (::poll(&waiting, 1, look_up_ms) <= 0)
        if (cut || Clock::now() >= until) return message = "it did not answer in time", false;
    }
    return true;
  }
};

Login::Login(const Options& options, Target target) : options_(options), target_(std::move(target)) {}

Task<void> Login::close() { co_await resolver_.close(); }

// Later names win over earlier ones in libpq, so ours stand behind the url's.
Login::Parameters Login::parameters(const Address& address, std::string_view attributes) const {
  Parameters out = target_.rest;
  const bool local = address.host->local();
  if (!target_.has("sslmode")) out.emplace_back("sslmode", options_.tls ? word(*options_.tls) : local ? "disable" : "verify-full");
  if (!target_.has("sslrootcert")) out.emplace_back("sslrootcert", options_.ca);
  // Kerberos encryption looks into ticket files and asks servers of its own: only for those who want it.
  if (!target_.has("gssencmode")) out.emplace_back("gssencmode", "disable");
  // A peer that vanished without a word is noticed, also in the middle of an answer.
  if (!target_.has("keepalives_idle")) out.emplace_back("keepalives_idle", "60");
  if (!target_.has("tcp_user_timeout")) out.emplace_back("tcp_user_timeout", "60000");
  if (!target_.has("application_name")) out.emplace_back("application_name", "arint");
  if (!attributes.empty()) out.emplace_back("target_session_attrs", attributes);
  out.emplace_back("client_encoding", "UTF8");
  out.emplace_back("host", address.host->name);
  if (!address.numeric.empty()) out.emplace_back("hostaddr", address.numeric);
  out.emplace_back("port", std::to_string(address.host->port));
  if (!options_.password.empty()) out.emplace_back("password", options_.password.reveal());
  return out;
}

Task<Result<std::vector<Login::Address>>> Login::addresses() {
  std::vector<Address> out;
  Error last{Fault::unreachable, "no address"};
  for (const Target::Host& host : target_.hosts) {
    if (host.name.starts_with('/') || !host.address.empty()) {
      out.push_back(Address{&host, host.address});
      continue;
    }
    Result<std::vector<runtime::Address>> found = co_await resolver_.resolve(host.name, host.port);
    if (!found && found.error().fault == Fault::cancelled) co_return found.error();
    if (!found) last = found.error();
    else for (const runtime::Address& address : *found) out.push_back(Address{&host, address.host()});
  }
  if (!out.empty()) co_return out;
  if (last.fault == Fault::timeout) last.fault = Fault::unreachable;  // nothing was sent
  co_return error_of(last.fault, {.peer = target_.peer, .words = last.sentence});
}

Error Login::why_not(const Attempt& attempt) const {
  const std::string sqlstate = sqlstate_in(attempt.message);
  const std::string words = words_in(attempt.message, sqlstate);
  if (sqlstate.empty()) return error_of(a_person_must_act(words) ? Fault::refused : Fault::unreachable, {.peer = target_.peer, .words = words});
  const std::string code = "SQLSTATE " + sqlstate;
  // A login that is rejected for any reason of its own is a matter for a person: no message of ours is wrong.
  Fault fault = fault_of_sqlstate(sqlstate, Sent::no);
  if (fault == Fault::rejected) fault = Fault::refused;
  return error_of(fault, {.peer = target_.peer, .words = words, .code = code, .advice = advice_for_sqlstate(sqlstate)});
}

Task<Result<std::unique_ptr<Session>>> Login::attempt(const Address& address, std::string_view attributes, Millis limit) {
  Attempt attempt{parameters(address, attributes), limit};
  auto interrupt = [&attempt] { attempt.cut = true; };
  IoResult ran = co_await threads_.run(attempt, interrupt);
  if (attempt.connection) {
    auto session = std::make_unique<Session>(std::exchange(attempt.connection, nullptr));
    co_return session;
  }
  if (ran.error() == EAGAIN) co_return error_of(Fault::busy, {.peer = target_.peer, .words = "too many connections are being opened at once"});
  if (!ran.ok()) co_return cut_error(ran.error(), target_.peer, "", Sent::no);
  co_return why_not(attempt);
}

Task<Result<std::unique_ptr<Session>>> Login::connect() {
  runtime::Context* context = co_await runtime::this_context();
  runtime::Deadline until(*context, options_.connect_timeout);
  Result<std::vector<Address>> found = co_await addresses();
  if (!found) co_return found.error();
  // One host at a time is all libpq sees, so its second choice is ours to make.
  const std::string_view wanted = target_.get("target_session_attrs");
  std::vector<std::string_view> rounds{wanted};
  if (wanted == "prefer-standby") rounds = {"standby", "any"};
  std::size_t left = found->size() * rounds.size();
  Error last{Fault::unreachable, {}};
  for (std::string_view attributes : rounds)
    for (const Address& address : *found) {
      const Millis share = std::max(least_try, std::min(context->remaining(), options_.connect_timeout) / static_cast<std::int64_t>(left--));
      Result<std::unique_ptr<Session>> session = co_await attempt(address, attributes, share);
      if (session || session.error().fault == Fault::cancelled || context->error()) co_return session;
      // What a server said is worth more than that another one is silent.
      if (last.sentence.empty() || last.fault == Fault::unreachable) last = session.error();
    }
  co_return last;
}

}  // namespace arint::connectors::sql
