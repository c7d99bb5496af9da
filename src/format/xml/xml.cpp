// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/xml/xml.hpp"

#include "format/charset/charset.hpp"
#include "format/xml/encoding.hpp"
#include "format/xml/parser.hpp"
#include "format/xml/split.hpp"
#include "format/xml/write/writer.hpp"

namespace arint::format::xml {

using document::Value;

namespace {

// The whole document becomes one value.
class Whole : public Events {
 public:
  Whole(const Options& xml, document::Arena& arena) : builder_(xml) { builder_.use(arena); }
  std::string start(std::string_view name, std::span<const Attribute> attributes, bool preserve_blanks) override {
    builder_.start(name, attributes, preserve_blanks);
    return "";
  }
  void text(std::string_view text) override { builder_.text(text); }
  std::string end() override { return builder_.end(); }
  const Builder& builder() const { return builder_; }

 private:
  Builder builder_;
};

class Xml : public Format {
 public:
  explicit Xml(Options options) : options_(std::move(options)) {}

  std::string_view name() const override { return "xml"; }
  std::span<const std::string_view> media_types() const override {
    static constexpr std::string_view types[] = {"application/xml", "text/xml"};
    return types;
  }
  std::span<const std::string_view> extensions() const override {
    static constexpr std::string_view endings[] = {"xml"};
    return endings;
  }
  std::string content_type() const override { return "application/xml; charset=utf-8"; }
  RoundTripPromise round_trip() const override {
    return {RoundTrip::lossy,
            "Elements, attributes, text, their order and the prefixes stay; comments, processing instructions, blanks between elements and the "
            "bounds of CDATA do not."};
  }

  Result<Value> read(std::string_view bytes, const ReadOptions& options, document::Arena& arena) const override {
    try {
      std::string charset = charset_of_document(bytes, options.charset, true).value_or("utf-8");
      Result<std::string_view> text = to_utf8(bytes, charset, arena);
      if (!text) return malformed("XML", text.error().sentence);
      Whole whole(options_, arena);
      Parser parser(options_, {.depth = options.depth, .attributes = options_.attributes}, whole, arena);
      Result<void> parsed = parser.feed(*text, true);
      if (!parsed) return parsed.error();
      document::Member root{whole.builder().name(), whole.builder().value()};
      return document::object_of(arena, {&root, 1});
    } catch (const document::ArenaFull& full) {
      return too_large("XML", full.limit_bytes);
    }
  }

  Result<void> write(const Value& value, const WriteOptions& options, std::string& out) const override {
    return Writer(options_, options, out).document(value);
  }

  std::unique_ptr<Splitter> split(const SplitOptions& options) const override { return make_splitter(options, options_); }
  std::unique_ptr<Joiner> join(const JoinOptions& options) const override { return make_joiner(options, options_); }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<const Format> make(Options options) { return std::make_unique<Xml>(std::move(options)); }

}  // namespace arint::format::xml
