// SPDX-License-Identifier: GPL-3.0-or-later
// What a database's own error codes mean for us: one table for PostgreSQL's SQLSTATEs, one for SQLite's result codes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace arint::connectors::sql {

// Could the database have begun, or finished, what failed?
enum class Sent : std::uint8_t {
  no,   // the statement never left us, or a transaction was not being committed: it is certain that nothing was done
  yes,
};

// unreachable / timeout: the connection or the server went away (08, 57P0x), before or after the statement was sent
// refused:  login or database (28, 3D)           busy: resources, locks, deadlocks, serialisation (53, 55, 40, 58)
// timeout:  cancelled because time was over (57014)
// rejected: values, constraints, the statement itself, and whatever is unknown
// Source: PostgreSQL 15 manual, appendix A.
Fault fault_of_sqlstate(std::string_view sqlstate, Sent sent) noexcept;

// Extended result codes are fine. Source: SQLite, "Result and Error Codes".
Fault fault_of_sqlite(int code) noexcept;

// What a person can do about it, as the end of a sentence; empty when nothing general can be said.
std::string_view advice_for_sqlstate(std::string_view sqlstate) noexcept;
std::string_view advice_for_sqlite(int code) noexcept;

// "postgresql://db:5432/orders rejected "insert into ...": <words> (SQLSTATE 23505); <advice>".
struct Told {
  std::string_view peer{};
  std::string_view opening{};  // Statement::opening; empty: about the connection
  std::string_view words{};    // the database's
  std::string_view code{};     // "SQLSTATE 23505", or empty
  std::string_view advice{};
};
Error error_of(Fault fault, const Told& told);

// The fault of a cut context: cancelled, or late. Late before anything was done is `unreachable`: it can safely be done again.
Error cut_error(int error, std::string_view peer, std::string_view opening, Sent sent);

}  // namespace arint::connectors::sql
