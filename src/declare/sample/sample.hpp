// SPDX-License-Identifier: GPL-3.0-or-later
// A small made-up product that uses every kind of member: what the tests and the fuzz target of this folder read.
#pragma once
#include "declare/project.hpp"
#include "declare/settings.hpp"

namespace arint::declare::sample {

enum class Reply { accepted, result };
const Words<Reply>& words_of(Reply);

struct Retry {
  Millis total{};
  std::int64_t attempts = 0;
  double factor = 0;
};
struct Http {
  std::string url;
  std::optional<std::string> user;
  Secret password;
  std::map<std::string, std::string> headers;
  Size body;
  bool keep_alive = false;
  Retry retry;
  Position at;
};
struct Sql {
  std::string url;
  std::vector<Secret> keys;
};
struct Topic {};
struct Csv {
  std::string separator;
};

struct Outgoing {
  Choice kind;
  std::int64_t in_flight = 0;
  Choice format;
  std::optional<File> schema;
};
struct Channel {
  std::string path;
  std::vector<std::string> methods;
  std::optional<Name> service;
  std::optional<Name> forward;
  Reply reply = Reply::accepted;
  std::optional<Millis> timeout;
};
struct Root {
  std::map<std::string, Channel> channels;
  Fields<Steps> services;
  std::map<std::string, Outgoing> outgoing;
  Node notes;
};
Settings<Root> root_settings();

// Steps.
struct Send {
  Name to;
  std::optional<Expression> body;
  std::optional<std::string> into;
};
struct Set {
  Fields<Value> fields;
};
struct Case {
  std::optional<Expression> when;
  Steps then;
};
struct Route {
  std::vector<Case> cases;
};
struct Try {
  Steps steps;
  Steps finally;
};
std::vector<Shape> verbs();

// What HOST, PORT and EMPTY hold; nothing else is set.
Project::Environment variables();

}  // namespace arint::declare::sample
