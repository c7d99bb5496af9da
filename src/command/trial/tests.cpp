// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/trial/tests.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/text.hpp"
#include "connectors/timer/schedule/moment.hpp"
#include "declare/yaml/yaml.hpp"

namespace arint::command::trial {
namespace {

using declare::Kind;
using declare::Node;

const std::vector<std::string> fault_words{"unreachable", "timeout", "busy", "refused", "rejected", "malformed"};
constexpr const char* first_moment = "2026-01-01T00:00:00Z";

declare::Settings<Answer> answer_settings() {
  return declare::Settings<Answer>{"peers", "What an outgoing's peer does with a call. One answer, or a list of them: each is given as often as `times` says, without "
                                            "it once, the last one and those with `when` for ever. After them, and without any, a peer has nothing to say: status 200 "
                                            "without a body, or no rows. A word is a fault: `unreachable`, `unreachable 2 times`, `ok`."}
      .add(&Answer::when, {.name = "when", .help = "Only for calls that look so: `{ path: /people/7 }`, `{ sql: \"~ ^insert\" }`."})
      .add(&Answer::fault, {.name = "fault", .help = "It fails. `timeout` never answers, so that the outgoing's own time limit ends the call.", .choices = fault_words})
      .add(&Answer::message, {.name = "message", .help = "With `fault`: the peer's words.", .fallback = ""})
      .add(&Answer::retry_after, {.name = "retry_after", .help = "With `fault: busy`: when the peer wants to be asked again.", .example = "5s"})
      .add(&Answer::after, {.name = "after", .help = "How long it takes, on the test's clock.", .example = "300ms"})
      .add(&Answer::times, {.name = "times", .help = "How many calls get this answer.", .unit = "calls", .example = "2", .least = 1})
      .add(&Answer::status, {.name = "status", .help = "HTTP: the status.", .unit = "status", .example = "201", .least = 200, .most = 599})
      .add(&Answer::headers, {.name = "headers", .help = "HTTP: its headers.", .fallback = "{}"})
      .add(&Answer::body, {.name = "body", .help = "HTTP: the document it answers, as JSON or in the format of its own Content-Type.", .example = "{ booking: B-7 }"})
      .add(&Answer::text, {.name = "text", .help = "HTTP: the same as bytes.", .example = "ok"})
      .add(&Answer::rows, {.name = "rows", .help = "SQL: the rows.", .example = "[ { id: 7 } ]"})
      .add(&Answer::count, {.name = "count", .help = "SQL: how many rows were changed; without it as many as `rows` has.", .unit = "rows", .least = 0})
      .place(&Answer::at)
      .check([](Answer& answer, const Node& node, declare::Reading& reading) {
        answer.said = declare::map_node(node.at);
        for (const declare::Member& member : node.members)
          for (const char* word : {"status", "headers", "body", "text", "rows", "count"})
            if (member.name == word) answer.said.members.push_back(member);
        if (answer.fault && !answer.said.members.empty()) reading.fault(node.at, "a peer fails or answers: `fault` stands alone");
        if (answer.body && answer.text) reading.fault(node.at, "`body` and `text` exclude each other");
        if (answer.rows && answer.rows->kind != Kind::list) reading.fault(answer.rows->at, "rows: is a list of maps");
        if (answer.retry_after && answer.fault != "busy") reading.fault(node.at, "retry_after belongs to `fault: busy`");
      });
}

declare::Settings<Send> send_settings() {
  return declare::Settings<Send>{"send", "A message to a channel, through everything that one from outside passes."}
      .add(&Send::channel, {.name = "channel", .help = "Which channel.", .required = true, .example = "orders", .refers = "channel"})
      .add(&Send::method, {.name = "method", .help = "HTTP: the method; POST when there is a body, else the channel's first.", .fallback = "", .example = "PUT"})
      .add(&Send::path, {.name = "path", .help = "HTTP: the path; needed where that of the channel has {parameters}.", .fallback = "", .example = "/orders/7"})
      .add(&Send::query, {.name = "query", .help = "HTTP: what stands behind the `?`.", .fallback = "", .example = "limit=10"})
      .add(&Send::headers, {.name = "headers", .help = "Its headers; Content-Type is that of the channel's first format when it is not said.", .fallback = "{}"})
      .add(&Send::body, {.name = "body", .help = "The document that is sent, written in the channel's first format.", .example = "{ id: 7 }"})
      .add(&Send::text, {.name = "text", .help = "The same as bytes.", .example = "\"{ \""})
      .add(&Send::file, {.name = "file", .help = "The same from a file beside the test.", .example = "orders.csv"})
      .add(&Send::times, {.name = "times", .help = "It is sent so often, one after the other; `reply` is about the last.", .unit = "messages", .fallback = "1", .least = 1, .most = 100'000})
      .shorthand("channel")
      .check([](Send& send, const Node& node, declare::Reading& reading) {
        if (send.body.has_value() + send.text.has_value() + send.file.has_value() > 1) reading.fault(node.at, "`body`, `text` and `file` exclude each other");
      });
}

declare::Settings<Reply> reply_settings() {
  return declare::Settings<Reply>{"reply", "What the sender is told. What is not said is not looked at."}
      .add(&Reply::status, {.name = "status", .help = "HTTP: the status.", .unit = "status", .example = "201", .least = 100, .most = 599})
      .add(&Reply::fault, {.name = "fault", .help = "Of a channel that answers nobody (a file, a timer): what its service failed with.", .choices = {"unreachable", "timeout", "busy", "refused", "rejected", "malformed", "bug"}})
      .add(&Reply::headers, {.name = "headers", .help = "Headers it has, with their values.", .fallback = "{}"})
      .add(&Reply::body, {.name = "body", .help = "What its body holds.", .example = "{ order: 7 }"})
      .add(&Reply::text, {.name = "text", .help = "Its body as text.", .example = "ok"})
      .shorthand("status")
      .place(&Reply::at);
}

struct WrittenStep {
  declare::Fields<Node> peers{};
  std::optional<Send> send{};
  std::optional<Reply> reply{};
  std::optional<Millis> after{};
  std::optional<Node> expect{};
  bool exact = false;
  Position at{};
};

declare::Settings<WrittenStep> step_settings() {
  return declare::Settings<WrittenStep>{"step", "What happens, in this order."}
      .add(&WrittenStep::peers, {.name = "peers", .help = "What the peers of outgoings do from now on.", .fallback = "{}", .example = "{ erp: unreachable 2 times }"})
      .section(&WrittenStep::send, {.name = "send", .help = "A message to a channel.", .example = "{ channel: orders, body: { id: 7 } }"}, send_settings())
      .section(&WrittenStep::reply, {.name = "reply", .help = "What its sender is told.", .example = "{ status: 201 }"}, reply_settings())
      .add(&WrittenStep::after, {.name = "after", .help = "So much time passes on the test's clock; what becomes due meanwhile, happens.", .example = "30s"})
      .add(&WrittenStep::expect, {.name = "expect", .help = "What outgoings received, by name: a list of calls since they were last looked at. Also `metric`: series and their "
                                                            "values, and `log`: lines that the action log has when the test ends.",
                                  .example = "{ erp: [ { id: 7 } ] }"})
      .add(&WrittenStep::exact, {.name = "exact", .help = "Bodies are compared whole; without it they may hold more than what is written.", .fallback = "false"})
      .place(&WrittenStep::at)
      .check([](WrittenStep& step, const Node& node, declare::Reading& reading) {
        if (step.reply && !step.send) reading.fault(node.at, "`reply` needs a `send`");
      });
}

struct WrittenTest {
  std::string name{};
  std::optional<std::string> clock{};
  std::optional<Node> steps{};
  declare::Fields<Node> others{};
  Position at{};
};

declare::Settings<WrittenTest> test_settings() {
  return declare::Settings<WrittenTest>{"test", "One test. It has a node of its own, with an empty store and log, whose peers are played."}
      .add(&WrittenTest::name, {.name = "name", .help = "What it shows.", .required = true, .example = "a big order waits for approval"})
      .add(&WrittenTest::clock, {.name = "clock", .help = "When it begins; without it 2026-01-01T00:00:00Z.", .example = "\"2026-03-29T00:30:00Z\""})
      .add(&WrittenTest::steps, {.name = "steps", .help = "Several steps, one after the other; one alone is written into the test itself.", .example = "[ { send: orders }, { after: 1h } ]"})
      .rest(&WrittenTest::others, {.name = "step", .help = "The options of a step."})
      .place(&WrittenTest::at);
}

struct WrittenFile {
  std::map<std::string, std::string> env{};
  std::string environment{};
  std::optional<std::string> clock{};
  declare::Fields<Node> peers{};
  std::optional<Node> tests{};
};

declare::Settings<WrittenFile> file_settings() {
  return declare::Settings<WrittenFile>{"tests", "A file of tests: a list of them, or a map with what they share."}
      .add(&WrittenFile::env, {.name = "env", .help = "What `${env:NAME}` is in these tests; the process's own environment is not seen.", .fallback = "{}", .example = "{ ERP: \"127.0.0.1:1\" }"})
      .add(&WrittenFile::environment, {.name = "environment", .help = "The env/NAME.yaml that is merged, as with `--env`.", .fallback = "", .example = "test"})
      .add(&WrittenFile::clock, {.name = "clock", .help = "When tests begin that do not say it.", .example = "\"2026-03-29T00:30:00Z\""})
      .add(&WrittenFile::peers, {.name = "peers", .help = "What the peers of outgoings do when a test begins.", .fallback = "{}"})
      .add(&WrittenFile::tests, {.name = "tests", .help = "The tests.", .required = true});
}

// "unreachable 2 times", "ok", "timeout".
bool read_words(const Node& node, Answer& out, declare::Reading& reading) {
  out.at = node.at;
  const std::vector<std::string_view> words = split(trim(node.text), ' ');
  std::int64_t times = 0;
  bool good = words.size() == 1;
  if (words.size() == 3 && (words[2] == "times" || words[2] == "time")) {
    const auto [end, wrong] = std::from_chars(words[1].data(), words[1].data() + words[1].size(), times);
    good = wrong == std::errc() && end == words[1].data() + words[1].size() && times > 0;
    out.times = times;
  }
  const bool fault = std::find(fault_words.begin(), fault_words.end(), words[0]) != fault_words.end();
  if (fault) out.fault = std::string(words[0]);
  if (good && (fault || words[0] == "ok")) return true;
  const std::string near = nearest(words[0], fault_words);
  reading.fault(node.at, arint::quoted(node.text) + " is no answer; write ok, " + join(fault_words, ", ") + ", each with \"N times\" if need be, or a map" +
                             (near.empty() || near == words[0] ? "" : "; did you mean " + near + "?"));
  return false;
}

std::vector<Answer> read_script(const Node& node, declare::Reading& reading) {
  std::vector<Answer> out;
  auto one = [&](const Node& written) {
    Answer answer;
    const bool good = written.kind == Kind::scalar ? read_words(written, answer, reading) : declare::read(answer_settings(), written, answer, reading);
    if (good) out.push_back(std::move(answer));
  };
  if (node.kind != Kind::list) {
    one(node);
    return out;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    declare::Reading::Inside inside(reading, i);
    one(node.items[i]);
  }
  return out;
}

using Scripts = std::vector<std::pair<declare::Name, std::vector<Answer>>>;

Scripts read_peers(const declare::Fields<Node>& written, const Node& owner, declare::Reading& reading) {
  Scripts out;
  const Node* map = owner.find("peers");
  declare::Reading::Inside section(reading, "peers");
  for (const auto& [name, node] : written) {
    declare::Reading::Inside inside(reading, name);
    const declare::Member* key = map ? map->member(name) : nullptr;
    const declare::Name outgoing{name, key ? key->at : node.at};
    reading.refer("outgoing", outgoing);
    out.emplace_back(outgoing, read_script(node, reading));
  }
  return out;
}

Expect read_expect(const Node& node, declare::Reading& reading) {
  Expect out;
  declare::Reading::Inside section(reading, "expect");
  if (node.kind != Kind::map) {
    reading.fault(node.at, "is no map; write `OUTGOING: [ ... ]`, `metric: { SERIES: VALUE }` or `log: [ { ... } ]`");
    return out;
  }
  for (const declare::Member& member : node.members) {
    declare::Reading::Inside inside(reading, member.name);
    if (member.name == "metric") {
      for (const declare::Member& series : member.value.members) {
        const std::optional<double> value = declare::real_of(series.value.text);
        if (value) out.metrics.emplace_back(series, *value);
        else reading.fault(series.value.at, "a metric's value is a number");
      }
      if (member.value.kind != Kind::map) reading.fault(member.value.at, "is no map; write `SERIES: VALUE`, as /metrics shows it");
      continue;
    }
    if (member.value.kind != Kind::list) {
      reading.fault(member.value.at, member.name == "log" ? "is no list of lines" : "what an outgoing received is a list; [] when it is nothing");
      continue;
    }
    if (member.name == "log") {
      out.log = member.value.items;
      continue;
    }
    const declare::Name outgoing{member.name, member.at};
    reading.refer("outgoing", outgoing);
    out.calls.push_back({outgoing, member.value});
  }
  return out;
}

Step read_step(const Node& node, declare::Reading& reading) {
  WrittenStep written;
  declare::read(step_settings(), node, written, reading);
  Step out;
  out.peers = read_peers(written.peers, node, reading);
  out.send = std::move(written.send);
  out.reply = std::move(written.reply);
  out.after = written.after;
  if (written.expect) out.expect = read_expect(*written.expect, reading);
  out.exact = written.exact;
  out.at = node.at;
  return out;
}

Test read_test(const Node& node, std::int64_t clock_ms, declare::Reading& reading) {
  Test out;
  WrittenTest written;
  declare::read(test_settings(), node, written, reading);
  out.name = written.name;
  out.at = node.at;
  out.clock_ms = clock_ms;
  if (written.clock) {
    const std::optional<std::int64_t> moment = connectors::timer::parse_moment(*written.clock);
    if (moment) out.clock_ms = *moment;
    else reading.fault(node.find("clock")->at, "clock: " + arint::quoted(*written.clock) + " is no moment; write 2026-03-29T00:30:00Z");
  }
  Node alone = declare::map_node(node.at);
  for (const declare::Member& member : node.members)
    if (member.name != "name" && member.name != "clock" && member.name != "steps") alone.members.push_back(member);
  if (!alone.members.empty() || !written.steps) out.steps.push_back(read_step(alone, reading));
  if (!written.steps) return out;
  if (written.steps->kind != Kind::list) reading.fault(written.steps->at, "steps: is no list of steps");
  declare::Reading::Inside section(reading, "steps");
  for (std::size_t i = 0; i < written.steps->items.size(); ++i) {
    declare::Reading::Inside inside(reading, i);
    out.steps.push_back(read_step(written.steps->items[i], reading));
  }
  return out;
}

}  // namespace

File read_tests(const std::string& path, std::string text, declare::Reading& reading) {
  File out;
  out.path = path;
  out.folder = std::filesystem::path(path).parent_path().string();
  Node root = declare::parse_yaml(path, std::move(text), reading.problems());
  if (reading.problems().faulty()) return out;
  WrittenFile written;
  Node map = root;
  if (root.kind == Kind::list) {
    map = declare::map_node(root.at);
    map.members.push_back({"tests", root.at, std::move(root)});
  }
  declare::read(file_settings(), map, written, reading);
  out.env = written.env;
  out.environment = written.environment;
  std::optional<std::int64_t> clock_ms = connectors::timer::parse_moment(written.clock.value_or(first_moment));
  if (!clock_ms) reading.fault(map.find("clock")->at, "clock: " + arint::quoted(*written.clock) + " is no moment; write 2026-03-29T00:30:00Z");
  const Scripts shared = read_peers(written.peers, map, reading);
  if (!written.tests) return out;
  if (written.tests->kind != Kind::list) {
    reading.fault(written.tests->at, "tests: is no list of tests");
    return out;
  }
  for (std::size_t i = 0; i < written.tests->items.size(); ++i) {
    declare::Reading::Inside inside(reading, i);
    Test test = read_test(written.tests->items[i], clock_ms.value_or(0), reading);
    if (!test.steps.empty()) test.steps.front().peers.insert(test.steps.front().peers.begin(), shared.begin(), shared.end());
    out.tests.push_back(std::move(test));
  }
  return out;
}

std::vector<std::pair<std::string, declare::Shape>> shapes() {
  declare::Shape test = test_settings().shape();
  test.rest.reset();
  return {{"The file", file_settings().shape()}, {"A test", test}, {"A step", step_settings().shape()}, {"A peer", answer_settings().shape()}};
}

}  // namespace arint::command::trial
