// SPDX-License-Identifier: GPL-3.0-or-later
// FakePostgres: a peer that speaks PostgreSQL's protocol as far as a test wants it to, and then garbage, or nothing.
// Source: PostgreSQL 15 manual, sections 55.2 and 55.7.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace arint::connectors::sql::testing {

// One connection, as the server sees it. Every call ends soon after the client has gone or the test is over.
class Wire {
 public:
  explicit Wire(int fd) : fd_(fd) {}
  // The client's start-up packet, answered so that the login is done without a password, and the batch that each connection begins with.
  void begin();
  // What the client says up to its next Sync, as the types of the messages ("PBDES"); empty when it has gone.
  std::string batch();
  void send(const std::string& bytes);
  // One message: its type, and the length that belongs there.
  void say(char type, const std::string& payload);
  // The answer to one command of a batch without rows: parsed, bound, done. `ready` ends a batch.
  void done(const std::string& tag);
  void ready();
  void silence();   // says nothing until the client has gone

 private:
  bool read(std::size_t count, std::string& out);
  int fd_;
};

class FakePostgres {
 public:
  // `talk` is called for each connection, on a thread; the connection is cut when it returns.
  explicit FakePostgres(std::function<void(Wire&, int number)> talk);
  ~FakePostgres();
  std::string options(const std::string& more = "") const;  // of an outgoing that connects to it
  int connections() const { return count_; }

 private:
  void serve();
  std::function<void(Wire&, int)> talk_;
  int listening_ = -1;
  int port_ = 0;
  std::atomic<int> count_{0};
  std::atomic<bool> over_{false};
  std::mutex mutex_{};
  std::vector<int> open_{};  // guarded by mutex_
  std::vector<std::thread> threads_{};
  std::thread accepting_{};
};

}  // namespace arint::connectors::sql::testing
