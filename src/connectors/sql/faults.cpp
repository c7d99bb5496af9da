// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/faults.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace arint::connectors::sql {
namespace {

// The longest prefix decides: a class of two characters, or a whole code before its class.
struct Row {
  std::string_view prefix;
  Fault fault;
  bool gone = false;       // the connection is gone: whether the statement was sent decides
  std::string_view advice{};
};

constexpr Row table[] = {
    {"08", Fault::unreachable, true, {}},
    {"57P05", Fault::unreachable, true, {}},
    {"57P0", Fault::unreachable, true, "the server is stopping or starting"},
    {"25P03", Fault::unreachable, true, {}},
    {"57014", Fault::timeout, false, {}},
    // A standby that used to be the primary: another connection finds the right one.
    {"25006", Fault::unreachable, false, "the server takes no changes (a standby, or read-only)"},
    {"28", Fault::refused, false, "check the user of the url and `password:`, and the server's pg_hba.conf"},
    {"3D", Fault::refused, false, "create the database, or correct the url"},
    {"40002", Fault::rejected, false, {}},
    {"40003", Fault::timeout, false, {}},
    {"40", Fault::busy, false, {}},
    {"53100", Fault::busy, false, "the server's disk is full"},
    {"53300", Fault::busy, false, "lower `connections:`, or raise the server's max_connections"},
    {"53", Fault::busy, false, {}},
    {"55", Fault::busy, false, {}},
    {"55000", Fault::rejected, false, {}},
    {"58", Fault::busy, false, {}},
    {"42501", Fault::rejected, false, "grant the user of the url the right to it"},
    {"42601", Fault::rejected, false, "correct the statement"},
    {"42P01", Fault::rejected, false, "create the table, by hand or with `setup:`, or correct the statement"},
    {"42703", Fault::rejected, false, "correct the statement, or the table"},
    {"42P18", Fault::rejected, false, "say the parameter's type with a cast: `:name::text`"},
};

const Row* row_of(std::string_view sqlstate) noexcept {
  const Row* best = nullptr;
  for (const Row& row : table)
    if (sqlstate.starts_with(row.prefix) && (!best || row.prefix.size() > best->prefix.size())) best = &row;
  return best;
}

std::string_view verb(Fault fault) {
  switch (fault) {
    case Fault::unreachable: return " cannot be reached";
    case Fault::timeout: return " gave no answer in time";
    case Fault::busy: return " is too busy";
    case Fault::refused: return " refused us";
    case Fault::cancelled: return " was no longer waited for";
    default: return " rejected it";
  }
}

}  // namespace

Fault fault_of_sqlstate(std::string_view sqlstate, Sent sent) noexcept {
  const Row* row = row_of(sqlstate);
  if (!row) return Fault::rejected;
  return row->gone && sent == Sent::yes ? Fault::timeout : row->fault;
}

std::string_view advice_for_sqlstate(std::string_view sqlstate) noexcept {
  const Row* row = row_of(sqlstate);
  return row ? row->advice : std::string_view();
}

Fault fault_of_sqlite(int code) noexcept {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL: return Fault::busy;
    case SQLITE_CANTOPEN: return Fault::unreachable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_PERM: return Fault::refused;
    case SQLITE_INTERRUPT: return Fault::timeout;
    case SQLITE_MISUSE: return Fault::bug;
    default: return Fault::rejected;
  }
}

std::string_view advice_for_sqlite(int code) noexcept {
  switch (code & 0xff) {
    case SQLITE_BUSY: return "another program holds the file";
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_IOERR: return "the file could not be read or written: look at its disk and the free space there";
    case SQLITE_CANTOPEN: return "check the path, and the rights to its folder";
    case SQLITE_NOTADB: return "the file is not a SQLite database: correct the url";
    case SQLITE_CORRUPT: return "restore it from a backup";
    case SQLITE_READONLY: return "the outgoing says `read_only`, or the file's rights do";
    case SQLITE_AUTH: return "attach, detach and load_extension are not allowed";
    default: return {};
  }
}

Error error_of(Fault fault, const Told& told) {
  Error out{fault, std::string(told.peer)};
  out.sentence += verb(fault);
  if (!told.opening.empty()) out.sentence.append(", ").append(told.opening);
  if (!told.words.empty()) out.sentence.append(": ").append(told.words);
  if (!told.code.empty()) out.sentence.append(" (").append(told.code).append(")");
  if (!told.advice.empty()) out.sentence.append("; ").append(told.advice);
  return out;
}

Error cut_error(int error, std::string_view peer, std::string_view opening, Sent sent) {
  if (error == ECANCELED) return error_of(Fault::cancelled, {.peer = peer, .opening = opening});
  if (error == ETIMEDOUT && sent == Sent::yes) return error_of(Fault::timeout, {.peer = peer, .opening = opening});
  if (error == ETIMEDOUT)
    return error_of(Fault::unreachable, {.peer = peer, .opening = opening, .words = "time was over before anything was done"});
  return error_of(sent == Sent::yes ? Fault::timeout : Fault::unreachable, {.peer = peer, .opening = opening, .words = std::strerror(error)});
}

}  // namespace arint::connectors::sql
