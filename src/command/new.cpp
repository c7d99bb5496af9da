// SPDX-License-Identifier: GPL-3.0-or-later
// `arint new`: a project to begin with. It runs, and its test passes (tests/command/new_test.py).
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "command/command.hpp"

namespace arint::command {
namespace {

constexpr const char* project = R"(# A greeting over HTTP, which a second system is told about. `arint test` shows that it works, `arint run` serves it:
#   curl -d '{ "name": "Ada" }' -H 'Content-Type: application/json' http://127.0.0.1:8080/greetings
channels:
  greetings:
    http: { path: /greetings, methods: [POST] }
    service: greet

services:
  greet:
    - validate: { schema: schemas/greeting.json }
    - set: { text: "'Hello, ' & name & '!'" }
    - try:
        - send: { to: guest-book, path: /entries, body: "{ 'guest': name }" }
      catch:
        - on: [unreachable, timeout, busy]
          do: [ log: { text: "the guest book is away: {name} is not in it" } ]
    - reply: { status: 200, body: "{ 'greeting': text }" }

outgoing:
  guest-book: { http: { url: "http://${env:GUEST_BOOK:-127.0.0.1:8099}" }, timeout: 2s }
)";

constexpr const char* schema = R"({
  "type": "object",
  "required": ["name"],
  "properties": { "name": { "type": "string", "minLength": 1, "maxLength": 80 } }
}
)";

constexpr const char* tests = R"(# Run by `arint test`: the other systems are played, the clock is simulated, nothing touches a network.
- name: who says a name is greeted, and written into the guest book
  send: { channel: greetings, body: { name: Ada } }
  reply: { status: 200, body: { greeting: "Hello, Ada!" } }
  expect:
    guest-book: [ { path: /entries, body: { guest: Ada } } ]

- name: a guest book that is away keeps nobody from being greeted
  peers: { guest-book: unreachable }
  send: { channel: greetings, body: { name: Ada } }
  reply: { status: 200 }
  expect:
    guest-book: []
    log: [ { action: logged, text: "~ not in it" } ]

- name: without a name there is no greeting
  send: { channel: greetings, body: {} }
  reply: { status: 422 }
  expect: { guest-book: [] }
)";

constexpr const char* ignored = "# what the node writes: its log, its store, its socket\ndata/\n";

struct New {
  const char* path;
  const char* text;
};
constexpr New files[] = {{"arint.yaml", project}, {"schemas/greeting.json", schema}, {"tests/greetings.test.yaml", tests}, {".gitignore", ignored}};

}  // namespace

int make_project(const std::string& folder) {
  const std::filesystem::path base(folder);
  for (const New& file : files)
    if (std::filesystem::exists(base / file.path)) {
      std::fprintf(stderr, "%s is there already; nothing was written\n", (base / file.path).string().c_str());
      return 2;
    }
  for (const New& file : files) {
    std::error_code problem;
    std::filesystem::create_directories((base / file.path).parent_path(), problem);
    std::ofstream out(base / file.path);
    out << file.text;
    out.flush();
    if (!out) {
      std::fprintf(stderr, "cannot write %s\n", (base / file.path).string().c_str());
      return 1;
    }
  }
  std::printf("%s is a project now. Next:\n  arint test %s\n  arint run %s\n", folder.c_str(), folder.c_str(), folder.c_str());
  return 0;
}

}  // namespace arint::command
