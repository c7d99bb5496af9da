// SPDX-License-Identifier: GPL-3.0-or-later
// Write: what must be committed together. A list of operations in the words of the domain; Store::commit makes it durable.
//
// All of a Write happens or nothing of it. Every text and body is a view: what it refers to must stay as it is until commit has
// returned, so that nothing is copied on the way to the disk. Times are wall clock, milliseconds since 1970; 0 means none.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "message/message.hpp"
#include "store/state.hpp"

namespace arint::store {

// The place of an accepted message in its store: counts from 1, in the order of the commits.
using Number = std::int64_t;

// The right to work on a message, from the moment it was claimed until it is left. Each claim has a lease of its own, larger than all
// before it; a write under a claim that was lost (the message was dropped, or claimed again after a crash) changes nothing.
struct Claim {
  Number number = 0;
  std::int64_t lease = 0;
  std::int32_t run = 1;
};

// Bytes of a message or an answer. Those over Options::inline_limit become files, which commit() writes before everything else.
struct Content {
  std::string_view bytes{};
  Id file{};             // set by commit()
  Content() = default;
  Content(std::string_view text) : bytes(text) {}
  Content(const std::string& text) : bytes(text) {}
  Content(const char* text) : bytes(text) {}
};

// ---- a message comes in

// One use of an idempotency key; `key` is key_of(channel, principal, key).
struct KeyUse {
  Digest key{};
  std::int64_t expires_ms = 0;
};

// A message is taken in. Outcome: number and, when it may run now, claim; or what stood in the way: key, schedule_done.
struct Accept {
  const message::Message* message = nullptr;
  Content body{};
  Digest version{};                       // of its flow and files; committed by KeepVersion before, or in the same Write
  std::optional<std::string_view> order{};// commit order holds within (channel, order); at most 256 bytes
  std::uint8_t priority = 5;              // 0 first ... 9 last
  std::int64_t due_ms = 0;                // not before
  std::int64_t expires_ms = 0;
  std::optional<KeyUse> key{};
  std::string_view schedule{};            // of a timer: its name and which due time this message is
  std::int64_t schedule_due_ms = 0;
  bool run_here = true;                   // the caller wants the claim; false: it waits to be claimed

