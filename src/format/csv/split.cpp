// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/csv/split.hpp"

#include "base/units.hpp"
#include "format/charset/charset.hpp"
#include "format/csv/table.hpp"
#include "format/csv/writer.hpp"

namespace arint::format::csv {

using document::Value;

namespace {

class CsvSplitter : public Splitter {
 public:
  CsvSplitter(const SplitOptions& options, const Options& csv)
      : csv_(csv), item_bytes_(options.item_bytes), records_(csv_), table_(csv_) {
    Result<Decoder> decoder = Decoder::open(options.charset.empty() ? csv.charset : options.charset);
    if (decoder)
      decoder_.emplace(std::move(*decoder));
    else
      fault_ = malformed("CSV", decoder.error().sentence);
  }

  void feed(std::string_view bytes) override { decode(bytes, false); }
  void finish() override { decode({}, true); }

  Result<std::optional<Value>> next(document::Arena& arena) override {
    try {
      for (;;) {
        if (fault_) return *fault_;
        Result<Step> step = one(arena);
        if (!step) {
          fault_ = step.error();
        } else if (*step == Step::item) {
          return std::optional<Value>(item_);
        } else if (*step == Step::wait) {
          // A bad byte is told only after the rows before it.
          if (!undecodable_) return std::optional<Value>();
          fault_ = undecodable_;
        }
      }
    } catch (const document::ArenaFull& full) {
      fault_ = too_large("CSV", full.limit_bytes);
      return *fault_;
    }
  }

 private:
  enum class Step { again, item, wait };

  void decode(std::string_view bytes, bool last) {
    if (fault_ || undecodable_) return;
    text_.erase(0, at_);
    at_ = 0;
    Result<void> decoded = decoder_->feed(bytes, last, text_);
    if (!decoded) undecodable_ = malformed("CSV", decoded.error().sentence);
    last_ = last;
  }

  Result<Step> one(document::Arena& arena) {
    std::string_view rest = std::string_view(text_).substr(at_);
    if (rest.empty()) return Step::wait;
    std::optional<std::size_t> end = records_.record_end(rest, scan_, last_);
    if (end.value_or(rest.size()) > item_bytes_)
      return malformed("CSV", place_, "the record that begins here is longer than the " + to_text(Size{item_bytes_}) + " allowed");
    if (!end) return Step::wait;
    if (!records_.knows_delimiter()) {
      records_.find_delimiter(rest.substr(0, *end));
      scan_ = {};  // only now is it known which quotes open a field, and with them where the record ends
      return Step::again;
    }
    std::string_view line = arena.copy(rest.substr(0, *end));
    Result<void> read = records_.read(line, place_, arena, record_);
    if (!read) return read.error();
    const char* names = arena.copy(table_.names()).data();
    Result<std::optional<Value>> row = table_.row(record_, place_, arena, names);
    if (!row) return row.error();
    place_ = {place_.line + record_.lines, 1, place_.byte + *end};
    at_ += *end;
    scan_ = {};
    if (!*row) return Step::again;
    item_ = **row;
    return Step::item;
  }

  const Options csv_;
  const std::size_t item_bytes_;
  Records records_;
  Table table_;
  Record record_{};
  std::optional<Decoder> decoder_{};
  std::string text_{};   // decoded and not yet used, from at_
  std::size_t at_ = 0;
  Scan scan_{};  // of the record at at_
  bool last_ = false;
  Place place_{};  // of text_[at_], in the decoded text
  Value item_{};
  std::optional<Error> undecodable_{};
  std::optional<Error> fault_{};
};

class CsvJoiner : public Joiner {
 public:
  CsvJoiner(const JoinOptions& options, const Options& csv) : csv_(csv), item_bytes_(options.item_bytes) {}

  Result<void> add(const Value& item, std::string& out) override {
    std::string text;
    if (count_ == 0) {
      writer_.emplace(csv_);  // anew: the item before may have been refused
      Result<void> chosen = writer_->choose_columns({&item, 1});
      if (!chosen) return chosen;
      if (csv_.header && writer_->has_columns()) writer_->header(text);
    }
    Result<void> written = writer_->row(item, count_, text);
    if (!written) return written;
    if (text.size() > item_bytes_) return unwritable("CSV", "", "the row becomes longer than the " + to_text(Size{item_bytes_}) + " allowed");
    Result<void> encoded = from_utf8(text, count_ ? continued(csv_.charset) : csv_.charset, out);
    if (!encoded) return malformed("CSV", encoded.error().sentence);
    ++count_;
    return {};
  }
  Result<void> finish(std::string&) override { return {}; }

 private:
  const Options csv_;
  const std::size_t item_bytes_;
  std::optional<Writer> writer_{};
  std::size_t count_ = 0;
};

}  // namespace

std::unique_ptr<Splitter> make_splitter(const SplitOptions& options, const Options& csv) {
  return std::make_unique<CsvSplitter>(options, csv);
}

std::unique_ptr<Joiner> make_joiner(const JoinOptions& options, const Options& csv) { return std::make_unique<CsvJoiner>(options, csv); }

}  // namespace arint::format::csv
