// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/testing/harness.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "connectors/sql/sql.hpp"
#include "declare/settings.hpp"
#include "format/catalog.hpp"
#include "format/json/json.hpp"
#include "outgoing/options.hpp"

namespace arint::connectors::sql::testing {

Peer::Peer(const std::string& options, const std::string& folder, std::size_t in_flight) {
  const outgoing::Kind kind = *sql().out;
  project_ = std::make_unique<declare::Project>(declare::Project::from_text("sql: " + options, problems_, {}, folder));
  declare::Reading reading(problems_, *project_);
  outgoing::Options read;
  if (problems_.faulty() || !declare::read(outgoing::settings({kind.options}), project_->root(), read, reading)) return;
  outgoing::Making making{"db", core_, reading, in_flight, Millis(30'000)};
  connection_ = kind.make(read.kind, making);
}

std::unique_ptr<outgoing::Operation> Peer::send(const std::string& options) {
  sends_.push_back(std::make_unique<declare::Project>(declare::Project::from_text(options, problems_)));
  declare::Reading reading(problems_, *sends_.back());
  if (problems_.faulty()) return nullptr;
  return connection_->prepare(sends_.back()->root(), reading);
}

Asker::Asker(message::Core& core, std::string body) : text(std::move(body)), run(core, message, arena) {
  run.body.bytes = text;
  run.body.state = message::Body::State::raw;
  run.body.format = format::find("json");
}

runtime::Task<std::string> ask(Peer& peer, std::string send, std::string body) {
  std::unique_ptr<outgoing::Operation> operation = peer.send(send);
  if (!operation) co_return peer.problems();
  Asker asker(peer.core(), std::move(body));
  Result<document::Value> answer = co_await operation->perform(asker.run, true);
  if (!answer) co_return std::string(word(answer.error().fault)) + ": " + answer.error().sentence;
  std::string out;
  Result<void> written = format::json::write(*answer, out);
  co_return written ? out : written.error().sentence;
}

void on_loop(runtime::Task<void> test) {
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(std::move(test));
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "arint-sql-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Folder::write(const std::string& name, const std::string& text) const { std::ofstream(path_ + "/" + name) << text; }

}  // namespace arint::connectors::sql::testing
