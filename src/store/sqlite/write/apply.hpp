// SPDX-License-Identifier: GPL-3.0-or-later
// Applier: does what a Write says, inside the transaction of a batch. The writer's thread only.
//
// A Write that is refused has changed nothing, or the writer rolls the batch back and does it again without it. So what is kept in
// memory between batches (Numbers, versions) is taken over only after the commit.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/file/connection.hpp"
#include "store/write.hpp"

namespace arint::store {

// What a batch does outside of the database, once it is committed.
struct Effects {
  std::vector<std::pair<std::string, std::int64_t>> backlog{};  // channel, how many more unresolved messages
  std::vector<Id> orphans{};                                    // body files nothing refers to any more
  bool made_due = false;
};

struct Numbers {
  Number last = 0;          // given to a message
  std::int64_t lease = 0;   // given to a claim
};

class Applier {
 public:
  explicit Applier(Connection& connection) : db_(connection) {}

  // What rolled back batches did is forgotten with forget().
  Result<Outcome> apply(const Write& write);
  void forget(const Numbers& numbers);

  Effects effects{};
  Numbers numbers{};

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

  // ---- slices of care; each returns whether there is more to do now. Called within a transaction.
  bool enter_names(std::int64_t most);
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
  void refer(const Content& content);
  void drop_file(const Id& file);

  Connection& db_;
  std::map<Digest, std::int64_t> versions_{};
  std::optional<std::pair<Claim, Working>> checked_{};  // the claim this Write has shown already
};

// Above, a body file takes the place of the bytes.
inline std::optional<BlobView> inline_bytes(const Content& content) {
  return content.file.zero() ? std::optional(BlobView{content.bytes}) : std::nullopt;
}

}  // namespace arint::store
