// SPDX-License-Identifier: GPL-3.0-or-later
// A store in a folder of its own, and short ways to use it, for tests.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/runtime.hpp"
#include "store/sqlite/sqlite.hpp"

namespace arint::store::testing {

// Removed when it ends.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

// A message with some headers; owns what it refers to, so it does not move.
struct Letter {
  explicit Letter(std::string the_body, std::string the_channel = "orders");
  Letter(const Letter&) = delete;
  std::string channel, body, method = "POST", target = "/orders", type = "application/json", principal = "shop";
  message::Field headers[2];
  message::Message message{};
};

// Messages are accepted in the journal from now on, if there is one.
void until_ready(const Store& store);

class Box {
 public:
  explicit Box(Options options = {});
  ~Box();
  Store& store() { return *store_; }
  Store* operator->() { return store_.get(); }
  Options& options() { return options_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  // Ends and opens the store; the error when it does not open.
  std::optional<Error> reopen();
  void close() { store_.reset(); }

  Result<Outcome> commit(Write write) { return store_->commit_blocking(write); }
  template <class T>
  Result<Outcome> commit_one(T operation) {
    Write write;
    write.add(std::move(operation));
    return store_->commit_blocking(write);
  }
  // Accepts `letter` for the version every box keeps. `change` may fill in more.
  Accept acceptance(const Letter& letter) const;
  Outcome accept(const Letter& letter);
  Claim accept_claimed(const Letter& letter) { return accept(letter).claim.value(); }
  // Awaits a read on a loop of its own.
  template <class T>
  Result<T> get(runtime::Task<Result<T>> read) {
    std::optional<Result<T>> result;
    runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
    loop.run(keep(std::move(read), result));
    return std::move(*result);
  }
  State state_of(Number number) { return get(store_->show(number)).value().summary.state; }

  // Far ahead of the wall clock, by which the store tidies.
  static constexpr std::int64_t now = 4'000'000'000'000;
  Digest version;

 private:
  template <class T>
  static runtime::Task<> keep(runtime::Task<Result<T>> read, std::optional<Result<T>>& result) {
    result.emplace(co_await read);
  }
  Folder folder_;
  Options options_;
  std::unique_ptr<Store> store_;
};

}  // namespace arint::store::testing
