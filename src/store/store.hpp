// SPDX-License-Identifier: GPL-3.0-or-later
// Store: where accepted messages live, and everything that is known about them (design.md, section 6).
//
// One Write gathers what must happen together; commit() returns when it is on the disk, or says that it is not. Reads run on threads
// of their own and see what was committed. One object per node, used by all cores; commit and reads may be called on any loop.
// Engines: sqlite/ (one node). What a PostgreSQL engine must keep to: docs/decisions/0015-store.md.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/runtime.hpp"
#include "store/read.hpp"
#include "store/write.hpp"

namespace arint::store {

class Store {
 public:
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // All of it is on the disk when this returns without an error, and nothing of it otherwise.
  // Faults: busy (the queue or the disk is nearly full: retry_after says when to come again), rejected (the operation does not fit the
  // message's state, or a limit), cancelled (the claim was lost: stop working on it), unreachable (the disk failed: the store takes
  // nothing more until the node is restarted).
  // After cancellation: the await lasts until the outcome is known, and the outcome is the true one.
  virtual runtime::Task<Result<Outcome>> commit(Write& write) = 0;
  // The same for a thread without a loop; blocks.
  virtual Result<Outcome> commit_blocking(Write& write) = 0;

  // Called after a commit that made work due, on the store's thread: must be short and post to a loop. Set once, before the first commit.
  virtual void on_due(std::function<void()> hook) = 0;

  // ---- reads. Faults: rejected (there is no such message), malformed (what is stored is damaged), busy, unreachable, cancelled.
  virtual runtime::Task<Result<std::unique_ptr<Loaded>>> load(Number number, std::int32_t run) = 0;
  virtual runtime::Task<Result<std::optional<Summary>>> find(Id id) = 0;
  virtual runtime::Task<Result<Details>> show(Number number) = 0;
  virtual runtime::Task<Result<Page>> list(Query query) = 0;
  virtual runtime::Task<Result<std::string>> answer_of(Digest key) = 0;
  virtual runtime::Task<Result<std::optional<EventRead>>> event(std::string place) = 0;   // the oldest there
  virtual runtime::Task<Result<std::vector<PlaceRead>>> places() = 0;                     // closed ones
  virtual runtime::Task<Result<std::vector<LineRead>>> blocked_lines(unsigned most) = 0;  // keys somebody waits behind
  virtual runtime::Task<Result<std::int64_t>> schedule(std::string name) = 0;             // last due time settled, 0 = none
  virtual runtime::Task<Result<VersionRead>> version(Digest hash) = 0;
  virtual Result<std::optional<std::string>> anchor_blocking() = 0;

  // ---- numbers; from any thread, never waiting for the disk.
  virtual Status status() const = 0;
  // Unresolved messages of a channel, committed ones; for the limit of a channel's backlog.
  virtual std::int64_t backlog(std::string_view channel) const = 0;

  // ---- care
  // Copies the store, bodies included, into `folder`, which must not exist, while it goes on working. The copy is what restore takes.
  virtual runtime::Task<Result<void>> backup(std::filesystem::path folder) = 0;
  // Everything that is wrong, one sentence each; empty when all is well. Reads all of it.
  virtual runtime::Task<Result<std::vector<std::string>>> check() = 0;
  // Gives free pages back to the file system, in small steps beside the traffic. The result: bytes given back.
  virtual runtime::Task<Result<std::uint64_t>> compact() = 0;

 protected:
  Store() = default;
};

}  // namespace arint::store
