// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/testing/harness.hpp"

#include <thread>

#include "base/ids.hpp"

namespace arint::store::testing {
namespace fs = std::filesystem;

Folder::Folder() : path_(fs::temp_directory_path() / ("arint-store-" + Id::random().hex())) { fs::create_directories(path_); }
Folder::~Folder() {
  std::error_code none;
  fs::remove_all(path_, none);
}

Letter::Letter(std::string the_body, std::string the_channel) : channel(std::move(the_channel)), body(std::move(the_body)) {
  headers[0] = {"content-type", type};
  headers[1] = {"x-shop", "7"};
  message.id = Id::random();
  message.trace = Trace::fresh();
  message.channel = channel;
  message.received_ms = Box::now;
  message.method = method, message.target = target, message.content_type = type, message.principal = principal;
  message.headers = headers;
}

void until_ready(const Store& store) {
  while (store.status().journal == JournalState::making) std::this_thread::yield();
}

Box::Box(Options options) : version(sha256("a flow")), options_(std::move(options)) {
  options_.folder = folder_.path() / "data";
  options_.min_free = Size{0};
  if (options_.journal.bytes == Options().journal.bytes) options_.journal = Size{256 << 10};  // made anew for each test
  if (const auto error = reopen()) throw Bug{error->sentence};
  const SourceFile file{"arint.yaml", "services: {}"};
  KeepVersion keep{version, "accept-order", {&file, 1}};
  if (Result<Outcome> kept = commit_one(keep); !kept) throw Bug{kept.error().sentence};
}

Box::~Box() = default;

std::optional<Error> Box::reopen() {
  store_.reset();
  Result<std::unique_ptr<Store>> opened = open_sqlite(options_);
  if (!opened) return opened.error();
  store_ = std::move(*opened);
  until_ready(*store_);
  return std::nullopt;
}

Accept Box::acceptance(const Letter& letter) const {
  Accept accept;
  accept.message = &letter.message;
  accept.body = letter.body;
  accept.version = version;
  return accept;
}

Outcome Box::accept(const Letter& letter) { return commit_one(acceptance(letter)).value(); }

}  // namespace arint::store::testing
