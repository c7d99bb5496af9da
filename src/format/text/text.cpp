// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/text/text.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/charset/charset.hpp"
#include "format/place.hpp"
#include "format/scalar.hpp"

namespace arint::format::text {

using document::Value;

namespace {

// Lines, without their ends (LF or CRLF). What follows the last line end is a line unless it is empty.
class Lines : public Splitter {
 public:
  Lines(Decoder decoder, std::size_t most) : decoder_(std::move(decoder)), most_(most) {}
  explicit Lines(Error fault) : fault_(std::move(fault)) {}

  void feed(std::string_view bytes) override { decode(bytes, false); }
  void finish() override { decode({}, true); }

  Result<std::optional<Value>> next(document::Arena& arena) override {
    if (fault_) return *fault_;
    std::string_view rest = std::string_view(text_).substr(at_);
    std::size_t end = rest.find('\n', scanned_);
    scanned_ = rest.size();
    if (std::min(end, rest.size()) > most_) {
      fault_ = malformed("text", place_, "the line that begins here is longer than the " + to_text(Size{most_}) + " allowed");
      return *fault_;
    }
    if (end == std::string_view::npos) {
      if (!last_ || rest.empty()) {
        if (undecodable_) fault_ = undecodable_;
        if (fault_) return *fault_;
        return std::optional<Value>();
      }
      end = rest.size();
    }
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at_ = std::min(at_ + end + 1, text_.size());
    scanned_ = 0;
    place_ = {place_.line + 1, 1, place_.byte + end + 1};
    try {
      return std::optional<Value>(document::text_of(arena, line));
    } catch (const document::ArenaFull& full) {
      fault_ = too_large("text", full.limit_bytes);
      return *fault_;
    }
  }

 private:
  void decode(std::string_view bytes, bool last) {
    if (fault_ || undecodable_) return;
    text_.erase(0, at_);
    at_ = 0;
    Result<void> decoded = decoder_->feed(bytes, last, text_);
    if (!decoded) undecodable_ = malformed("text", decoded.error().sentence);
    last_ = last;
  }

  std::optional<Decoder> decoder_{};
  std::size_t most_ = 0;
  std::string text_{};
  std::size_t at_ = 0, scanned_ = 0;
  bool last_ = false;
  Place place_{};
  std::optional<Error> undecodable_{};  // told after the lines before it
  std::optional<Error> fault_{};
};

class Text : public Format {
 public:
  explicit Text(Options options) : options_(std::move(options)) {}

  std::string_view name() const override { return "text"; }
  std::span<const std::string_view> media_types() const override {
    static constexpr std::string_view types[] = {"text/plain"};
    return types;
  }
  std::span<const std::string_view> extensions() const override {
    static constexpr std::string_view endings[] = {"txt"};
    return endings;
  }
  std::string content_type() const override { return "text/plain; charset=" + lower(options_.charset); }
  RoundTripPromise round_trip() const override {
    return {RoundTrip::canonical, "Every character and line end stays; a byte order mark does not."};
  }

  Result<Value> read(std::string_view bytes, const ReadOptions& options, document::Arena& arena) const override {
    try {
      Result<std::string_view> text = to_utf8(bytes, options.charset.empty() ? options_.charset : options.charset, arena);
      if (!text) return malformed("text", text.error().sentence);
      if (text->size() > UINT32_MAX) return malformed("text", "a document of 4 GiB and more must be split");
      return Value::text(*text);
    } catch (const document::ArenaFull& full) {
      return too_large("text", full.limit_bytes);
    }
  }

  Result<void> write(const Value& value, const WriteOptions& options, std::string& out) const override {
    std::string buffer;
    std::optional<std::string_view> text = scalar_text(value, buffer);
    if (value.is_bytes()) text = value.as_text();  // bytes that are text in the charset already
    if (!text) return unwritable("text", "", buffer);
    if (text->size() > options.limit_bytes) return unwritable("text", "", "the text is longer than the " + to_text(Size{options.limit_bytes}) + " allowed");
    Result<void> encoded = from_utf8(*text, value.is_bytes() ? "" : options_.charset, out);
    if (!encoded) return malformed("text", encoded.error().sentence);
    return {};
  }

  std::unique_ptr<Splitter> split(const SplitOptions& options) const override {
    Result<Decoder> decoder = Decoder::open(options.charset.empty() ? options_.charset : options.charset);
    if (!decoder) return std::make_unique<Lines>(malformed("text", decoder.error().sentence));
    return std::make_unique<Lines>(std::move(*decoder), options.item_bytes);
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<const Format> make(Options options) { return std::make_unique<Text>(std::move(options)); }

}  // namespace arint::format::text
