// SPDX-License-Identifier: GPL-3.0-or-later
// Where a front of bench/accept puts what it is sent: a broker over one connection, many commands on their way at once.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/io/socket.hpp"
#include "runtime/runtime.hpp"

namespace bench {

// One of each loop's own.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual arint::runtime::Task<bool> open() = 0;
  // True when the peer says that it has the body.
  virtual arint::runtime::Task<bool> keep(std::string_view body) = 0;
};

// A connection on which answers come in the order of the questions.
class Pipe : public Sink {
 public:
  explicit Pipe(std::uint16_t port) : port_(port) {}
  arint::runtime::Task<bool> keep(std::string_view body) override;

 protected:
  struct Asked {
    arint::runtime::Event answered{};
    bool over = false, well = false;
  };
  arint::runtime::Task<bool> connect();
  // From the front of what has come; false: not enough for anything. Calls answer() for each that is answered.
  virtual bool take(std::string_view& come) = 0;
  virtual void ask(std::string_view body, std::string& out) = 0;
  void answer(std::size_t how_many, bool well);
  void start();                            // from now on reading and writing go by themselves
  arint::runtime::Task<bool> come_more();  // before start()

  arint::runtime::Socket socket_{};
  std::string out_{}, in_{};

 private:
  arint::runtime::Task<> write();
  arint::runtime::Task<> read();

  std::uint16_t port_;
  arint::runtime::Event more_{};
  std::deque<Asked*> asked_{};
};

std::unique_ptr<Sink> redis(std::uint16_t port);     // XADD to a stream
std::unique_ptr<Sink> rabbitmq(std::uint16_t port);  // persistent messages to a durable queue, with publisher confirms

}  // namespace bench
