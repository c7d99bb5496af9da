// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/csv/csv.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/charset/charset.hpp"
#include "format/csv/split.hpp"
#include "format/csv/table.hpp"
#include "format/csv/writer.hpp"

namespace arint::format::csv {

using document::Value;

namespace {

Result<Value> read_text(std::string_view text, const Options& options, document::Arena& arena) {
  Records records(options);
  Table table(options);
  Record record;
  std::vector<Value> rows;
  document::Arena::Beside beside(arena);
  std::size_t at = 0;
  Place place;  // of `at`
  if (!records.knows_delimiter()) {
    Scan scan;
    records.find_delimiter(text.substr(0, records.record_end(text, scan, true).value_or(text.size())));
  }
  const char* names = nullptr;
  while (at < text.size()) {
    Result<void> read = records.read(text.substr(at), place, arena, record);
    if (!read) return read.error();
    Result<std::optional<Value>> row = table.row(record, place, arena, names);
    if (!row) return row.error();
    if (*row) rows.push_back(**row);
    if (!names) names = arena.copy(table.names()).data();
    beside.is(rows.capacity() * sizeof(Value) + record.fields.capacity() * sizeof(std::string_view));
    at += record.end;
    place = {place.line + record.lines, 1, at};
  }
  return document::array_of(arena, rows);
}

class Csv : public Format {
 public:
  explicit Csv(Options options) : options_(std::move(options)) {}

  std::string_view name() const override { return "csv"; }
  std::span<const std::string_view> media_types() const override {
    static constexpr std::string_view types[] = {"text/csv", "application/csv", "text/comma-separated-values"};
    return types;
  }
  std::span<const std::string_view> extensions() const override {
    static constexpr std::string_view endings[] = {"csv"};
    return endings;
  }
  // RFC 4180, section 3 has both parameters.
  std::string content_type() const override {
    return "text/csv; charset=" + lower(options_.charset) + "; header=" + (options_.header ? "present" : "absent");
  }
  RoundTripPromise round_trip() const override {
    return {RoundTrip::canonical, "Every field keeps its text; quotes that were not needed and the kind of line end do not stay."};
  }

  Result<Value> read(std::string_view bytes, const ReadOptions& options, document::Arena& arena) const override {
    try {
      Result<std::string_view> text = to_utf8(bytes, options.charset.empty() ? options_.charset : options.charset, arena);
      if (!text) return malformed("CSV", text.error().sentence);
      return read_text(*text, options_, arena);
    } catch (const document::ArenaFull& full) {
      return too_large("CSV", full.limit_bytes);
    }
  }

  Result<void> write(const Value& value, const WriteOptions& options, std::string& out) const override {
    // One object is a table of one row.
    std::span<const Value> rows = value.is_array() ? value.items() : std::span<const Value>(&value, 1);
    Writer writer(options_);
    Result<void> done = writer.choose_columns(rows);
    std::string text;
    if (done && options_.header && writer.has_columns()) writer.header(text);
    for (std::size_t i = 0; done && i < rows.size(); ++i) {
      done = writer.row(rows[i], i, text);
      if (done && text.size() > options.limit_bytes)
        done = unwritable("CSV", "", "the document becomes longer than the " + to_text(Size{options.limit_bytes}) + " allowed");
    }
    if (!done) return done;
    Result<void> encoded = from_utf8(text, options_.charset, out);
    if (!encoded) return malformed("CSV", encoded.error().sentence);
    return {};
  }

  std::unique_ptr<Splitter> split(const SplitOptions& options) const override { return make_splitter(options, options_); }
  std::unique_ptr<Joiner> join(const JoinOptions& options) const override { return make_joiner(options, options_); }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<const Format> make(Options options) { return std::make_unique<Csv>(std::move(options)); }

}  // namespace arint::format::csv
