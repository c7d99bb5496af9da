// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/json/split.hpp"

#include <vector>

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/json/cutter.hpp"
#include "format/json/reader.hpp"
#include "format/json/writer.hpp"

namespace arint::format::json {

using document::Value;

namespace {

// RFC 6901: "/a~1b/c" is {"a/b", "c"}.
std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> out;
  if (pointer.starts_with('/')) pointer.remove_prefix(1);
  if (pointer.empty()) return out;
  for (std::string_view part : arint::split(pointer, '/')) {
    std::string step;
    for (std::size_t i = 0; i < part.size(); ++i) {
      bool escape = part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1');
      step += escape ? (part[++i] == '0' ? '~' : '/') : part[i];
    }
    out.push_back(std::move(step));
  }
  return out;
}

class JsonSplitter : public Splitter {
 public:
  JsonSplitter(const SplitOptions& options, const Options& json) : options_(options), json_(json), steps_(steps_of(options.at)), passed_(steps_.size()) {
    if (json.lines) state_ = State::lines;
  }

  void feed(std::string_view bytes) override { in_.feed(bytes); }
  void finish() override { in_.finish(); }

  Result<std::optional<Value>> next(document::Arena& arena) override {
    if (fault_) return *fault_;
    try {
      Result<std::optional<Value>> item = look(arena);
      if (!item) fault_ = item.error();
      return item;
    } catch (const document::ArenaFull& full) {
      fault_ = too_large("JSON", full.limit_bytes);
      return *fault_;
    }
  }

 private:
  enum class State {
    begin,         // nothing seen
    on_path,       // at a value on the way to the items
    first_member,  // after the "{" of such a value
    next_member,   // after a member of it
    name, colon,
    beside,        // at a member's value that leads elsewhere
    first_item, next_item, item,
    sequence,      // documents one after the other
    lines,
    after,         // the document is complete
  };
  enum class Step { again, item, wait };

  Result<std::optional<Value>> look(document::Arena& arena) {
    for (;;) {
      if ((state_ == State::begin || state_ == State::lines) && !byte_order_mark()) return std::optional<Value>();
      if (state_ != State::lines && !blanks()) return std::optional<Value>();
      if (in_.rest().empty()) {
        if (!in_.finished()) return std::optional<Value>();
        return end();
      }
      Value item;
      Result<Step> step = one(arena, item);
      if (!step) return step.error();
      if (*step == Step::item) return std::optional<Value>(item);
      if (*step == Step::wait) return std::optional<Value>();
    }
  }

  // One token, or one whole value.
  Result<Step> one(document::Arena& arena, Value& item) {
    char c = in_.rest()[0];
    switch (state_) {
      case State::begin:
        state_ = steps_.empty() && c != '[' ? State::sequence : State::on_path;
        return Step::again;
      case State::on_path:
        if (level_ == steps_.size()) return c == '[' ? take(State::first_item) : unexpected("the array of the items");
        return c == '{' ? take(State::first_member) : unexpected("an object with the name " + quoted(steps_[level_], 60));
      case State::first_member:
        if (c == '}') return leave();
        state_ = State::name;
        return Step::again;
      case State::next_member:
        if (c == '}') return leave();
        return c == ',' ? take(State::name) : unexpected("\",\" or \"}\"");
      case State::name: return member_name(arena);
      case State::colon: return c == ':' ? take(on_way_ ? State::on_path : State::beside) : unexpected("\":\" after the name");
      case State::beside: {
        document::Arena own(arena.limit_bytes());
        return whole_value(own, item, State::next_member, Step::again);
      }
      case State::first_item:
        if (c == ']') return leave();
        state_ = State::item;
        return Step::again;
      case State::next_item:
        if (c == ']') return leave();
        return c == ',' ? take(State::item) : unexpected("\",\" or \"]\"");
      case State::item: return whole_value(arena, item, State::next_item, Step::item);
      case State::sequence: return whole_value(arena, item, State::sequence, Step::item);
      case State::lines: return line(arena, item);
      case State::after: return unexpected("the end of the document");
    }
    return Step::wait;
  }

  Result<Step> take(State then) {
    in_.drop(1);
    state_ = then;
    return Step::again;
  }

  // The bracket that closes the innermost object or array on the path.
  Result<Step> leave() {
    in_.drop(1);
    if (level_ == steps_.size()) reached_ = true;
    state_ = level_ == 0 ? State::after : State::next_member;
    if (level_ > 0) --level_;
    return Step::again;
  }

  Result<Step> member_name(document::Arena& arena) {
    if (in_.rest()[0] != '"') return unexpected("a name in double quotes");
    document::Arena own(arena.limit_bytes());
    Value name;
    Place place = in_.place();
    Result<Step> read = whole_value(own, name, State::colon, Step::again);
    if (!read || *read == Step::wait) return read;
    on_way_ = name.as_text() == steps_[level_];
    if (!on_way_) return read;
    // Half the items would be missed, or come twice, whichever was meant.
    if (passed_[level_]) return malformed("JSON", place, "the name " + quoted(name.as_text(), 60) + " repeats on the way to the items");
    passed_[level_] = true;
    ++level_;
    return read;
  }

