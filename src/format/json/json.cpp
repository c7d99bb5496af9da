// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/json/json.hpp"

#include <limits>

#include "format/json/reader.hpp"
#include "format/json/split.hpp"
#include "format/json/writer.hpp"
#include "format/place.hpp"

namespace arint::format::json {

using document::Value;

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// One value a line; blank lines carry nothing.
Result<Value> read_lines(std::string_view bytes, std::size_t at, document::Arena& arena, const ReadOptions& options, const Options& json) {
  std::vector<Value> values;
  document::Arena::Beside beside(arena);
  Reader reader(bytes, arena, json, options.depth);
  while (at < bytes.size()) {
    std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    reader.end_at(end);
    if (bytes.substr(0, end).find_first_not_of(" \t\r", at) != std::string_view::npos) {
      Value value;
      if (!reader.value(at, value) || !reader.only_blanks(at)) return reader.error();
      values.push_back(value);
      beside.is(values.capacity() * sizeof(Value));
    }
    at = end + 1;
  }
  return document::array_of(arena, values);
}

class Json : public Format {
 public:
  explicit Json(Options options) : options_(std::move(options)) {}

  std::string_view name() const override { return options_.lines ? "ndjson" : "json"; }
  std::span<const std::string_view> media_types() const override {
    static constexpr std::string_view whole[] = {"application/json", "text/json"};
    static constexpr std::string_view lines[] = {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"};
    if (options_.lines) return lines;
    return whole;
  }
  std::span<const std::string_view> extensions() const override {
    static constexpr std::string_view whole[] = {"json"};
    static constexpr std::string_view lines[] = {"ndjson", "jsonl"};
    if (options_.lines) return lines;
    return whole;
  }
  // RFC 8259, section 11: the registration has no charset parameter.
  std::string content_type() const override { return std::string(media_types()[0]); }
  RoundTripPromise round_trip() const override {
    return {RoundTrip::canonical, "Order and digits stay as written; blanks, escapes and all but the last of equal names do not."};
  }
  Result<Value> read(std::string_view bytes, const ReadOptions& options, document::Arena& arena) const override {
    return json::read(bytes, arena, options, options_);
  }
  Result<void> write(const Value& value, const WriteOptions& options, std::string& out) const override {
    return json::write(value, out, options, options_);
  }
  std::unique_ptr<Splitter> split(const SplitOptions& options) const override { return make_splitter(options, options_); }
  std::unique_ptr<Joiner> join(const JoinOptions& options) const override { return make_joiner(options, options_); }

 private:
  Options options_;
};

Result<void> write_lines(const Value& value, std::string& out, const WriteOptions& options, const Options& json) {
  if (!value.is_array()) return unwritable("NDJSON", "", "found " + document::described(value) + ", expected an array: its items are the lines");
  std::size_t before = out.size();
  Options one_line = json;
  one_line.pretty = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    Writer writer(out, options, one_line);
    Result<void> written = writer.value(value.items()[i].is_absent() ? Value::null() : value.items()[i]);
    if (written) out += '\n';
    if (written && out.size() - before > options.limit_bytes) written = unwritable("NDJSON", "", "the document becomes too long");
    if (!written) {
      out.resize(before);
      written.error().sentence += " (in line " + std::to_string(i + 1) + ")";
      return written;
    }
  }
  return {};
}

}  // namespace

Result<Value> read(std::string_view bytes, document::Arena& arena, const ReadOptions& options, const Options& json) {
  try {
    if (bytes.size() >= std::numeric_limits<std::uint32_t>::max()) return malformed("JSON", "a document of 4 GiB and more must be split");
    std::size_t at = bytes.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    if (json.lines) return read_lines(bytes, at, arena, options, json);
    Reader reader(bytes, arena, json, options.depth);
    Value out;
    if (!reader.value(at, out) || !reader.only_blanks(at)) return reader.error();
    return out;
  } catch (const document::ArenaFull& full) {
    return too_large("JSON", full.limit_bytes);
  }
}

Result<void> write(const Value& value, std::string& out, const WriteOptions& options, const Options& json) {
  if (json.lines) return write_lines(value, out, options, json);
  return Writer(out, options, json).value(value);
}

std::unique_ptr<const Format> make(Options options) { return std::make_unique<Json>(std::move(options)); }

}  // namespace arint::format::json
