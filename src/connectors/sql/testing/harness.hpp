// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of this folder share: an outgoing made from its YAML as the engine makes it, and sends made from theirs.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/position.hpp"
#include "declare/project.hpp"
#include "message/run.hpp"
#include "outgoing/connection.hpp"
#include "runtime/runtime.hpp"

namespace arint::connectors::sql::testing {

// A database as an outgoing: `Peer db("{ url: 'sqlite:x.db' }", folder)`. To be made and closed on a loop.
class Peer {
 public:
  explicit Peer(const std::string& options, const std::string& folder = "", std::size_t in_flight = 64);

  outgoing::Connection& operator*() { return *connection_; }
  outgoing::Connection* operator->() { return connection_.get(); }
  bool made() const { return connection_ != nullptr; }
  // Null, and problems, when the YAML of the send is wrong.
  std::unique_ptr<outgoing::Operation> send(const std::string& options);
  std::string problems() const { return problems_.text(); }
  message::Core& core() { return core_; }

 private:
  Problems problems_{};
  message::Core core_{};
  std::unique_ptr<declare::Project> project_{};
  std::unique_ptr<outgoing::Connection> connection_{};
  std::vector<std::unique_ptr<declare::Project>> sends_{};
};

// One run with a JSON body.
struct Asker {
  explicit Asker(message::Core& core, std::string body = "{}");
  std::string text;
  message::Message message{};
  document::Arena arena{};
  message::Run run;
};

// Prepares `send`, performs it for `body`, and gives the answer as JSON, or "fault: sentence".
runtime::Task<std::string> ask(Peer& peer, std::string send, std::string body = "{}");

// Runs a test's coroutine on a loop of its own.
void on_loop(runtime::Task<void> test);

// A folder that goes when the test ends.
class Folder {
 public:
  Folder();
  ~Folder();
  const std::string& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

}  // namespace arint::connectors::sql::testing
