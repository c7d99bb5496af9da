// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/xml/split.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/charset/charset.hpp"
#include "format/xml/encoding.hpp"
#include "format/xml/parser.hpp"
#include "format/xml/write/writer.hpp"

namespace arint::format::xml {

using document::Value;

namespace {

constexpr std::size_t piece_bytes = 4096;  // parsed at a time: bounds how many finished items wait
constexpr std::size_t names_bytes = 4u << 20;

// Items are built in one of two arenas: while one holds what is open or waits, the other can be emptied.
class Items : public Events {
 public:
  Items(const Options& xml, std::string_view path, std::size_t item_bytes)
      : arenas_{document::Arena(memory_for(item_bytes)), document::Arena(memory_for(item_bytes))}, builder_(xml), item_bytes_(item_bytes) {
    if (path.starts_with('/')) path.remove_prefix(1);
    if (path.empty()) path = "*/*";
    for (std::string_view step : arint::split(path, '/')) steps_.emplace_back(step);
  }

  std::string start(std::string_view name, std::span<const Attribute> attributes, bool preserve_blanks) override {
    ++depth_;
    if (builder_.depth() == 0) {
      if (matched_ + 1 == depth_ && depth_ <= steps_.size() && (steps_[depth_ - 1] == "*" || steps_[depth_ - 1] == name)) ++matched_;
      if (matched_ < steps_.size() || depth_ > steps_.size()) return "";
      begin();
    }
    std::string problem = count(name.size());
    for (const Attribute& attribute : attributes)
      if (problem.empty()) problem = count(attribute.name.size() + attribute.value.size());
    if (problem.empty()) builder_.start(name, attributes, preserve_blanks);
    return problem;
  }
  void text(std::string_view text) override {
    if (builder_.depth() == 0) return;
    overlong_ |= !count(text.size()).empty();
    if (!overlong_) builder_.text(text);
  }
  std::string end() override {
    --depth_;
    if (overlong_) return count(0);
    if (builder_.depth() > 0) {
      std::string problem = builder_.end();
      if (!problem.empty() || builder_.depth() > 0) return problem;
      Value item = builder_.value();
      if (steps_.back() == "*") {
        document::Member member{builder_.name(), item};
        item = document::object_of(arenas_[current_], {&member, 1});
      }
      waiting_.push_back({item, current_});
    }
    matched_ = std::min(matched_, depth_);
    return "";
  }

  bool empty() const { return waiting_.empty(); }
  Value take(document::Arena& arena) {
    Value item = document::copy_into(arena, waiting_.front().value);
    waiting_.pop_front();
    return item;
  }

 private:
  struct Waiting {
    Value value;
    std::size_t arena;
  };
  static std::size_t memory_for(std::size_t item_bytes) { return item_bytes * 16 + (1u << 20); }

  void begin() {
    bytes_ = 0;
    auto holds = [&](std::size_t arena) {
      return std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& item) { return item.arena == arena; });
    };
    if (arenas_[current_].used_bytes() > 64 * 1024 && !holds(1 - current_)) current_ = 1 - current_;
    if (!holds(current_)) arenas_[current_].reset();
    builder_.use(arenas_[current_]);
  }
  std::string count(std::size_t bytes) {
    bytes_ += bytes;
    return bytes_ > item_bytes_ ? "an item is longer than the " + to_text(Size{item_bytes_}) + " allowed" : "";
  }

  std::array<document::Arena, 2> arenas_;
  Builder builder_;  // counts what it holds against one of them
  std::vector<std::string> steps_{};
  std::size_t depth_ = 0;    // open elements, all of them
  std::size_t matched_ = 0;  // how many of the open ones follow the path
  const std::size_t item_bytes_;
  std::size_t bytes_ = 0;    // names and text of the open item
  bool overlong_ = false;
  std::size_t current_ = 0;
  std::deque<Waiting> waiting_{};
};

