// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/trial/play.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "command/maps/difference.hpp"
#include "command/maps/maps.hpp"
#include "command/trial/pattern.hpp"
#include "command/trial/peers.hpp"
#include "connectors/http/out/scripted.hpp"
#include "engine/engine.hpp"
#include "flow/values/literal.hpp"
#include "format/catalog.hpp"

namespace arint::command::trial {
namespace {

using document::Value;

// Longer than any time limit of a project; only a message that is never answered meets it.
constexpr Millis never{std::chrono::hours(24 * 365)};
constexpr Millis moment{1};
constexpr std::size_t most_lines_shown = 30;

// A folder that goes with the test; in memory where there is such a place.
class Folder {
 public:
  Folder() {
    for (const std::filesystem::path& base : {std::filesystem::path("/dev/shm"), std::filesystem::temp_directory_path()}) {
      std::string name = (base / "arint-test-XXXXXX").string();
      if (!::mkdtemp(name.data())) continue;
      path_ = name;
      return;
    }
  }
  ~Folder() {
    std::error_code none;
    if (!path_.empty()) std::filesystem::remove_all(path_, none);
  }
  Folder(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class Play {
 public:
  Play(const Test& test, const File& file, Peers& peers, engine::Engine& engine) : test_(test), file_(file), peers_(peers), engine_(engine) {}
  runtime::Task<> run();
  std::vector<std::string>& failures() { return failures_; }

 private:
  void fail(const Position& at, const std::string& what, const std::string& why) { failures_.push_back(at.text() + ": " + what + "\n" + why); }
  void differ(const Position& at, const std::string& what, const Value& wanted, const Value& got);
  runtime::Task<void> send(const Step& step);
  Result<channel::Submitted> submitted(const Send& send);
  void look_at(const Step& step, const Reply& reply, const Result<channel::Told>& told);
  void look_at(const Step& step, const Calls& calls);
  void look_at(const Step& step);

  const Test& test_;
  const File& file_;
  Peers& peers_;
  engine::Engine& engine_;
  document::Arena arena_;
  std::vector<std::string> failures_;
};

void Play::differ(const Position& at, const std::string& what, const Value& wanted, const Value& got) {
  fail(at, what, maps::difference(shown(wanted), shown(got)));
}


Result<channel::Submitted> Play::submitted(const Send& send) {
  channel::Submitted out;
  out.method = send.method;
  out.path = send.path;
  out.query = send.query;
  out.headers.assign(send.headers.begin(), send.headers.end());
  if (send.text) out.body = *send.text;
  if (send.file) {
    Result<std::string> read = maps::read_file((std::filesystem::path(file_.folder) / *send.file).string());
    if (!read) return read.error();
    out.body = std::move(*read);
    if (const format::Format* format = format::find_by_file_name(*send.file)) out.content_type = format->content_type();
  }
  if (send.body) {
    const format::Format* format = engine_.format_of(send.channel.text);
    Result<void> written = format->write(flow::literal(*send.body, arena_), {}, out.body);
    if (!written) return written.error();
  }
  return out;
}

runtime::Task<void> Play::send(const Step& step) {
  Result<channel::Submitted> message = submitted(*step.send);
  if (!message) {
    fail(step.send->channel.at, "send", message.error().sentence);
    co_return;
  }
  Result<channel::Told> told = channel::Told();
  for (std::int64_t i = 0; i < step.send->times; ++i) {
    runtime::Deadline limit(*co_await runtime::this_context(), never);
    told = co_await engine_.submit(step.send->channel.text, *message);
  }
  if (step.reply) look_at(step, *step.reply, told);
  else if (!told && told.error().fault != Fault::cancelled) fail(step.send->channel.at, "send", told.error().sentence);
}

void Play::look_at(const Step& step, const Reply& reply, const Result<channel::Told>& told) {
  if (!told) {
    const std::string got(word(told.error().fault));
    if (!reply.fault || *reply.fault != got) fail(reply.at, "reply", "expected " + (reply.fault ? "the fault " + *reply.fault : "an answer") + ", got " + got + ": " + told.error().sentence);
    return;
  }
  if (reply.fault) return fail(reply.at, "reply", "expected the fault " + *reply.fault + ", got an answer");
  std::vector<document::Member> wanted, got;
  if (reply.status) {
    wanted.push_back({"status", Value::integer(*reply.status)});
    got.push_back({"status", Value::integer(told->status)});
  }
  std::string_view content_type;
  for (const auto& [name, value] : told->headers)
    if (equals_ignoring_case(name, "content-type")) content_type = value;
  for (const auto& [name, value] : reply.headers) {
    wanted.push_back({arena_.copy(name), document::text_of(arena_, value)});
    for (const auto& [sent, is] : told->headers)
      if (equals_ignoring_case(name, sent)) got.push_back({arena_.copy(name), document::text_of(arena_, is)});
  }
  if (reply.text) {
    wanted.push_back({"text", document::text_of(arena_, *reply.text)});
    got.push_back({"text", document::text_of(arena_, told->body)});
  }
  const Value body = connectors::http::body_shown(told->body, content_type.empty() ? "application/json" : content_type, arena_);
  if (reply.body) {
    wanted.push_back({"body", flow::literal(*reply.body, arena_)});
    if (!body.is_absent()) got.push_back({"body", body});
  }
  const Value expected = document::object_of(arena_, wanted), is = document::object_of(arena_, got);
  const bool whole = !step.exact || !reply.body || document::equal(expected.get("body"), body);
  if (fits(expected, is) && whole) return;
  // A status alone says little of what went wrong; the body of a problem does.
  Value told_all = step.exact ? is : pruned(expected, is, arena_);
  if (reply.status && *reply.status != told->status && !reply.body && !body.is_absent()) told_all = document::with_member(arena_, told_all, "body", body);
  differ(reply.at, "reply", expected, told_all);
}

// The words of a call. An expectation that says nothing but them is about the whole call, any other about its body or its parameters.
bool of_call(const Value& pattern) {
  if (!pattern.is_object()) return false;
  const auto members = pattern.members();
  return std::all_of(members.begin(), members.end(), [](const document::Member& one) {
    for (std::string_view word : {"method", "path", "query", "headers", "body", "sql", "params", "statements", "url", "name", "content"})
      if (one.name == word) return true;
    return false;
  });
}

Value said_by(const Value& call) {
  for (const char* name : {"body", "params", "content"})
    if (const Value value = call.get(name); !value.is_absent()) return value;
  return {};
}

void Play::look_at(const Step& step, const Calls& calls) {
  const std::vector<Value> received = peers_.of(calls.outgoing.text).take_calls();
  const Value wanted = flow::literal(calls.list, arena_);
  std::vector<Value> views, cut;
  bool good = received.size() == wanted.size();
  for (std::size_t i = 0; i < received.size(); ++i) {
    const bool known = i < wanted.items().size();
    const Value pattern = known ? wanted.items()[i] : Value();
    const Value view = known && !of_call(pattern) ? said_by(received[i]) : received[i];
    good = good && known && (step.exact ? document::equal(pattern, view) : fits(pattern, view));
    cut.push_back(known && !step.exact ? pruned(pattern, view, arena_) : view);
  }
  if (!good) differ(calls.outgoing.at, calls.outgoing.text + " received", wanted, document::array_of(arena_, cut));
}

void Play::look_at(const Step& step) {
  for (const Calls& calls : step.expect.calls) look_at(step, calls);
  if (step.expect.metrics.empty()) return;
  const std::string page = engine_.metrics();
  for (const auto& [series, wanted] : step.expect.metrics) {
    const std::optional<double> got = log::sample(page, series.name);
    if (got == wanted) continue;
    const Value is = got ? Value::real(*got) : Value();
    differ(series.at, "metric " + series.name, Value::real(wanted), is);
  }
}

runtime::Task<> Play::run() {
  Result<void> opened = co_await engine_.open();
  if (!opened) fail(test_.at, "start", opened.error().sentence);
  for (const Step& step : test_.steps) {
    if (!failures_.empty()) break;
    for (const auto& [outgoing, script] : step.peers) peers_.of(outgoing.text).follow(script);
    if (step.send) co_await send(step);
    // Work that goes on behind an answer: until nothing can happen but by time.
    runtime::IoResult slept = co_await runtime::sleep(moment);
    if (step.after) slept = co_await runtime::sleep(*step.after);
    static_cast<void>(slept);
    look_at(step);
  }
  co_await engine_.close();
}

// Lines of the log that are expected, each found by a line of its own or not at all.
void look_at_log(const Test& test, const std::string& folder, std::vector<std::string>& failures) {
  document::Arena arena;
  std::vector<const declare::Node*> patterns;
  for (const Step& step : test.steps)
    for (const declare::Node& one : step.expect.log) patterns.push_back(&one);
  if (patterns.empty()) return;
  std::ifstream file(folder + "/actions.log");
  std::vector<Value> lines;
  const format::Format* json = format::find("json");
  for (std::string line; std::getline(file, line);) {
    Result<Value> read = json->read(arena.copy(line), {}, arena);
    if (read && !read->get("action").is_absent()) lines.push_back(*read);
  }
  for (const declare::Node* one : patterns) {
    const Value pattern = flow::literal(*one, arena);
    if (std::any_of(lines.begin(), lines.end(), [&](const Value& line) { return fits(pattern, line); })) continue;
    std::string got;
    for (const Value& line : lines) {
      if (lines.size() - static_cast<std::size_t>(&line - lines.data()) > most_lines_shown) continue;
      got += "  ";
      static_cast<void>(json->write(pruned(pattern, line, arena), {}, got));
      got += "\n";
    }
    failures.push_back(one->at.text() + ": log\nexpected a line with\n" + shown(pattern) + "\nthe lines have, of that,\n" + got);
  }
}

}  // namespace

std::vector<std::string> play(const Test& test, const File& file, const engine::Configuration& configuration, declare::Project& project) {
  const Folder folder;
  if (folder.path().empty()) return {test.at.text() + ": no folder can be made in /dev/shm or " + std::filesystem::temp_directory_path().string()};
  engine::Configuration own = configuration;
  own.node.data = folder.path();
  own.node.cores = 1;
  own.store.min_free = Size{0};
  Peers peers;
  const engine::Stage stage{[&peers](const std::string& outgoing, std::unique_ptr<outgoing::Connection> real) { return peers.connection(outgoing, std::move(real)); }};
  Result<std::unique_ptr<engine::Engine>> engine = engine::Engine::make(own, project, &stage);
  if (!engine) return {test.at.text() + ": cannot start: " + engine.error().sentence};
  Play play(test, file, peers, **engine);
  {
    runtime::Loop loop(runtime::Backend::epoll, 0, runtime::Time::simulated);
    loop.clock().set_wall(test.clock_ms);
    loop.run(play.run());
  }
  engine->reset();  // the log is written to its end
  std::vector<std::string> failures = std::move(play.failures());
  if (failures.empty()) look_at_log(test, folder.path(), failures);
  return failures;
}

}  // namespace arint::command::trial
