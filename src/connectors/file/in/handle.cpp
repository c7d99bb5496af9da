// SPDX-License-Identifier: GPL-3.0-or-later
// What is made of one file: one message, or one for each record.
#include <algorithm>
#include <cerrno>

#include "base/units.hpp"
#include "connectors/file/in/front.hpp"
#include "format/catalog.hpp"

namespace arint::connectors::file {
namespace {

constexpr Millis first_wait{200}, longest_wait{10'000};

// The file's headers; views into the strings of the frame that holds this.
struct Headers {
  std::string name{}, size{}, modified{}, record{};
  std::vector<message::Field> list() const {
    std::vector<message::Field> out{{"file-name", name}, {"file-size", size}, {"file-modified", modified}};
    if (!record.empty()) out.push_back({"file-record", record});
    return out;
  }
};

Error too_large(std::uint64_t size, std::uint64_t most) {
  return {Fault::rejected, "the file has " + std::to_string(size) + " bytes, and limits.body of the channel is " + to_text(Size{most}) + "; `records: true` makes messages of its records"};
}

}  // namespace

runtime::Task<Result<channel::Told>> FileFront::deliver(Entry* entry, const channel::Arrival* arrival) {
  for (Millis wait = first_wait;; wait = std::min(wait * 2, longest_wait)) {
    Result<channel::Told> told = co_await channel::take_in(*entry->channel, *arrival);
    // Of the service's own: it had the message. Only what did not come to it is tried again.
    const bool full = !told && told.error().fault == Fault::busy && told.error().retry_after.count() > 0 && told.error().peer_words.empty();
    if (!full || stopping_) co_return told;
    const runtime::IoResult slept = co_await runtime::sleep(wait);
    if (!slept.ok()) co_return Error{Fault::cancelled, "the node stops"};
  }
}

runtime::Task<Result<channel::Told>> FileFront::handle(Entry* entry, Source* source, const Taken* taken) {
  if (entry->options->records) return handle_records(entry, source, taken);
  return handle_whole(entry, source, taken);
}

runtime::Task<Result<channel::Told>> FileFront::handle_whole(Entry* entry, Source* source, const Taken* taken) {
  const std::uint64_t most = entry->channel->options().limits.body.bytes;
  if (source->size() > most) co_return too_large(source->size(), most);
  std::string body;
  for (;;) {
    Result<std::string_view> piece = co_await source->next();
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    body += *piece;
  }
  const format::Format* said = format::find_by_file_name(taken->name);
  const std::string content_type = said ? said->content_type() : std::string();
  const Headers headers{taken->name, std::to_string(source->size()), rfc3339(taken->modified_ns / 1'000'000)};
  const std::vector<message::Field> list = headers.list();
  const std::string key = taken->name + "/" + headers.size + "/" + std::to_string(taken->modified_ns) + "/" + std::to_string(taken->inode);
  channel::Arrival arrival;
  arrival.body = body;
  arrival.format = channel::format_for(*entry->channel, content_type);
  arrival.content_type = arrival.format == entry->channel->formats().front() ? std::string_view() : std::string_view(content_type);
  arrival.headers = list;
  arrival.key = key;
  arrival.peer = "file";
  Result<channel::Told> told = co_await deliver(entry, &arrival);
  co_return told;
}

runtime::Task<Result<channel::Told>> FileFront::handle_records(Entry* entry, Source* source, const Taken* taken) {
  const format::Format* said = format::find_by_file_name(taken->name);
  const format::Format* format = channel::format_for(*entry->channel, said ? said->content_type() : std::string());
  const format::Format* json = format::find("json");
  format::SplitOptions options;
  options.at = entry->options->records_at;
  options.item_bytes = entry->channel->options().limits.body.bytes;
  std::unique_ptr<format::Splitter> splitter = format->split(options);
  if (!splitter) co_return Error{Fault::rejected, "a file of format " + std::string(format->name()) + " has no records"};
  const bool durable = entry->channel->options().durable;
  Headers headers{taken->name, std::to_string(source->size()), rfc3339(taken->modified_ns / 1'000'000)};
  const std::string file_key = taken->name + "/" + headers.size + "/" + std::to_string(taken->modified_ns) + "/" + std::to_string(taken->inode) + "/";
  document::Arena arena;
  Result<channel::Told> told = channel::Told();
  std::int64_t count = 0;
  auto in_record = [&](Error error) {
    error.sentence = "record " + std::to_string(count + 1) + ": " + error.sentence + (count ? "; the " + std::to_string(count) + " before it went well" : "");
    return error;
  };
  for (bool over = false; !over;) {
    Result<std::string_view> piece = co_await source->next();
    if (!piece) co_return in_record(piece.error());
    over = piece->empty();
    if (over) splitter->finish();
    else splitter->feed(*piece);
    for (;;) {
      arena.reset();
      Result<std::optional<document::Value>> item = splitter->next(arena);
      if (!item) co_return in_record(item.error());
      if (!*item) break;
      headers.record = std::to_string(count + 1);
      const std::vector<message::Field> list = headers.list();
      const std::string key = file_key + headers.record;
      const document::Value record = **item;
      std::string body;
      if (durable)
        if (Result<void> written = json->write(record, {}, body); !written) co_return in_record(written.error());
      channel::Arrival arrival;
      arrival.body = body;
      if (durable) arrival.content_type = "application/json";
      else arrival.document = &record;
      arrival.headers = list;
      arrival.key = key;
      arrival.peer = "file";
      told = co_await deliver(entry, &arrival);
      if (!told) co_return in_record(told.error());
      ++count;
    }
  }
  co_return told;
}

}  // namespace arint::connectors::file