  std::string head{};                     // set by commit(): the message's head as it is stored, and the SHA-256 of its body
  Digest body_digest{};
};

// Synchronous channels: the key is claimed before the service starts, and answered after.
struct ClaimKey { Digest key{}; Digest body{}; std::int64_t at_ms = 0, expires_ms = 0; };
struct AnswerKey { Digest key{}; Content answer{}; std::int64_t expires_ms = 0; };
struct FreeKey { Digest key{}; };         // nothing was done under it: the caller may come again at once

// ---- a run goes on

enum class RecordKind : std::uint8_t {
  intent = 1,      // `on_unknown: hold`: the call is about to be made; becomes a result, or tells that it is unknown
  result = 2,      // what a call gave
  due = 3,         // when a delay ends
  checkpoint = 4,  // how far a streamed for_each has come
  answer = 5,      // what the caller gets; step ""
};

// An answer recorded under the step's identity (path + branch + item). One a step: an intent, a due time or a checkpoint is replaced,
// a result never: a second one is a bug of the caller, and refused.
struct Record {
  Claim claim{};
  std::string_view step{};                // at most 1024 bytes
  RecordKind kind = RecordKind::result;
  std::string_view outgoing{};
  std::int64_t at_ms = 0;
  Content content{};
};

// A call that failed, kept for the person who will ask.
struct Attempt {
  Claim claim{};
  std::string_view step{}, outgoing{};
  std::int64_t at_ms = 0, duration_ms = 0;
  Fault fault = Fault::bug;
  int status = 0;
  std::string_view words{};               // the peer's, at most 4 KiB are kept
};

// The claim ends. `to` is any state a running message may become. What it waits for, when it does: a time (due_ms), a place
// (a paused callback endpoint, an outgoing whose breaker is open, an event), or whichever comes first.
struct Leave {
  Claim claim{};
  State to = State::done;
  std::int64_t at_ms = 0;
  std::int64_t due_ms = 0;                // waiting, retrying without either: at once
  std::string_view place{};
  std::span<const std::string_view> more_places{};  // beside the first one: branches that wait for different things
  std::optional<Fault> fault{};
  std::string_view outgoing{}, step{}, reason{};  // reason: one sentence, with the peer's words
  bool keeps_line = true;                 // dead: false with `on_dead: skip`; the next of its key goes on
  std::int64_t keep_until_ms = 0;         // resolved: the end of its retention; 0 = for ever
};

// ---- work is found

// Claims up to `most` messages that are due, by priority and then by time. Outcome: claimed, next_due_ms.
struct Take { std::int64_t at_ms = 0; unsigned most = 1; };
// How long what has ended is kept, where a channel says something else.
struct Kept { std::string_view channel{}; std::int64_t until_ms = 0; };
// Ends up to `most` messages whose time is over and that nobody runs. Outcome: expired.
struct Expire { std::int64_t at_ms = 0, keep_until_ms = 0; unsigned most = 100; std::span<const Kept> kept{}; };
// Those who wait at a place: the oldest `most` become due. When nobody is left there, the place is open. Outcome: changed.
struct Release { std::string_view place{}; std::int64_t at_ms = 0; unsigned most = 1; };

// The machine's clock was set back, to `at_ms`, by `by_ms` (0: nobody saw by how much; then what was written at a later time than now
// tells). What has waited goes on waiting for as long as it would have. Needs to be right once only: lost, the next start does it.
struct SetBack { std::int64_t at_ms = 0, by_ms = 0; };

// ---- what waits, and for what

// A place that is closed for a while: a callback endpoint paused after failures, an outgoing.
struct ClosePlace { std::string_view name{}; std::int64_t since_ms = 0, probe_ms = 0, failures = 0; std::string_view note{}; };
struct OpenPlace { std::string_view name{}; };  // messages are let go by Release, as many as the peer can bear
// An event for `wait_for`; it is kept when nobody waits yet. Place: event_place(name, key).
struct Event { std::string_view place{}; std::int64_t at_ms = 0, expires_ms = 0; Content content{}; };
struct TakeEvent { std::string_view place{}; std::int64_t serial = 0; };  // used up; together with the step's Record
struct SetSchedule { std::string_view name{}; std::int64_t due_ms = 0; }; // due times up to this one are settled

// ---- a person decides. Refused (rejected) when the state does not allow it. Outcome: changed.

struct Resume { Number number = 0; std::int64_t at_ms = 0; };             // held, dead, retrying, waiting: now, in the same run
struct Drop { Number number = 0; std::int64_t at_ms = 0, keep_until_ms = 0; std::string_view reason{}; };
// Of what is held, dead or resolved. A new run: with new keys, from the start or from a step, into another outgoing, with an edited body. Outside the order.
struct Replay {
  Number number = 0;
  std::int64_t at_ms = 0;
  std::string_view from_step{}, redirect{}, by{};
  std::optional<Content> body{};
  std::string_view content_type{};        // of the edited body
  std::optional<Digest> version{};        // none: the one it was pinned to
};

// ---- kept for the node

struct SourceFile { std::string path{}; std::string content{}; };
struct KeepVersion { Digest hash{}; std::string_view service{}; std::span<const SourceFile> files{}; };
// These are in use; others go once no message refers to them.
struct UseVersions { std::span<const Digest> hashes{}; std::int64_t at_ms = 0; };
struct KeepAnchor { std::string_view sealed{}; };  // of the action log

using Operation = std::variant<Accept, ClaimKey, AnswerKey, FreeKey, Record, Attempt, Leave, Take, Expire, Release, SetBack, ClosePlace,
                               OpenPlace, Event, TakeEvent, SetSchedule, Resume, Drop, Replay, KeepVersion, UseVersions, KeepAnchor>;

// At most one Accept or ClaimKey a Write, and at most 1024 operations.
class Write {
 public:
  template <class T>
  Write& add(T operation) {
    operations_.emplace_back(std::move(operation));
    return *this;
  }
  // What is done again without harm when it is lost: it may wait some milliseconds to be committed with others, and what a power cut
  // takes of it is not missed. Reads see it as soon as commit has returned.
  Write& at_leisure() noexcept {
    at_leisure_ = true;
    return *this;
  }
  bool is_at_leisure() const noexcept { return at_leisure_; }
  std::vector<Operation>& operations() noexcept { return operations_; }
  const std::vector<Operation>& operations() const noexcept { return operations_; }

 private:
  std::vector<Operation> operations_{};
  bool at_leisure_ = false;
};

// ---- what came of it

// The key was used before, and nothing of the Write happened.
struct KeyFound {
  enum class As : std::uint8_t {
    accepted,    // by the message `id`: answer as it was answered
    claimed,     // the first request is in progress, or a crash left it: 409 until it expires
    answered,    // Store::answer_of has the answer
    other_body,  // the same key for something else: 422
  };
  As as = As::accepted;
  Number number = 0;
  Id id{};
  std::int64_t expires_ms = 0;
};

struct Claimed {
  Claim claim{};
  Id id{};
  std::string channel{};
  State from = State::waiting;
  std::uint8_t priority = 5;
  std::int32_t attempts = 0;
  std::int64_t expires_ms = 0;
};

struct Gone {
  Number number = 0;
  Id id{};
  std::string channel{};
};

struct Outcome {
  Number number = 0;
  std::optional<Claim> claim{};
  std::optional<KeyFound> key{};
  bool schedule_done = false;             // this due time, or a later one, has had its message: nothing happened
  std::vector<Claimed> claimed{};
  std::vector<Gone> expired{};
  std::int64_t next_due_ms = 0;           // after Take: when the next one is due, 0 when none is
  std::int64_t changed = 0;
};

Digest key_of(std::string_view channel, std::string_view principal, std::string_view key);
std::string event_place(std::string_view name, std::string_view key);

}  // namespace arint::store
