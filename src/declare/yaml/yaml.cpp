// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/yaml/yaml.hpp"

#include <libfyaml.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "base/result.hpp"
#include "base/text.hpp"

namespace arint::declare {
namespace {

struct ParserOff {
  void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
};
struct DiagOff {
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};

// How much a node holds with everything below it; what an alias to it adds.
struct Weight {
  std::size_t nodes = 0, bytes = 0;
};
Weight weigh(const Node& node) {
  Weight out{1, node.text.size()};
  auto add = [&](const Node& below) {
    Weight more = weigh(below);
    out.nodes += more.nodes;
    out.bytes += more.bytes;
  };
  for (const Node& item : node.items) add(item);
  for (const Member& member : node.members) {
    add(member.value);
    out.bytes += member.name.size();
  }
  return out;
}

// Events to nodes. Recursion is bounded by yaml_most_depth. After `stopped_` nothing more is taken from the parser.
class Composer {
 public:
  Composer(std::shared_ptr<const Source> source, Problems& problems) : source_(std::move(source)), problems_(problems) {
    name_ = std::shared_ptr<const std::string>(source_, &source_->name);
    last_ = {name_, 1, 1};
    fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = nullptr;
    diag_cfg.output_fn = [](fy_diag*, void*, const char*, size_t) {};
    diag_.reset(fy_diag_create(&diag_cfg));
    fy_diag_set_collect_errors(diag_.get(), true);
    fy_parse_cfg cfg{};
    // Its depth limit is lower than ours and its recycling hides errors from the sanitizers.
    cfg.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE |
                                                FYPCF_DISABLE_RECYCLING | FYPCF_DISABLE_DEPTH_LIMIT);
    cfg.diag = diag_.get();
    parser_.reset(fy_parser_create(&cfg));
    invariant(parser_ && !fy_parser_set_string(parser_.get(), source_->text.data(), source_->text.size()), "a YAML parser takes a text");
  }

  Node document() {
    Node root;
    root.at = last_;
    bool seen = false;
    while (Event event = next()) {
      if (event->type == FYET_STREAM_START || event->type == FYET_DOCUMENT_END) continue;
      if (event->type == FYET_STREAM_END) break;
      if (event->type == FYET_DOCUMENT_START) {
        if (seen) {
          stop(place(event), "a second document begins here; write one document per file");
          break;
        }
        seen = true;
        continue;
      }
      root = node(event, 0);
    }
    report_library();
    return root;
  }

 private:
  // One event, given back when it goes.
  class Event {
   public:
    Event(fy_parser* parser, fy_event* event) : parser_(parser), event_(event) {}
    Event(const Event&) = delete;
    ~Event() {
      if (event_) fy_parser_event_free(parser_, event_);
    }
    explicit operator bool() const { return event_ != nullptr; }
    fy_event* operator->() const { return event_; }
    fy_event* get() const { return event_; }

   private:
    fy_parser* parser_;
    fy_event* event_;
  };

  Event next() {
    if (stopped_) return Event(parser_.get(), nullptr);
    fy_event* event = fy_parser_parse(parser_.get());
    if (!event) stopped_ = true;
    if (event)
      if (const fy_mark* mark = fy_event_end_mark(event)) last_ = {name_, mark->line + 1, mark->column + 1};
    return Event(parser_.get(), event);
  }

  void stop(const Position& at, std::string sentence) {
    if (!stopped_) problems_.fault(at, std::move(sentence));
    stopped_ = true;
  }

  // The library's words for a syntax fault are good; its line and column count like ours.
  void report_library() {
    void* previous = nullptr;
    if (fy_diag_error* error = fy_diag_errors_iterate(diag_.get(), &previous))
      problems_.fault({name_, error->line, error->column}, std::string("not valid YAML: ") + error->msg);
    else if (fy_parser_get_stream_error(parser_.get()))
      problems_.fault(last_, "not valid YAML");
  }

