// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/sample/sample.hpp"

#include <gtest/gtest.h>

#include "declare/sample/golden.hpp"

namespace arint::declare::sample {
namespace {

// A reading of one text against the sample.
struct Told {
  explicit Told(const std::string& yaml) : project(Project::from_text(yaml, problems, variables())), reading(problems, project) {
    good = read(root_settings(), project.root(), root, reading);
    check_references(reading);
  }
  Problems problems;
  Project project;
  Reading reading;
  Root root;
  bool good = false;
};

TEST(Sample, a_part_is_read_with_its_kind_and_its_defaults) {
  Told told("outgoing:\n  erp: { http: { url: 'http://${env:HOST}:${env:PORT}/$${x}', retry: { attempts: '${env:NONE:-7}' } }, format: json }\n"
            "channels:\n  in: { path: /a, service: a }\nservices:\n  a: [ log ]\n");
  EXPECT_TRUE(told.good);
  EXPECT_EQ(told.problems.text(), "");
  const Outgoing& erp = told.root.outgoing.at("erp");
  const Http& http = erp.kind.as<Http>();
  EXPECT_EQ(erp.kind.kind, "http");
  EXPECT_EQ(http.url, "http://db:8080/${x}");
  EXPECT_EQ(http.retry.attempts, 7);
  EXPECT_EQ(http.retry.total, Millis(30000));
  EXPECT_EQ(http.body, Size{1u << 20});
  EXPECT_TRUE(http.keep_alive);
  EXPECT_EQ(http.at.text(), "arint.yaml:2:16");
  EXPECT_EQ(erp.format.kind, "json");
  EXPECT_EQ(told.root.channels.at("in").methods, std::vector<std::string>{"POST"});
  EXPECT_EQ(told.root.channels.at("in").reply, Reply::result);
  EXPECT_FALSE(told.root.channels.at("in").timeout);
  EXPECT_EQ(told.root.channels.at("in").service->at.text(), "arint.yaml:4:28");
  EXPECT_EQ(told.root.services.front().first, "a");
}

TEST(Sample, a_kind_without_options_may_be_empty_or_a_word) {
  Told told("outgoing:\n  a: { topic: , format: { csv: { separator: ';' } } }\n  b: { topic: {}, format: csv }\n");
  EXPECT_EQ(told.problems.text(), "");
  EXPECT_EQ(told.root.outgoing.at("a").format.as<Csv>().separator, ";");
  EXPECT_EQ(told.root.outgoing.at("b").format.as<Csv>().separator, ",");
  EXPECT_EQ(told.root.outgoing.at("b").kind.kind, "topic");
}

TEST(Sample, an_empty_project_is_nothing_wrong) {
  EXPECT_EQ(Told("").problems.text(), "");
  EXPECT_EQ(Told("# only a comment\nchannels:\noutgoing:\n").problems.text(), "");
  EXPECT_EQ(Told("- 1\n").problems.text(), "arint.yaml:1:1: a configuration is a map of sections (channels, services, outgoing, ...)\n");
}

TEST(Sample, free_yaml_is_kept_as_it_is) {
  Told told("notes: { a: [ 1, '${env:NONE}' ] }\n");
  EXPECT_EQ(told.problems.text(), "");
  EXPECT_EQ(told.root.notes.find("a")->items[1].text, "${env:NONE}");
}

TEST(Sample, steps_are_read_against_their_verbs) {
  Told told("outgoing: { erp: { topic: } }\n"
            "services:\n"
            "  a:\n"
            "    - log\n"
            "    - send: erp\n"
            "    - set: { total: \"$sum(x)\", n: 5, t: '5', list: [ a ] }\n"
            "    - route: [ { when: total > 5, do: [ log: ] } ]\n"
            "    - try: [ log ]\n"
            "      finally: [ log ]\n");
  std::vector<Choice> steps = read_steps(told.root.services[0].second, verbs(), told.reading);
  check_references(told.reading);
  EXPECT_EQ(told.problems.text(), "");
  ASSERT_EQ(steps.size(), 5u);
  EXPECT_EQ(steps[0].kind, "log");
  EXPECT_EQ(steps[1].as<Send>().to.text, "erp");
  EXPECT_EQ(steps[1].as<Send>().to.at.text(), "arint.yaml:5:13");
  const Fields<Value>& fields = steps[2].as<Set>().fields;
  EXPECT_EQ(fields[0].second.expression.source, "$sum(x)");
  EXPECT_EQ(position_in(fields[0].second.expression, 5).text(), "arint.yaml:6:27");
  EXPECT_FALSE(fields[1].second.is_expression);
  EXPECT_TRUE(fields[2].second.is_expression);
  EXPECT_FALSE(fields[3].second.is_expression);
  EXPECT_EQ(steps[3].as<Route>().cases[0].when->at.text(), "arint.yaml:7:24");
  EXPECT_EQ(steps[4].as<Try>().finally.node.items.size(), 1u);
  EXPECT_EQ(steps[4].at.text(), "arint.yaml:8:7");
}

TEST(Sample, wrong_steps_are_told) {
  Told told("services:\n  a:\n    - sned: { to: erp }\n    - send: { to: erp }\n      log: x\n    - 'log'\n    - []\n    - {}\n    - set: []\n    - try: [log: x]\n    - finally: [log: x]\n");
  read_steps(told.root.services[0].second, verbs(), told.reading);
  EXPECT_EQ(told.problems.text(),
            "arint.yaml:3:7: [0]: unknown step \"sned\"; did you mean \"send\"? Known steps: log, send, set, route, try\n"
            "arint.yaml:5:7: [1].send: \"log\" stands beside \"send\"; a step has one verb: begin another step, or move it below \"send\"\n"
            "arint.yaml:6:7: services.a[2]: is a single value; a step is a verb with its options, for example `log: \"text\"`\n"
            "arint.yaml:7:7: services.a[3]: is a list; a step is a verb with its options, for example `log: \"text\"`\n"
            "arint.yaml:8:7: services.a[4]: is empty; a step is a verb with its options, for example `log: \"text\"`\n"
            "arint.yaml:9:12: [5].set: is a list; write a map of options\n"
            "arint.yaml:11:7: [7]: \"finally\" is an option of the \"try\" before it; write both in one item: { try: ..., finally: ... }\n");
}

// One file with all the mistakes a person makes; each is told at its line and column, in one run.
TEST(Sample, every_mistake_is_told_at_its_place) {
  Told told(test_file("declare-problems.yaml"));
  for (auto& [name, steps] : told.root.services) {
    Reading::Inside inside(told.reading, "services");
    Reading::Inside service(told.reading, name);
    read_steps(steps, verbs(), told.reading);
  }
  check_references(told.reading);
  EXPECT_FALSE(told.good);
  EXPECT_GE(told.problems.list().size(), 30u);
  std::string now = told.problems.text();
  EXPECT_EQ(now, golden("declare-problems.txt", now));
  EXPECT_EQ(now.find("hunter2"), std::string::npos) << "a secret was shown";
}

TEST(Sample, the_same_sentence_at_the_same_place_is_told_once) {
  Told told("channels:\n  in: { path: /a, service: a, timeout: soon }\nservices: { a: [] }\n");
  Root again;
  read(root_settings(), told.project.root(), again, told.reading);
  EXPECT_EQ(told.problems.list().size(), 1u);
}

}  // namespace
}  // namespace arint::declare::sample
