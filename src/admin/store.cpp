// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/store.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "http/codec/target/query.hpp"

namespace arint::admin {
namespace {

std::string mib(std::uint64_t bytes) { return std::to_string((bytes + (1 << 19)) >> 20) + " MiB"; }

Error told(const Error& error) { return {error.fault, error.sentence + "\n"}; }

runtime::Task<Result<std::string>> check(store::Store& store) {
  Result<std::vector<std::string>> wrong = co_await store.check();
  if (!wrong) co_return told(wrong.error());
  if (wrong->empty()) co_return std::string("nothing is wrong\n");
  std::string text;
  for (const std::string& each : *wrong) text += each + "\n";
  co_return Error{Fault::malformed, text + std::to_string(wrong->size()) + " faults; the way out: docs/store.md, \"When it is damaged\"\n"};
}

runtime::Task<Result<std::string>> backup(store::Store& store, std::string_view query) {
  http::QueryPair pair;
  std::string to;
  while (http::next_pair(query, pair))
    if (pair.name == "to" && !http::decode_query(pair.value, to)) to.clear();
  if (!to.starts_with('/')) co_return Error{Fault::rejected, "a backup needs an absolute path of a folder that is not there yet\n"};
  Result<void> done = co_await store.backup(to);
  if (!done) co_return told(done.error());
  co_return "the store is copied to " + to + "; `arint store restore` takes it\n";
}

}  // namespace

std::string text_of(const store::Status& status) {
  std::string out = "file        " + status.path + ", " + mib(status.file_bytes) + ", schema " + std::to_string(status.schema) + "\n";
  out += "accepting   " + (status.accepting ? std::string("yes") : "no: " + status.problem) + "\n";
  out += "journal     " + std::string(word(status.journal)) + "\n";
  out += "unresolved  " + std::to_string(status.unresolved) + " messages\n";
  out += "log         " + mib(status.wal_bytes) + ", at most " + mib(status.wal_most_bytes) + " since the start\n";
  out += "disk        " + mib(status.free_disk_bytes) + " free\n";
  out += "commits     " + std::to_string(status.commits) + " with " + std::to_string(status.writes) + " writes, " + std::to_string(status.journaled) +
         " messages accepted in the journal, " + std::to_string(status.syncs) + " syncs, " + std::to_string(status.refused) + " writes refused\n";
  return out;
}

runtime::Task<Result<std::string>> answer_about_store(store::Store& store, Question question) {
  const std::string_view what = question.path.substr(store_path.size());
  if (!question.changes && what.empty()) co_return text_of(store.status());
  Result<std::string> out = Error{Fault::rejected, "of a store one can ask how it is, and have it backed up, checked or compacted\n"};
  if (question.changes && what == "/check") out = co_await check(store);
  if (question.changes && what == "/backup") out = co_await backup(store, question.query);
  if (question.changes && what == "/compact") {
    Result<std::uint64_t> given = co_await store.compact();
    if (given) out = mib(*given) + " were given back\n";
    else out = told(given.error());
  }
  co_return out;
}

}  // namespace arint::admin