  Position place(const Event& event) const {
    const fy_mark* mark = fy_event_start_mark(event.get());
    return mark ? Position{name_, mark->line + 1, mark->column + 1} : last_;
  }

  static std::string text_of(fy_token* token) {
    std::size_t size = 0;
    const char* text = token ? fy_token_get_text(token, &size) : nullptr;
    return text ? std::string(text, size) : std::string();
  }

  bool within_bounds(Weight more, const Position& at) {
    nodes_ += more.nodes;
    bytes_ += more.bytes;
    if (nodes_ > yaml_most_nodes) stop(at, "more than " + std::to_string(yaml_most_nodes) + " values in one file (aliases count as often as they are used)");
    if (bytes_ > yaml_most_expanded_bytes) stop(at, "more than " + to_text_mib(yaml_most_expanded_bytes) + " of text once aliases are expanded");
    return !stopped_;
  }
  static std::string to_text_mib(std::size_t bytes) { return std::to_string(bytes >> 20) + "MiB"; }

  Node node(const Event& event, int depth) {
    Node out;
    out.at = place(event);
    if (depth > yaml_most_depth) {
      stop(out.at, "nested more than " + std::to_string(yaml_most_depth) + " deep");
      return out;
    }
    if (event->type == FYET_ALIAS) return alias(event, out.at);
    if (fy_token* tag = fy_event_get_tag_token(event.get()))
      problems_.fault(out.at, "tag " + quoted(text_of(tag)) + ": tags are not used here; quote the value to make it text");
    std::string anchor = text_of(fy_event_get_anchor_token(event.get()));
    if (!within_bounds({1, 0}, out.at)) return out;
    if (event->type == FYET_SCALAR) {
      scalar(event, out);
    } else if (event->type == FYET_SEQUENCE_START) {
      list(out, depth);
    } else if (event->type == FYET_MAPPING_START) {
      map(out, depth);
    }
    // The copy counts as well: a hundred anchors around one another would otherwise cost a hundred copies of the file.
    if (!anchor.empty() && within_bounds(weigh(out), out.at)) anchors_[anchor] = out;
    return out;
  }

  Node alias(const Event& event, const Position& at) {
    std::string name = text_of(fy_event_get_token(event.get()));
    auto found = anchors_.find(name);
    if (found == anchors_.end()) {
      problems_.fault(at, "alias " + quoted("*" + name) + ": no complete value before it is anchored as " + quoted("&" + name));
      return Node{.at = at};
    }
    if (!within_bounds(weigh(found->second), at)) return Node{.at = at};
    return found->second;
  }

  void scalar(const Event& event, Node& out) {
    fy_token* token = fy_event_get_token(event.get());
    out.text = text_of(token);
    bytes_ += out.text.size();
    fy_scalar_style style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;
    switch (style) {
      case FYSS_SINGLE_QUOTED: out.written.style = Style::single_quoted; break;
      case FYSS_DOUBLE_QUOTED: out.written.style = Style::double_quoted; break;
      case FYSS_LITERAL: out.written.style = Style::literal; break;
      case FYSS_FOLDED: out.written.style = Style::folded; break;
      default: out.written.style = Style::plain; break;
    }
    out.quoted = out.written.style != Style::plain;
    out.kind = Kind::scalar;
    if (!out.quoted && (out.text.empty() || out.text == "~" || out.text == "null" || out.text == "Null" || out.text == "NULL")) out.kind = Kind::null;
    const fy_mark* begin = fy_event_start_mark(event.get());
    const fy_mark* end = fy_event_end_mark(event.get());
    if (!begin || !end || out.text.empty()) return;
    out.written.source = source_;
    out.written.begin = std::min(begin->input_pos, source_->text.size());
    out.written.end = std::min(std::max(end->input_pos, out.written.begin), source_->text.size());
    if (out.written.style == Style::single_quoted || out.written.style == Style::double_quoted)
      out.at.column -= 1;  // the library's mark stands behind the quote
    else if (out.quoted)
      out.at = position_in(out.written, out.text, 0);  // and before the indentation of a block
  }

