// SPDX-License-Identifier: GPL-3.0-or-later
// What is read from a store: a message to work on, a message to show, a page of a list, and the node's own notes.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/write.hpp"

namespace arint::store {

struct Recorded {
  std::string step{};
  RecordKind kind = RecordKind::result;
  std::string outgoing{};
  std::int64_t at_ms = 0;
  std::string content{};
};

// A message as a run needs it. `message` looks into this object: it does not move.
struct Loaded {
  Loaded() = default;
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  message::Message message{};
  std::string body{};
  Digest version{};
  std::int32_t run = 1;
  std::string from_step{}, redirect{};    // of a replay
  std::int64_t accepted_ms = 0;
  std::vector<Recorded> records{};        // of this run, by step

  std::string head{}, channel{}, content_type{};
  std::vector<message::Field> fields{};
};

// What lists show of a message.
struct Summary {
  Number number = 0;
  Id id{}, cid{};
  std::string channel{}, service{};
  State state = State::waiting;
  std::int32_t run = 1, attempts = 0;
  std::uint8_t priority = 5;
  std::int64_t accepted_ms = 0, changed_ms = 0, due_ms = 0, expires_ms = 0;
  std::uint64_t body_bytes = 0;
  std::optional<Fault> fault{};
  std::string outgoing{}, step{}, reason{}, place{}, order{};
  bool behind = false;                    // it waits for an earlier message with its key
};

struct Tried {
  std::int32_t run = 1;
  std::string step{}, outgoing{};
  std::int64_t at_ms = 0, duration_ms = 0;
  Fault fault = Fault::bug;
  int status = 0;
  std::string words{};
};

struct RunShown {
  std::int32_t run = 1;
  std::int64_t at_ms = 0;
  std::string from_step{}, redirect{}, by{};
  bool edited = false;
};

struct Details {
  Summary summary{};
  std::string principal{};
  Digest version{};
  std::vector<RunShown> runs{};           // from the second on
  std::vector<Tried> attempts{};
  std::vector<Recorded> records{};        // all runs; content only of the answer
};

// All conditions given must hold.
struct Query {
  std::string channel{}, service{}, outgoing{};
  std::optional<State> state{};
  std::optional<Fault> fault{};
  std::int64_t from_ms = 0, to_ms = 0;    // accepted within [from, to)
  std::optional<Id> cid{};
  std::string text{};                     // in the body, as bytes
  Number before = 0;                      // the page before ended here; 0: from the newest
  unsigned most = 100;
};

// A page takes a bounded time: it may hold fewer than `most`, even none, and still not be the last.
struct Page {
  std::vector<Summary> messages{};        // newest first
  Number next = 0;                        // Query::before of the next page; 0: this was the last
};

struct EventRead { std::int64_t serial = 0; std::int64_t at_ms = 0; std::string content{}; };
struct PlaceRead { std::string name{}; std::int64_t since_ms = 0, probe_ms = 0, failures = 0, waiting = 0; std::string note{}; };
struct LineRead { std::string channel{}, order{}; Number first = 0; State state = State::waiting; std::int64_t behind = 0; };
struct VersionRead { std::string service{}; std::vector<SourceFile> files{}; };

// The journal in front of the tables. While it is made, and where there is none, messages are accepted in the tables.
enum class JournalState : std::uint8_t { none, making, ready };
constexpr std::string_view word(JournalState state) noexcept {
  switch (state) {
    case JournalState::none: return "none";
    case JournalState::making: return "is being made";
    case JournalState::ready: return "ready";
  }
  return "";
}

// For `arint store status`, metrics and readiness.
struct Status {
  std::string path{};
  bool accepting = true;
  std::string problem{};                  // why not; "" when all is well
  std::int64_t unresolved = 0;            // messages waiting, running, retrying, held or dead
  std::uint64_t commits = 0, writes = 0, syncs = 0, batch_most = 0, refused = 0, checkpoints = 0;
  JournalState journal = JournalState::none;
  std::uint64_t journaled = 0;            // messages that were accepted in the journal before they came into the tables
  std::uint64_t queued = 0;               // writes that wait for the next commit
  std::uint64_t wal_bytes = 0, wal_most_bytes = 0, file_bytes = 0, free_disk_bytes = 0;
  std::int64_t schema = 0;
};

}  // namespace arint::store