class XmlSplitter : public Splitter {
 public:
  XmlSplitter(const SplitOptions& options, const Options& xml)
      : xml_(xml), charset_(options.charset), items_(xml_, options.at, options.item_bytes),
        parser_(xml_, {.depth = options.depth, .attributes = xml.attributes}, items_, names_) {}

  void feed(std::string_view bytes) override {
    raw_ += bytes;
    decode(false);
  }
  void finish() override { decode(true); }

  Result<std::optional<Value>> next(document::Arena& arena) override {
    while (items_.empty()) {
      if (fault_) return *fault_;
      std::string_view rest = std::string_view(text_).substr(at_);
      bool all = rest.size() <= piece_bytes;
      if (rest.empty() && (!last_ || ended_)) {
        if (!undecodable_) return std::optional<Value>();
        fault_ = undecodable_;
        continue;
      }
      ended_ = all && last_;
      Result<void> parsed = parser_.feed(rest.substr(0, piece_bytes), ended_);
      at_ += std::min(rest.size(), piece_bytes);
      if (!parsed) fault_ = parsed.error();
    }
    try {
      return std::optional<Value>(items_.take(arena));
    } catch (const document::ArenaFull& full) {
      fault_ = too_large("XML", full.limit_bytes);
      return *fault_;
    }
  }

 private:
  void decode(bool last) {
    if (undecodable_ || last_) return;
    if (!decoder_) {
      std::optional<std::string> charset = charset_of_document(raw_, charset_, last);
      if (!charset) return;
      Result<Decoder> decoder = Decoder::open(*charset);
      if (!decoder) {
        undecodable_ = malformed("XML", decoder.error().sentence);
        return;
      }
      decoder_.emplace(std::move(*decoder));
    }
    text_.erase(0, at_);
    at_ = 0;
    Result<void> decoded = decoder_->feed(raw_, last, text_);
    if (!decoded) undecodable_ = malformed("XML", decoded.error().sentence);
    raw_.clear();
    last_ = last && decoded.ok();
  }

  const Options xml_;
  const std::string charset_;
  std::string raw_{};     // until the charset is known
  std::optional<Decoder> decoder_{};
  std::string text_{};    // decoded, from at_ not yet parsed
  std::size_t at_ = 0;
  bool last_ = false;     // nothing comes after text_
  bool ended_ = false;    // the parser knows
  document::Arena names_{names_bytes};
  Items items_;
  Parser parser_;
  std::optional<Error> undecodable_{};  // told after the items before it
  std::optional<Error> fault_{};
};

class XmlJoiner : public Joiner {
 public:
  XmlJoiner(const JoinOptions& options, const Options& xml)
      : xml_(xml), options_{.depth = options.depth, .limit_bytes = options.item_bytes} {}

  Result<void> add(const Value& item, std::string& out) override {
    std::size_t before = out.size();
    Result<void> done = begin(out);
    Writer writer(xml_, options_, out);
    if (done) done = writer.item(item);
    if (!done) {
      out.resize(before);
      return done;
    }
    begun_ = true;
    return done;
  }
  Result<void> finish(std::string& out) override {
    Result<void> done = begin(out);
    if (!done) return done;
    if (xml_.pretty) out += '\n';
    out += "</" + xml_.root + ">";
    begun_ = true;
    return done;
  }

 private:
  Result<void> begin(std::string& out) {
    if (begun_) return {};
    Result<void> fine = check_root(xml_);
    if (!fine) return fine;
    if (xml_.declaration) out += declaration;
    out += "<" + xml_.root + ">";
    return fine;
  }

  const Options xml_;
  const WriteOptions options_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Splitter> make_splitter(const SplitOptions& options, const Options& xml) {
  return std::make_unique<XmlSplitter>(options, xml);
}

std::unique_ptr<Joiner> make_joiner(const JoinOptions& options, const Options& xml) { return std::make_unique<XmlJoiner>(options, xml); }

}  // namespace arint::format::xml