  void list(Node& out, int depth) {
    out.kind = Kind::list;
    while (Event event = next()) {
      if (event->type == FYET_SEQUENCE_END) return;
      out.items.push_back(node(event, depth + 1));
    }
  }

  // False when the key is refused; its value is still read, for the problems in it.
  bool key(const Node& key, const Node& map, std::unordered_set<std::string>& names) {
    if (key.kind == Kind::list || key.kind == Kind::map) {
      problems_.fault(key.at, "a key must be a plain name, not a list or a map");
    } else if (key.text == "<<" && !key.quoted) {
      problems_.fault(key.at, "merge keys (<<) are not part of YAML 1.2; repeat the options, or use env/NAME.yaml");
    } else if (!names.insert(key.text).second) {
      const Member* first = map.member(key.text);
      problems_.fault(key.at, quoted(key.text) + " is written twice in this map" + (first ? "; the first is at " + first->at.text() : ""));
    } else {
      return true;
    }
    return false;
  }

  void map(Node& out, int depth) {
    out.kind = Kind::map;
    std::unordered_set<std::string> names;
    for (;;) {
      Member member;
      bool good = false;
      {
        Event event = next();
        if (!event || event->type == FYET_MAPPING_END) return;
        Node name = node(event, depth + 1);
        good = key(name, out, names);
        member.at = name.at;
        member.name = std::move(name.text);
      }
      Event event = next();
      if (!event) return;
      member.value = node(event, depth + 1);
      if (member.value.kind == Kind::null && member.value.text.empty()) member.value.at = member.at;
      if (good) out.members.push_back(std::move(member));
    }
  }

  std::shared_ptr<const Source> source_;
  std::shared_ptr<const std::string> name_;
  Problems& problems_;
  Position last_;
  std::map<std::string, Node> anchors_;
  std::size_t nodes_ = 0, bytes_ = 0;
  bool stopped_ = false;
  std::unique_ptr<fy_diag, DiagOff> diag_;
  std::unique_ptr<fy_parser, ParserOff> parser_;
};

// What no YAML file may hold; the library is stricter in some places and looser in others.
bool plain_text(const std::shared_ptr<const Source>& source, Problems& problems) {
  std::string_view text = source->text;
  if (text.size() > yaml_most_bytes) {
    problems.fault({std::shared_ptr<const std::string>(source, &source->name)}, "larger than 4MiB");
    return false;
  }
  // The library reads all brackets that could begin a key before it gives the first; 4 MiB of them would take it half a minute.
  std::size_t brackets = 0;
  constexpr std::size_t most_brackets = 100 * yaml_most_depth;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t before = at;
    unsigned char c = static_cast<unsigned char>(text[at]);
    char32_t point = next_code_point(text, at);
    if (c == '[' || c == '{') ++brackets;
    if ((c == ']' || c == '}') && brackets) --brackets;
    if (brackets > most_brackets) {
      problems.fault(position_at(source, before), "nested more than " + std::to_string(yaml_most_depth) + " deep");
      return false;
    }
    bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
    bool broken = (point == 0xFFFD && at == before + 1) || (point >= 0xD800 && point <= 0xDFFF);
    if (!control && !broken) continue;
    problems.fault(position_at(source, before), control ? "control character " + quoted(text.substr(before, 1)) + " in a YAML file" : std::string("not UTF-8"));
    return false;
  }
  return true;
}

}  // namespace

Node parse_yaml(std::shared_ptr<const Source> source, Problems& problems) {
  if (!plain_text(source, problems)) return {};
  return Composer(std::move(source), problems).document();
}

Node parse_yaml(std::string name, std::string text, Problems& problems) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return parse_yaml(std::make_shared<const Source>(Source{std::move(name), std::move(text)}), problems);
}

}  // namespace arint::declare
