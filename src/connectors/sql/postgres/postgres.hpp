// SPDX-License-Identifier: GPL-3.0-or-later
// PostgreSQL: the pool of one core, and what a batch means to it.
//
// When every connection is in use, calls that only read share round trips (riders.cpp).
//
// A connection that was cut in the middle of a statement is not thrown away: in the background the statement is cancelled, what
// it still sends is dropped, and when it is at rest it serves again. Whatever is not certainly clean is closed, and the server
// then stops the statement by itself (client_connection_check_interval).
#pragma once
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/sql/database.hpp"
#include "connectors/sql/options.hpp"
#include "connectors/sql/postgres/login.hpp"
#include "connectors/sql/postgres/session.hpp"

namespace arint::connectors::sql {

class Postgres final : public Database {
 public:
  // `setup`: the script, empty for none. `connections`: of this core.
  Postgres(Options options, Target target, std::string setup, unsigned connections);

  std::string_view peer() const noexcept override { return login_.target().peer; }
  runtime::Task<Result<void>> open() override;
  runtime::Task<void> close() override;
  runtime::Task<Result<void>> probe() override;
  runtime::Task<Result<document::Value>> execute(const Batch& batch, document::Arena& arena) override;

 private:
  // Calls that wait for a connection; the outgoing's own queue is far shorter.
  static constexpr unsigned most_waiting = 100'000;

  using Held = std::unique_ptr<Session>;

  struct Rider;
  static bool can_ride(const Batch& batch);
  runtime::Task<std::optional<Result<document::Value>>> ride(const Batch& batch, bool is_brief, document::Arena& arena);  // nullopt: to be done alone
  runtime::Task<void> drive();
  void board(Session& session, std::vector<Rider*>& seats);
  bool brief(const Statement& statement) const;
  void note(const Session& session, const Statement& statement);
  void drive_more();
  runtime::Task<void> watch_the_line();
  void leave(Rider& rider);
  void turn_away();                        // all who wait go alone

  runtime::Task<Result<Held>> take();      // an idle one that is still good, or a new one
  runtime::Task<Result<Held>> make();      // connected, its settings made, the setup run
  runtime::Task<Result<void>> set_up(Session& session);
  void settle(Held session);               // back to the idle ones, to be cleaned, or closed
  runtime::Task<void> clean(Held session);
  runtime::Task<bool> cancel(int process_id);
  runtime::Task<void> sweep();

  runtime::Task<std::optional<Failure>> transact(Session& session, std::vector<Rows>& rows, std::vector<Command>& commands);
  Error error_from(const Failure& failure, const Batch& batch) const;
  Error too_much(const Rows& rows, const Statement& statement, bool transaction) const;

  Result<document::Value> answer(const Batch& batch, std::span<Rows> rows, std::span<const Command> commands, document::Arena& arena) const;

  Options options_;
  Login login_;
  std::string setup_;
  bool set_up_ = false;
  runtime::Gate setting_up_;
  runtime::Gate gate_;
  std::vector<Held> idle_{};               // the last one used is last
  std::list<Rider*> riders_{};             // who waits for a seat
  unsigned drivers_ = 0;
  std::uint64_t boarded_ = 0;              // trips that have begun
  bool watching_ = false;
  std::unordered_map<std::size_t, std::uint64_t> usual_ns_{};  // by the hash of a text: how long its answers take
  unsigned cleaning_ = 0;
  bool sweeping_ = false;
  bool closed_ = false;
  Held canceller_{};                       // sends pg_cancel_backend; opened when first needed
  runtime::Gate cancelling_;
  runtime::TaskGroup tasks_{runtime::Siblings::go_on};
};

}  // namespace arint::connectors::sql
