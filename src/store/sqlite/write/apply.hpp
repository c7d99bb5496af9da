// SPDX-License-Identifier: GPL-3.0-or-later
// Applier: does what a Write says, inside the transaction of a batch. The writer's thread only.
//
// A Write that is refused has changed nothing, or the writer rolls the batch back and does it again without it. So what is kept in
// memory between batches (Numbers, versions) is taken over only after the commit.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/sqlite/file/connection.hpp"
#include "store/sqlite/intake/entry.hpp"
#include "store/sqlite/write/job.hpp"
#include "store/write.hpp"

namespace arint::store {

// What a batch does outside of the database, once it is committed.
struct Effects {
  std::vector<std::pair<std::string, std::int64_t>> backlog{};  // channel, how many more unresolved messages
  std::vector<Id> orphans{};                                    // body files nothing refers to any more
  std::vector<Digest> versions_gone{};
  bool made_due = false;
};

class Applier {
 public:
  Applier(Connection& connection, Sequence& sequence) : db_(connection), sequence_(sequence) {}

  // A batch begins. Numbers up to `through` are in the tables, or will be with this batch, or were given to nobody.
  void begin(Number through);
  // What the intake has accepted. `ends`: the batch ends it, too, so it is never among the unresolved ones.
  void enter(const Entry& entry, const Leave* ends);
  void keep_serial(std::int64_t serial);
  Result<Outcome> apply(const Write& write);
  // What was done since begin() is rolled back.
  void forget();

  Effects effects{};
  Number through() const noexcept { return through_; }

  // One operation each. Nothing changes when it returns an error.
  Result<void> apply(const Accept& op, Outcome& out);
  Result<void> apply(const ClaimKey& op, Outcome& out);
  Result<void> apply(const AnswerKey& op, Outcome& out);
  Result<void> apply(const FreeKey& op, Outcome& out);
  Result<void> apply(const Record& op, Outcome& out);
  Result<void> apply(const Attempt& op, Outcome& out);
  Result<void> apply(const Leave& op, Outcome& out);
  Result<void> apply(const Take& op, Outcome& out);
  Result<void> apply(const Expire& op, Outcome& out);
  Result<void> apply(const Release& op, Outcome& out);
  Result<void> apply(const SetBack& op, Outcome& out);
  Result<void> apply(const ClosePlace& op, Outcome& out);
  Result<void> apply(const OpenPlace& op, Outcome& out);
  Result<void> apply(const Event& op, Outcome& out);
  Result<void> apply(const TakeEvent& op, Outcome& out);
  Result<void> apply(const SetSchedule& op, Outcome& out);
  Result<void> apply(const Resume& op, Outcome& out);
  Result<void> apply(const Drop& op, Outcome& out);
  Result<void> apply(const Replay& op, Outcome& out);
  Result<void> apply(const KeepVersion& op, Outcome& out);
  Result<void> apply(const UseVersions& op, Outcome& out);
  Result<void> apply(const KeepAnchor& op, Outcome& out);

  // The next part of the names, when all its messages are in the tables; up to which number they are entered then.
  Number enter_names();
  // ---- slices of care; each returns whether there is more to do now. Called within a transaction.
  bool remove_kept(std::int64_t now_ms, std::int64_t most);
  bool remove_keys(std::int64_t now_ms, std::int64_t most);
  bool remove_versions(std::int64_t now_ms, std::int64_t most);

 private:
  // An unresolved message as `work` has it.
  struct Working {
    Number number = 0;
    State state = State::waiting;
    std::int32_t run = 1;
    std::int64_t lease = 0;
    std::string channel{};
    std::optional<std::string> order{};
    bool more = false;       // it waits at places in `waits` too
  };
  std::optional<Working> working(Number number);
  Result<Working> claimed(const Claim& claim);
  Result<std::int64_t> version_id(const Digest& hash);
  std::optional<KeyFound> key_in_use(const Digest& key, const Digest& body, std::int64_t now_ms);
  void resolve(const Working& work, State to, std::int64_t at_ms, std::int64_t until_ms);
  void say_why(Number number, const std::optional<Fault>& fault, std::string_view outgoing, std::string_view step, std::string_view reason);
  // Whoever is first now in the line of a key becomes due.
  void advance(std::string_view channel, std::string_view order, std::int64_t at_ms);
  bool first_in_line(const Working& work);
  void wait_no_more(Number number);
  Result<std::vector<std::string>> steps_before(Number number, std::int32_t run, std::string_view from);
  void refer(const Content& content);
  void drop_file(const Id& file);

  Number next_number();

  Connection& db_;
  Sequence& sequence_;
  Number through_ = 0, before_ = 0, given_ = 0;         // before_: the last number when the batch began; given_: by us, since
  std::map<Digest, std::int64_t> versions_{};
  std::unordered_map<Number, Working> ending_{};        // entered by this batch, and ended by a Write that comes in it
  std::optional<std::pair<Claim, Working>> checked_{};  // the claim this Write has shown already
};

// 0 is for ever.
constexpr std::int64_t kept_until(std::int64_t until_ms) noexcept { return until_ms ? until_ms : std::int64_t{1} << 46; }

// Above, a body file takes the place of the bytes.
inline std::optional<BlobView> inline_bytes(const Content& content) {
  return content.file.zero() ? std::optional(BlobView{content.bytes}) : std::nullopt;
}

}  // namespace arint::store
