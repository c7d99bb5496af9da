// SPDX-License-Identifier: GPL-3.0-or-later
// Readers: reads on threads of their own, each with a connection of its own, and every read in one short transaction.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/runtime.hpp"
#include "store/sqlite/file/bodies.hpp"
#include "store/sqlite/file/connection.hpp"
#include "store/sqlite/options.hpp"
#include "store/sqlite/read/gate.hpp"

namespace arint::store {

class Readers {
 public:
  Readers(std::string path, std::string vfs, const Options& options, ReadGate& gate);

  // Runs `read(Connection&)`, which gives a Result<T>, on a thread of the pool. Fault busy: the queue is full.
  template <class F, class T = decltype(std::declval<F&>()(std::declval<Connection&>()))>
  runtime::Task<T> run(F read) {
    std::optional<T> result;
    auto job = [&] { result.emplace(run_here(read)); };
    const runtime::IoResult ran = co_await pool_.run(job);
    if (!result) co_return not_run(ran.error());
    co_return std::move(*result);
  }
  // The same on the calling thread.
  template <class F>
  auto run_here(F& read) -> decltype(read(std::declval<Connection&>())) {
    const Inside inside(gate_);
    try {
      Lent lent(*this);
      lent.connection->use("begin").run();
      auto result = read(*lent.connection);
      lent.connection->use("commit").run();
      return result;
    } catch (const SqliteError& error) {
      return error_of(error, path_);
    }
  }

 private:
  struct Inside {
    explicit Inside(ReadGate& the_gate) : gate(the_gate) { gate.enter(); }
    ~Inside() { gate.leave(); }
    ReadGate& gate;
  };
  struct Lent {
    explicit Lent(Readers& readers) : owner(readers), connection(readers.take()) {}
    ~Lent() { owner.give(std::move(connection)); }
    Readers& owner;
    std::unique_ptr<Connection> connection;
  };
  std::unique_ptr<Connection> take();
  void give(std::unique_ptr<Connection> connection) noexcept;
  Error not_run(int error) const;

  const std::string path_, vfs_;
  const std::int64_t cache_bytes_;
  ReadGate& gate_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> free_;
  runtime::OffloadPool pool_;
};

}  // namespace arint::store
