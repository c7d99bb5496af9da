// SPDX-License-Identifier: GPL-3.0-or-later
// Login: from a url to a connection whose login is done.
//
// Names are resolved by the resolver, never by libpq, whose look-up would block. TLS and SCRAM cost milliseconds of CPU (4,096
// rounds of a hash), so the handshake is done on threads of its own; the finished connection then belongs to the loop.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/sql/options.hpp"
#include "connectors/sql/postgres/session.hpp"
#include "connectors/sql/postgres/target.hpp"
#include "http/wire/resolver.hpp"

namespace arint::connectors::sql {

class Login {
 public:
  Login(const Options& options, Target target);

  // Every host and address in turn, each with its share of connect_timeout.
  // Faults: unreachable (no answer, no such name, time over), refused (login, database, certificate), busy (too many connections,
  // no thread free), cancelled. Nothing was sent that could have done anything.
  runtime::Task<Result<std::unique_ptr<Session>>> connect();
  runtime::Task<void> close();
  const Target& target() const noexcept { return target_; }

 private:
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  struct Address {
    const Target::Host* host;
    std::string numeric;  // empty: a Unix socket
  };
  struct Attempt;

  runtime::Task<Result<std::vector<Address>>> addresses();
  runtime::Task<Result<std::unique_ptr<Session>>> attempt(const Address& address, std::string_view attributes, Millis limit);
  Parameters parameters(const Address& address, std::string_view attributes) const;
  Error why_not(const Attempt& attempt) const;

  const Options& options_;
  Target target_;
  http::Resolver resolver_{};
  runtime::OffloadPool threads_{"sql-login", 2, 4'096};
};

}  // namespace arint::connectors::sql
