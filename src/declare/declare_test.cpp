// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "declare/project.hpp"
#include "declare/settings.hpp"

namespace arint::declare {
namespace {

enum class Reply { accepted, result };
const Words<Reply>& words_of(Reply) {
  static const Words<Reply> words{{"accepted", Reply::accepted}, {"result", Reply::result}};
  return words;
}

struct Retry {
  Millis during{};
  std::int64_t attempts = 0;
};
Settings<Retry> retry_settings() {
  return Settings<Retry>{}
      .add(&Retry::during, {.name = "for", .help = "Try again until then.", .fallback = "30s", .least = "1ms"})
      .add(&Retry::attempts, {.name = "attempts", .help = "At most this often.", .fallback = "3", .least = 1, .most = 100});
}

struct Http {
  std::string url;
  Secret password;
  std::optional<Size> body;
  Retry retry;
};
Settings<Http> http_settings() {
  return Settings<Http>{"http", "Calls an HTTP server."}
      .add(&Http::url, {.name = "url", .help = "Server to call.", .required = true, .example = "https://erp.example/api"})
      .add(&Http::password, {.name = "password", .help = "Password.", .fallback = ""})
      .add(&Http::body, {.name = "body", .help = "Largest body.", .example = "1MiB"})
      .section(&Http::retry, {.name = "retry", .help = "When a call fails."}, retry_settings());
}
struct Nothing {};
Settings<Nothing> topic_settings() { return Settings<Nothing>{"topic", "A topic."}; }

struct Part {
  Choice kind;
  std::optional<Name> service;
  Reply reply = Reply::accepted;
  std::vector<std::string> methods;
  std::optional<Expression> when;
};
Settings<Part> part_settings() {
  return Settings<Part>{}
      .one_of(&Part::kind, {http_settings(), topic_settings()}, {.help = "How it is reached.", .required = true})
      .add(&Part::service, {.name = "service", .help = "What it invokes.", .refers = "service"})
      .add(&Part::reply, {.name = "reply", .help = "When to answer.", .fallback = "result"})
      .add(&Part::methods, {.name = "methods", .help = "Methods.", .fallback = "[POST]", .choices = {"GET", "POST"}})
      .add(&Part::when, {.name = "when", .help = "Only then.", .example = "total > 5"});
}
struct Root {
  std::map<std::string, Part> outgoing;
  Fields<Steps> services;
};
Settings<Root> root_settings() {
  return Settings<Root>{}
      .section(&Root::outgoing, {.name = "outgoing", .help = "Parts.", .defines = "outgoing"}, part_settings())
      .add(&Root::services, {.name = "services", .help = "Flows.", .defines = "service"});
}

Project::Environment variables() {
  return [](const std::string& name) -> std::optional<std::string> {
    if (name == "HOST") return "db";
    if (name == "EMPTY") return "";
    return std::nullopt;
  };
}

TEST(Declare, a_part_is_read_with_its_kind_and_its_defaults) {
  Problems problems;
  Project project = Project::from_text("outgoing:\n  erp: { http: { url: 'http://${env:HOST}/$${x}' }, service: a }\nservices:\n  a: [ log: hi ]\n", problems, variables());
  Reading reading(problems, project);
  Root root;
  EXPECT_TRUE(read(root_settings(), project.root(), root, reading));
  check_references(reading);
  EXPECT_EQ(problems.text(), "");
  const Part& erp = root.outgoing.at("erp");
  EXPECT_EQ(erp.kind.kind, "http");
  EXPECT_EQ(erp.kind.as<Http>().url, "http://db/${x}");
  EXPECT_EQ(erp.kind.as<Http>().retry.during, Millis(30000));
  EXPECT_EQ(erp.reply, Reply::result);
  EXPECT_EQ(erp.methods, std::vector<std::string>{"POST"});
  EXPECT_FALSE(erp.when);
  EXPECT_EQ(erp.service->at.text(), "arint.yaml:2:62");
}

TEST(Declare, every_mistake_is_told_at_its_place) {
  Problems problems;
  Project project = Project::from_text("outgoing:\n  erp:\n    http: { ulr: x, retry: { for: 5, attempts: 0 } }\n    reply: acepted\n    service: nine\n", problems);
  Reading reading(problems, project);
  Root root;
  EXPECT_FALSE(read(root_settings(), project.root(), root, reading));
  check_references(reading);
  EXPECT_EQ(problems.text(),
            "arint.yaml:3:13: outgoing.erp.http: unknown option \"ulr\"; did you mean \"url\"? Known here: url, password, body, retry\n"
            "arint.yaml:3:35: outgoing.erp.http.retry.for: \"5\" is not a duration; write \"5s\" (units: ms, s, m, h, d)\n"
            "arint.yaml:3:48: outgoing.erp.http.retry.attempts: \"0\" is out of range; write a whole number from 1 to 100\n"
            "arint.yaml:4:12: outgoing.erp.reply: \"acepted\" is not allowed; did you mean \"accepted\"? Allowed: accepted, result\n"
            "arint.yaml:5:14: outgoing.erp.service: there is no service named \"nine\"; None is defined\n");
}

}  // namespace
}  // namespace arint::declare
