// SPDX-License-Identifier: GPL-3.0-or-later
// Redis (RESP, redis.io/docs/reference/protocol-spec) and RabbitMQ (AMQP 0-9-1, with its extension confirm.select).
#include "sink.hpp"

#include <cstdio>
#include <cstdlib>

#include "runtime/io/address.hpp"

namespace bench {

using arint::runtime::IoResult;
using arint::runtime::Task;

Task<bool> Pipe::connect() {
  const auto address = arint::runtime::Address::parse("127.0.0.1:" + std::to_string(port_));
  const IoResult connected = co_await arint::runtime::Socket::connect(socket_, *address);
  co_return connected.ok();
}

Task<bool> Pipe::come_more() {
  char piece[16384];
  const IoResult got = co_await socket_.recv(piece);
  if (got.ok() && got.n > 0) in_.append(piece, static_cast<std::size_t>(got.n));
  co_return got.ok() && got.n > 0;
}

void Pipe::start() {
  arint::runtime::Loop::current().spawn(write());
  arint::runtime::Loop::current().spawn(read());
}

Task<bool> Pipe::keep(std::string_view body) {
  Asked mine;
  asked_.push_back(&mine);
  ask(body, out_);
  more_.set();
  while (!mine.over) {
    const IoResult woken = co_await mine.answered.wait();
    if (!woken.ok()) std::abort();  // the bench has gone
  }
  co_return mine.well;
}

void Pipe::answer(std::size_t how_many, bool well) {
  for (; how_many && !asked_.empty(); --how_many) {
    Asked& first = *asked_.front();
    asked_.pop_front();
    first.over = true, first.well = well;
    first.answered.set();
  }
}

Task<> Pipe::write() {
  std::string now;
  for (;;) {
    while (out_.empty()) {
      const IoResult woken = co_await more_.wait();
      if (!woken.ok()) co_return;
    }
    now.swap(out_);
    out_.clear();
    const IoResult sent = co_await socket_.send_all(std::string_view(now));
    if (!sent.ok()) co_return;
    now.clear();
  }
}

Task<> Pipe::read() {
  for (;;) {
    std::string_view come = in_;
    while (take(come)) {
    }
    in_.erase(0, in_.size() - come.size());
    const bool more = co_await come_more();
    if (more) continue;
    answer(asked_.size(), false);
    co_return;
  }
}

namespace {

class Redis : public Pipe {
 public:
  using Pipe::Pipe;
  Task<bool> open() override {
    const bool connected = co_await connect();
    if (connected) start();
    co_return connected;
  }

 private:
  void ask(std::string_view body, std::string& out) override {
    out += "*5\r\n$4\r\nXADD\r\n$8\r\naccepted\r\n$1\r\n*\r\n$1\r\nb\r\n$" + std::to_string(body.size()) + "\r\n";
    out += body;
    out += "\r\n";
  }
  // "$15\r\n1700000000000-0\r\n", or "-ERR ...\r\n".
  bool take(std::string_view& come) override {
    const std::size_t line = come.find("\r\n");
    if (line == std::string_view::npos) return false;
    if (come.front() != '$') {
      std::fprintf(stderr, "redis: %.*s\n", static_cast<int>(line), come.data());
      come.remove_prefix(line + 2);
      answer(1, false);
      return true;
    }
    const std::size_t size = line + 2 + static_cast<std::size_t>(std::atoi(come.data() + 1)) + 2;
    if (come.size() < size) return false;
    come.remove_prefix(size);
    answer(1, true);
    return true;
  }
};

class RabbitMq : public Pipe {
 public:
  using Pipe::Pipe;
  Task<bool> open() override {
    bool well = co_await connect();
    if (!well) co_return false;
    const std::string empty(1, '\0'), no_table(4, '\0');
    out_ = std::string("AMQP\0\0\x09\x01", 8);
    well = co_await expect(10, 10);
    method(0, 10, 11, no_table + text("PLAIN") + number(12, 4) + std::string("\0guest\0guest", 12) + text("en_US"));
    if (well) well = co_await expect(10, 30);
    method(0, 10, 31, number(1, 2) + number(131072, 4) + number(0, 2));  // one channel: 0 would be more than the server offers
    method(0, 10, 40, text("/") + empty + empty);
    if (well) well = co_await expect(10, 41);
    method(1, 20, 10, empty);
    if (well) well = co_await expect(20, 11);
    method(1, 50, 10, number(0, 2) + text("accepted") + std::string(1, '\2') + no_table);  // durable
    if (well) well = co_await expect(50, 11);
    method(1, 85, 10, empty);
    if (well) well = co_await expect(85, 11);
    if (well) start();
    co_return well;
  }

