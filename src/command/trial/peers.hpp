// SPDX-License-Identifier: GPL-3.0-or-later
// Peers: the systems behind the outgoings of a project under test, each played by a script. They stand in at the OUT contract, so that pools,
// retries, breakers, metrics and the action log are the real ones; and they remember what they were asked.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "command/trial/tests.hpp"
#include "document/arena.hpp"
#include "outgoing/connection.hpp"

namespace arint::command::trial {

class Peer {
 public:
  explicit Peer(document::Arena& arena) : arena_(arena) {}

  // From now on; what was scripted before is over.
  void follow(const std::vector<Answer>& script);
  // A call has come: what it gets. Fault: what the script says, or the caller's time was over. Absent: it has nothing to say.
  // A peer that is unreachable has not received it.
  runtime::Task<Result<document::Value>> meet(document::Value asked, document::Arena& arena);
  // What it received since this was last asked, as Operation::asked() tells it.
  std::vector<document::Value> take_calls();

 private:
  struct Entry {
    Answer answer{};
    document::Value when{};
    std::int64_t left = -1;        // -1: for ever
  };
  const Answer* next(const document::Value& asked);

  document::Arena& arena_;
  std::vector<Entry> script_;
  std::vector<document::Value> calls_;
};

class Peers {
 public:
  Peer& of(const std::string& outgoing);
  // What an engine::Stage asks for.
  std::unique_ptr<outgoing::Connection> connection(const std::string& outgoing, std::unique_ptr<outgoing::Connection> real);

 private:
  document::Arena arena_;
  std::map<std::string, std::unique_ptr<Peer>> peers_;
};

}  // namespace arint::command::trial
