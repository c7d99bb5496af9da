// SPDX-License-Identifier: GPL-3.0-or-later
// SqliteStore: the parts of the embedded store put together.
#pragma once
#include <memory>
#include <string>

#include "store/sqlite/care/checkpointer.hpp"
#include "store/sqlite/file/vfs.hpp"
#include "store/sqlite/read/readers.hpp"
#include "store/sqlite/sqlite.hpp"
#include "store/sqlite/write/writer.hpp"

namespace arint::store {

inline constexpr const char* database_name = "store.db";
inline constexpr const char* bodies_name = "bodies";

class SqliteStore : public Store {
 public:
  explicit SqliteStore(const Options& options);
  ~SqliteStore() override;
  Result<void> open();

  runtime::Task<Result<Outcome>> commit(Write& write) override;
  Result<Outcome> commit_blocking(Write& write) override;
  void on_due(std::function<void()> hook) override { writer_->on_due(std::move(hook)); }

  runtime::Task<Result<std::unique_ptr<Loaded>>> load(Number number, std::int32_t run) override;
  runtime::Task<Result<std::optional<Summary>>> find(Id id) override;
  runtime::Task<Result<Details>> show(Number number) override;
  runtime::Task<Result<Page>> list(Query query) override;
  runtime::Task<Result<std::string>> answer_of(Digest key) override;
  runtime::Task<Result<std::optional<EventRead>>> event(std::string place) override;
  runtime::Task<Result<std::vector<PlaceRead>>> places() override;
  runtime::Task<Result<std::vector<LineRead>>> blocked_lines(unsigned most) override;
  runtime::Task<Result<std::int64_t>> schedule(std::string name) override;
  runtime::Task<Result<VersionRead>> version(Digest hash) override;
  Result<std::optional<std::string>> anchor_blocking() override;

  Status status() const override;
  std::int64_t backlog(std::string_view channel) const override { return writer_->backlog(channel); }

  runtime::Task<Result<void>> backup(std::filesystem::path folder) override;
  runtime::Task<Result<std::vector<std::string>>> check() override;
  runtime::Task<Result<std::uint64_t>> compact() override;

 private:
  bool is_new();
  Result<void> settle(Connection& db);
  Result<std::int64_t> enter_left(Connection& db);
  Writer::Beginning begin_epoch(Connection& db);
  Result<void> put_files(Write& write);
  // Returns when reads see all that anybody was told of.
  runtime::Task<void> caught_up();
  Result<void> copy_to(const std::filesystem::path& folder);
  void run_steps(Writer::Step step);

  const Options options_;
  const std::string path_;
  Vfs vfs_;
  Bodies bodies_;
  ReadGate gate_;
  std::int64_t schema_ = 0;
  std::unique_ptr<Readers> readers_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<runtime::OffloadPool> files_pool_, care_pool_;
};

}  // namespace arint::store
