// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/ask.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "admin/question.hpp"
#include "command/project.hpp"
#include "engine/engine.hpp"
#include "log/actions/action_log.hpp"
#include "runtime/io/address.hpp"
#include "store/sqlite/sqlite.hpp"

namespace arint::command {
namespace {

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// One HTTP exchange over a unix socket, blocking: what the node answers, up to its closing. Fault: unreachable.
Result<std::string> exchange(const std::string& path, std::string_view request) {
  auto failed = [&](const char* doing) {
    return Error{Fault::unreachable, std::string("no node answers at ") + path + " (" + doing + ": " + std::strerror(errno) + "); is `arint run` running on this project, as this user?"};
  };
  const std::optional<runtime::Address> address = runtime::Address::parse("unix:" + path);
  if (!address) return Error{Fault::unreachable, "the path " + path + " is too long for a socket; choose a shorter node.data"};
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed("socket");
  std::string answer;
  Result<std::string> out = answer;
  if (::connect(fd, address->data(), address->length()) < 0) {
    out = failed("connect");
  } else if (!send_all(fd, request)) {
    out = failed("send");
  } else {
    char piece[4096];
    ssize_t got;
    while ((got = ::recv(fd, piece, sizeof piece, 0)) > 0) answer.append(piece, static_cast<std::size_t>(got));
    out = got < 0 ? Result<std::string>(failed("receive")) : Result<std::string>(std::move(answer));
  }
  ::close(fd);
  return out;
}

runtime::Task<> ask_store(store::Store* store, const admin::Note* note, admin::Question question, Result<std::string>* out) {
  *out = co_await admin::answer(store, *note, question);
}

}  // namespace

Result<std::string> exchange_with_node(const Place& place, std::string_view request) { return exchange((data_folder(place) / "arint.sock").string(), request); }

Result<std::string> ask_running(const Place& place, const std::string& method, const std::string& target, std::string_view body) {
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: arint\r\n";
  if (method == "POST") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  request += "Connection: close\r\n\r\n";
  request += body;
  Result<std::string> answer = exchange_with_node(place, request);
  if (!answer) return answer.error();
  const std::size_t head = answer->find("\r\n\r\n");
  if (head == std::string::npos) return Error{Fault::unreachable, "the node ended before it answered"};
  int status = 0;
  std::from_chars(answer->data() + 9, answer->data() + 12, status);
  std::string said = answer->substr(head + 4);
  if (status != 200) return Error{Fault::rejected, std::move(said), status};
  return said;
}

// The store of a node that does not run, and its log, in which what a person decides is written.
struct Asker::Opened {
  std::unique_ptr<log::ActionLog> log{};
  std::unique_ptr<store::Store> store{};
};

Asker::Asker(Place place) : place_(std::move(place)) {}
Asker::~Asker() {
  if (!opened_) return;
  opened_->store.reset();
  if (opened_->log) static_cast<void>(opened_->log->close());
}

Result<void> Asker::open() {
  std::unique_ptr<Checked> checked = read_checked(place_);
  const std::filesystem::path folder = engine::data_folder(checked->configuration, *checked->project);
  std::error_code none;
  if (!std::filesystem::exists(folder / "store.db", none)) return Error{Fault::unreachable, ""};
  auto opened = std::make_unique<Opened>();
  Result<std::unique_ptr<store::Store>> store = store::open_sqlite(engine::store_options(checked->configuration, *checked->project));
  if (!store) return store.error();
  opened->store = std::move(*store);
  Result<std::unique_ptr<log::ActionLog>> log = log::ActionLog::open(engine::log_options(checked->configuration, *checked->project));
  if (!log) return log.error();
  opened->log = std::move(*log);
  opened_ = std::move(opened);
  return {};
}

Result<std::string> Asker::operator()(const std::string& method, const std::string& target, std::string_view body) {
  if (!opened_) {
    Result<std::string> said = ask_running(place_, method, target, body);
    if (said || said.error().fault != Fault::unreachable) return said;
    if (Result<void> done = open(); !done) return done.error().sentence.empty() ? said.error() : done.error();
  }
  const std::size_t mark = target.find('?');
  admin::Question question;
  question.changes = method == "POST";
  question.path = std::string_view(target).substr(0, mark);
  if (mark != std::string::npos) question.query = std::string_view(target).substr(mark + 1);
  question.body = body;
  log::Writer& writer = opened_->log->writer();
  const admin::Note note = [&](const log::Action& line) { writer.write(line); };
  Result<std::string> out = std::string();
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(ask_store(opened_->store.get(), &note, question, &out));
  return out;
}

int print(const Result<std::string>& said) {
  if (said) {
    std::fputs(said->c_str(), stdout);
    return 0;
  }
  const Error& error = said.error();
  std::fprintf(stderr, "%s%s", error.sentence.c_str(), error.sentence.ends_with('\n') ? "" : "\n");
  return error.fault == Fault::rejected && (!error.status || error.status == 422) ? 2 : 1;
}

}  // namespace arint::command
