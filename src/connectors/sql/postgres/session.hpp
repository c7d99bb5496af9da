// SPDX-License-Identifier: GPL-3.0-or-later
// Session: one connection to a PostgreSQL server, driven from the loop. Always in pipeline mode: whatever a batch needs (prepare,
// begin, statements) leaves in one write and comes back in one read.
//
// Rows are taken one by one as they arrive (libpq's single-row mode), so that an answer can be refused before it fills the memory.
// Source: PostgreSQL 15 manual, sections 34.4 to 34.6.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/sql/database.hpp"
#include "connectors/sql/faults.hpp"
#include "connectors/sql/postgres/values/arguments.hpp"
#include "connectors/sql/postgres/library.hpp"
#include "connectors/sql/values/rows.hpp"

namespace arint::connectors::sql {

// What went wrong with a batch; whoever knows the peer makes a sentence of it.
struct Failure {
  enum class Kind : std::uint8_t {
    server,   // it answered with an error; the session goes on
    lost,     // the connection is gone
    cut,      // our context was cut while it waited
  };
  Kind kind = Kind::server;
  Sent sent = Sent::no;               // could it have been done?
  int error = 0;                      // cut: ETIMEDOUT or ECANCELED
  std::string sqlstate{};             // server
  std::string words{};
  std::string more{};                 // its detail and hint
  const Statement* statement = nullptr;
};

// One thing to execute.
struct Command {
  const char* text = nullptr;         // BEGIN and the like, or
  const Call* call = nullptr;         // a prepared statement
  Rows* rows = nullptr;               // where its rows go
  std::int64_t affected = 0;          // out
  bool complete = false;              // out: its whole answer is here
};

class Session {
 public:
  // Takes over a connection whose login is done.
  explicit Session(PGconn* connected);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // All commands, each only when those before it went well. Nullopt: all did. After a failure of the server the session is at
  // rest; after a cut it is not. `sent` of the failure tells whether a single statement outside of a transaction may be done.
  // Stops reading early when rows of a reading statement exceed their limits: see resting().
  runtime::Task<std::optional<Failure>> run(std::span<Command> commands);
  runtime::Task<std::optional<Failure>> say(const char* text);  // one command without parameters, such as "commit"
  // A script of many commands without parameters, as one transaction unless it says otherwise.
  runtime::Task<std::optional<Failure>> script(const std::string& text);
  // Reads and drops what is left of a batch that was cut. True: the session is at rest and outside of a transaction.
  runtime::Task<bool> drain();

  bool resting() const noexcept { return resting_; }               // nothing is under way
  bool in_transaction() const noexcept;
  bool alive() const noexcept { return PQstatus(connection_) == CONNECTION_OK; }
  // Is an idle session still good? One system call; what the server said meanwhile is read.
  bool still_good();
  // Known here, and answered within milliseconds so far: several such may wait for one another.
  bool quick(const Statement& statement) const;
  std::uint64_t usual_ns(const Statement& statement) const;  // 0: not known here
  bool reused = false;                                             // it has served before
  std::uint64_t idle_since_ns = 0;
  int process_id() const noexcept { return PQbackendPID(connection_); }
  int server_version() const noexcept { return PQserverVersion(connection_); }

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Answer = std::unique_ptr<PGresult, Clear>;
  struct Prepared {
    std::string name;
    std::uint64_t used = 0;
    std::uint64_t usual_ns = 0;   // what it takes until its answer is here, smoothed; 0: never seen
    bool described = false;
    std::vector<TypeId> types{};  // of its parameters, once described
  };
  // What libpq's next answers are about.
  struct Step {
    enum class Kind : std::uint8_t { forget, prepare, describe, execute } kind;
    Command* command;              // null when nobody waits for what it gives
    std::string statement{};       // prepare and describe: its key in prepared_
  };

  void begin();
  bool send(Command& command);
  bool prepare(const Statement& statement, Command* command);
  runtime::Task<void> learn(const Statement& statement);
  runtime::Task<void> finish();
  Prepared& prepared(const std::string& text) { return prepared_.find(text)->second; }
  runtime::Task<void> read();
  runtime::Task<bool> flush();
  runtime::Task<Answer> next();
  void take(PGresult& answer, const Step& step);
  void take_error(const PGresult& answer, const Step& step);
  void take_row(PGresult& answer, Command& command);
  void take_time(const Command& command);
  void fail(Failure failure) {
    if (!failure_) failure_ = std::move(failure);
  }
  void lost();
  void cut(int error);

  PGconn* connection_;
  std::unordered_map<std::string, Prepared> prepared_{};
  std::uint64_t since_ns_ = 0;        // when the batch left, or its last answer came
  std::uint64_t clock_ = 0;           // of uses, for forgetting the least used
  std::uint64_t names_ = 0;
  Arguments arguments_{};
  std::optional<Failure> failure_{};
  std::vector<Step> steps_{};         // of the batch under way
  std::size_t step_ = 0;              // the one whose answers come next
  bool resting_ = true;
  bool dropping_ = false;             // whoever gave the commands has gone: their rows go nowhere
  bool enough_ = false;               // the rows of a reading statement passed their limits
  bool flushed_ = true;               // everything, the sync included, has left
};

}  // namespace arint::connectors::sql