 private:
  static std::string number(std::uint64_t value, int bytes) {
    std::string out;
    for (int i = bytes; i-- > 0;) out += static_cast<char>(value >> (8 * i));
    return out;
  }
  static std::string text(std::string_view text) { return static_cast<char>(text.size()) + std::string(text); }
  static std::uint64_t number_at(std::string_view bytes, std::size_t at, int size) {
    std::uint64_t out = 0;
    for (int i = 0; i < size; ++i) out = out << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    return out;
  }
  static void frame(char type, unsigned channel, std::string_view payload, std::string& out) {
    out += type;
    out += number(channel, 2) + number(payload.size(), 4);
    out += payload;
    out += '\xce';
  }
  void method(unsigned channel, unsigned of, unsigned which, const std::string& arguments) {
    frame(1, channel, number(of, 2) + number(which, 2) + arguments, out_);
  }
  // Sends what waits, and reads until this method has come.
  Task<bool> expect(unsigned of, unsigned which) {
    const IoResult sent = co_await socket_.send_all(std::string_view(out_));
    out_.clear();
    if (!sent.ok()) co_return false;
    for (;;) {
      while (in_.size() >= 8 && in_.size() >= 8 + number_at(in_, 3, 4)) {
        const std::string payload = in_.substr(7, number_at(in_, 3, 4));
        in_.erase(0, payload.size() + 8);
        if (payload.size() >= 4 && number_at(payload, 0, 2) == of && number_at(payload, 2, 2) == which) co_return true;
        std::fprintf(stderr, "rabbitmq: unexpected method %u.%u\n", static_cast<unsigned>(number_at(payload, 0, 2)), static_cast<unsigned>(number_at(payload, 2, 2)));
        co_return false;
      }
      const bool more = co_await come_more();
      if (!more) co_return false;
    }
  }
  void ask(std::string_view body, std::string& out) override {
    static const std::string publish = number(60, 2) + number(40, 2) + number(0, 2) + text("") + text("accepted") + std::string(1, '\0');
    frame(1, 1, publish, out);
    frame(2, 1, number(60, 2) + number(0, 2) + number(body.size(), 8) + number(0x1000, 2) + std::string(1, '\2'), out);  // delivery-mode 2
    frame(3, 1, body, out);
  }
  bool take(std::string_view& come) override {
    if (come.size() < 8) return false;
    const std::size_t size = number_at(come, 3, 4);
    if (come.size() < size + 8) return false;
    const std::string_view payload = come.substr(7, size);
    if (come[0] == 1 && number_at(payload, 0, 2) == 60 && (number_at(payload, 2, 2) == 80 || number_at(payload, 2, 2) == 120)) {
      // basic.ack or basic.nack: all up to this one, or it alone. Confirms of one channel and queue come in order.
      const std::uint64_t tag = number_at(payload, 4, 8);
      const bool multiple = payload[12] & 1;
      if (!multiple && tag != confirmed_ + 1) std::fprintf(stderr, "rabbitmq: a confirm out of order\n");
      answer(tag - confirmed_, number_at(payload, 2, 2) == 80);
      confirmed_ = tag;
    } else if (come[0] == 1) {
      std::fprintf(stderr, "rabbitmq: method %u.%u\n", static_cast<unsigned>(number_at(payload, 0, 2)), static_cast<unsigned>(number_at(payload, 2, 2)));
    }
    come.remove_prefix(size + 8);
    return true;
  }
  std::uint64_t confirmed_ = 0;
};

}  // namespace

std::unique_ptr<Sink> redis(std::uint16_t port) { return std::make_unique<Redis>(port); }
std::unique_ptr<Sink> rabbitmq(std::uint16_t port) { return std::make_unique<RabbitMq>(port); }

}  // namespace bench