  Result<Step> whole_value(document::Arena& arena, Value& out, State then, Step step) {
    std::optional<std::size_t> length = in_.value_length();
    if (length.value_or(in_.rest().size()) > options_.item_bytes) return too_long();
    if (!length) return Step::wait;
    Result<void> read = parse(arena, out, *length);
    if (!read) return read.error();
    in_.drop(*length);
    state_ = then;
    return step;
  }

  Result<Step> line(document::Arena& arena, Value& item) {
    std::optional<std::size_t> length = in_.line_length();
    if (length.value_or(in_.rest().size()) > options_.item_bytes) return too_long();
    if (!length) return Step::wait;
    bool blank = in_.rest().substr(0, *length).find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (!blank) {
      Result<void> read = parse(arena, item, *length);
      if (!read) return read.error();
    }
    in_.drop(*length);
    return blank ? Step::again : Step::item;
  }

  Result<void> parse(document::Arena& arena, Value& out, std::size_t length) {
    std::string_view text = arena.copy(in_.rest().substr(0, length));
    Reader reader(text, arena, json_, options_.depth);
    std::size_t at = 0;
    if (!reader.value(at, out) || !reader.only_blanks(at)) return reader.error(in_.place());
    return {};
  }

  Result<std::optional<Value>> end() {
    if (state_ == State::lines || state_ == State::sequence) return std::optional<Value>();
    if (state_ != State::after) return malformed("JSON", in_.place(), "found the end of the document too early");
    if (!reached_) return malformed("JSON", "the document has no array at " + quoted(options_.at, 60));
    return std::optional<Value>();
  }

  // False: wants more bytes.
  bool byte_order_mark() {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    std::string_view rest = in_.rest();
    if (in_.place().byte == 0 && rest.size() < mark.size() && mark.starts_with(rest) && !in_.finished()) return false;
    if (in_.place().byte == 0 && rest.starts_with(mark)) in_.drop(mark.size());
    return true;
  }

  // False: wants more bytes. What is no whole comment is left for the next token to refuse.
  bool blanks() {
    for (;;) {
      std::string_view rest = in_.rest();
      std::size_t blank = std::min(rest.find_first_not_of(" \t\r\n"), rest.size());
      if (blank) in_.drop(blank);
      rest = in_.rest();
      if (!json_.comments || !rest.starts_with('/')) return true;
      bool to_line_end = rest.starts_with("//");
      std::size_t end = to_line_end ? rest.find('\n') : rest.starts_with("/*") ? rest.find("*/", 2) : std::string_view::npos;
      if (end != std::string_view::npos) {
        in_.drop(to_line_end ? end : end + 2);
        continue;
      }
      if (in_.finished() && to_line_end) in_.drop(rest.size());
      bool could_be = rest.size() < 2 || to_line_end || rest[1] == '*';
      // A comment longer than an item is refused as the slash it begins with.
      return in_.finished() || !could_be || rest.size() > options_.item_bytes;
    }
  }

  Result<Step> unexpected(const std::string& expected) const {
    return malformed("JSON", in_.place(), "found " + found(in_.rest(), 0) + ", expected " + expected);
  }
  Error too_long() const {
    return malformed("JSON", in_.place(), "the item that begins here is longer than the " + to_text(Size{options_.item_bytes}) + " allowed");
  }

  const SplitOptions options_;
  const Options json_;
  const std::vector<std::string> steps_;
  std::vector<bool> passed_;  // the name of that level has been met
  std::size_t level_ = 0;     // how many of the steps have been taken
  bool on_way_ = false;
  bool reached_ = false;
  State state_ = State::begin;
  Cutter in_{};
  std::optional<Error> fault_{};
};

class JsonJoiner : public Joiner {
 public:
  JsonJoiner(const JoinOptions& options, const Options& json)
      : options_{.depth = options.depth, .limit_bytes = options.item_bytes}, json_(json), pretty_(json.pretty && !json.canonical) {}

  Result<void> add(const Value& item, std::string& out) override {
    std::size_t before = out.size();
    if (!json_.lines) out += empty_ ? "[" : ",";
    if (!json_.lines && pretty_) out += "\n  ";
    Options one = json_;
    one.pretty = pretty_ && !json_.lines;
    Writer writer(out, options_, one);
    Result<void> written = writer.value(item.is_absent() ? Value::null() : item, 1);
    if (!written) {
      out.resize(before);
      return written;
    }
    if (json_.lines) out += '\n';
    empty_ = false;
    return written;
  }

  Result<void> finish(std::string& out) override {
    if (json_.lines) return {};
    out += empty_ ? "[]" : pretty_ ? "\n]" : "]";
    return {};
  }

 private:
  const WriteOptions options_;
  const Options json_;
  const bool pretty_;
  bool empty_ = true;
};

}  // namespace

std::unique_ptr<Splitter> make_splitter(const SplitOptions& options, const Options& json) {
  return std::make_unique<JsonSplitter>(options, json);
}

std::unique_ptr<Joiner> make_joiner(const JoinOptions& options, const Options& json) { return std::make_unique<JsonJoiner>(options, json); }

}  // namespace arint::format::json
