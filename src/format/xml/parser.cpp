// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/xml/parser.hpp"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "format/xml/guard.hpp"
#include "format/xml/names.hpp"

namespace arint::format::xml {
namespace {

// libxml2 looks every prefix up in a list.
constexpr std::size_t most_namespaces = 256;
constexpr std::size_t most_names = 20'000;  // that differ, in one document
constexpr std::size_t piece_bytes = 64 * 1024;

std::string_view view(const xmlChar* text) { return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view(); }

// libxml2's words without its line end, short, and safe to show.
std::string sentence_of(const xmlError* error) {
  std::string message(trim(error->message ? error->message : "not well-formed"));
  std::string shown = quoted(message, 110);
  return shown.substr(1, shown.size() - 2);
}

struct Key {
  const xmlChar* prefix;
  const xmlChar* local;
  Role role;
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept {
    return (reinterpret_cast<std::size_t>(key.prefix) * 31 + reinterpret_cast<std::size_t>(key.local)) * 2 + static_cast<std::size_t>(key.role);
  }
};

}  // namespace

struct Parser::State {
  State(const Options& xml, Limits most, Events& to, document::Arena& where)
      : options(xml), limits(most), events(to), names(where), guard(most.attributes) {
    first_names.reserve(most_first_names);
  }

  const Options& options;
  const Limits limits;
  Events& events;
  document::Arena& names;
  TagGuard guard;
  long blanks = 0;  // ours, within comments
  xmlParserCtxtPtr context = nullptr;
  std::optional<Error> fault{};
  std::size_t fed = 0;

  struct Element {
    std::size_t namespaces;
    bool preserve;
  };
  std::vector<Element> open{};
  std::size_t namespaces = 0;  // declarations in scope
  std::vector<Attribute> attributes{};
  std::string scratch{};
  static constexpr std::size_t most_first_names = 16;
  std::vector<std::pair<Key, std::string_view>> first_names{};  // a short document has no more, and needs no table
  std::unordered_map<Key, std::string_view, KeyHash> by_pointer{};
  std::unordered_map<std::string_view, std::string_view> by_text{};

  // libxml2 interns what it gives us, so that its pointers are keys. Two ways to the same text give one pointer of ours.
  std::string_view intern(const xmlChar* prefix, const xmlChar* local, Role role) {
    const Key key{prefix, local, role};
    for (const auto& [one, name] : first_names)
      if (one == key) return name;
    if (first_names.size() < most_first_names) return first_names.emplace_back(key, made(key)).second;
    auto [known, fresh] = by_pointer.try_emplace(key);
    if (fresh) known->second = made(key);
    return known->second;
  }

  std::string_view made(const Key& key) {
    scratch = key.role == Role::attribute ? options.attribute_prefix : "";
    if (key.prefix) scratch.append(view(key.prefix)) += ':';
    scratch += view(key.local);
    for (const auto& [one, name] : first_names)
      if (name == scratch) return name;
    if (first_names.size() < most_first_names) return names.copy(scratch);
    auto found = by_text.find(scratch);
    if (found == by_text.end()) {
      std::string_view kept = names.copy(scratch);
      found = by_text.emplace(kept, kept).first;
    }
    return found->second;
  }

  void stop(std::string_view sentence) {
    if (fault) return;
    Place place;
    if (context->input) {
      place.line = static_cast<std::size_t>(std::max(context->input->line, 1));
      place.column = static_cast<std::size_t>(std::max(context->input->col, 1));
    }
    long consumed = xmlByteConsumed(context) - blanks;
    place.byte = consumed > 0 ? static_cast<std::size_t>(consumed) : 0;
    fault = malformed("XML", place, sentence);
    xmlStopParser(context);
  }

  // No exception may cross libxml2.
  template <class Work>
  void guarded(Work work) noexcept {
    if (fault) return;
    try {
      std::string problem = work();
      if (!problem.empty()) stop(problem);
    } catch (const document::ArenaFull& full) {
      fault = too_large("XML", full.limit_bytes);
      xmlStopParser(context);
    } catch (const std::exception&) {
      fault = malformed("XML", "out of memory");
      xmlStopParser(context);
    }
  }
};

namespace {

using State = Parser::State;

State& state(void* context) { return *static_cast<State*>(static_cast<xmlParserCtxtPtr>(context)->_private); }

// Attributes come as five pointers each: local name, prefix, namespace, first byte of the value, its end.
std::string start_element(State& s, const xmlChar* local, const xmlChar* prefix, std::span<const xmlChar*> namespaces,
                          std::span<const xmlChar*> attributes) {
  if (s.open.size() >= s.limits.depth) return "nested deeper than the " + std::to_string(s.limits.depth) + " levels allowed";
  s.namespaces += namespaces.size() / 2;
  if (s.namespaces > most_namespaces) return "more than " + std::to_string(most_namespaces) + " namespace declarations are in force here";
  bool preserve = !s.open.empty() && s.open.back().preserve;
  s.attributes.clear();
  static const xmlChar* const xmlns = BAD_CAST "xmlns";
  for (std::size_t i = 0; i < namespaces.size(); i += 2) {
    const xmlChar* name = namespaces[i];
    std::string_view uri = view(namespaces[i + 1]);
    // The writer declares it again for xsi:nil, but not for the element's own name.
    bool only_for_nil = uri == nil_namespace && name && name != prefix;
    s.attributes.push_back({name ? s.intern(xmlns, name, Role::attribute) : s.intern(nullptr, xmlns, Role::attribute), uri, false, only_for_nil});
  }
  for (std::size_t i = 0; i < attributes.size(); i += 5) {
    std::string_view value(reinterpret_cast<const char*>(attributes[i + 3]), static_cast<std::size_t>(attributes[i + 4] - attributes[i + 3]));
    std::string_view local_name = view(attributes[i]);
    bool nil = local_name == "nil" && view(attributes[i + 2]) == nil_namespace && (trim(value) == "true" || trim(value) == "1");
    if (local_name == "space" && view(attributes[i + 1]) == "xml") preserve = value == "preserve";
    s.attributes.push_back({s.intern(attributes[i + 1], attributes[i], Role::attribute), value, nil, false});
  }
  s.open.push_back({namespaces.size() / 2, preserve});
  if (s.by_text.size() > most_names) return "more than " + std::to_string(most_names) + " different names";
  return s.events.start(s.intern(prefix, local, Role::element), s.attributes, preserve);
}

void on_start(void* context, const xmlChar* local, const xmlChar* prefix, const xmlChar*, int namespace_count, const xmlChar** namespaces,
              int attribute_count, int, const xmlChar** attributes) {
  State& s = state(context);
  s.guarded([&] {
    return start_element(s, local, prefix, {namespaces, static_cast<std::size_t>(namespace_count) * 2},
                         {attributes, static_cast<std::size_t>(attribute_count) * 5});
  });
}

void on_end(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  State& s = state(context);
  s.guarded([&] {
    if (s.open.empty()) return std::string();
    s.namespaces -= s.open.back().namespaces;
    s.open.pop_back();
    return s.events.end();
  });
}

void on_text(void* context, const xmlChar* text, int size) {
  State& s = state(context);
  s.guarded([&] {
    if (!s.open.empty()) s.events.text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
    return std::string();
  });
}

void on_doctype(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  state(context).stop("found a DOCTYPE, which is never accepted: neither DTDs nor entities of one's own");
}

// libxml2 declares it so; the error is not ours to change.
void on_error(void* context, xmlErrorPtr error) {
  if (error->level >= XML_ERR_ERROR) state(context).stop(sentence_of(error));
}

xmlSAXHandler handler() {
  xmlSAXHandler out{};
  out.initialized = XML_SAX2_MAGIC;
  out.startElementNs = on_start;
  out.endElementNs = on_end;
  out.characters = on_text;
  out.ignorableWhitespace = on_text;
  out.cdataBlock = on_text;
  out.internalSubset = on_doctype;
  out.serror = on_error;
  return out;
}

}  // namespace

namespace {

// The context of the last document of this thread that had no fault: making one costs more than parsing a short document.
struct Spare {
  static constexpr int most_names = 1'000;  // a sender's names stay in it
  xmlParserCtxtPtr context = nullptr;
  ~Spare() { xmlFreeParserCtxt(context); }

  xmlParserCtxtPtr take() noexcept {
    xmlParserCtxtPtr out = std::exchange(context, nullptr);
    if (!out || xmlCtxtResetPush(out, nullptr, 0, nullptr, nullptr) == 0) return out;
    xmlFreeParserCtxt(out);
    return nullptr;
  }
  void keep(xmlParserCtxtPtr used) noexcept {
    if (context || xmlDictSize(used->dict) > most_names) return xmlFreeParserCtxt(used);
    context = used;
  }
};
thread_local Spare spare;

}  // namespace

Parser::Parser(const Options& options, Limits limits, Events& events, document::Arena& names)
    : state_(std::make_unique<State>(options, limits, events, names)) {
  static const bool ready = (xmlInitParser(), true);  // once for the process, before the first use
  (void)ready;
  state_->context = spare.take();
  if (!state_->context) {
    xmlSAXHandler sax = handler();
    state_->context = xmlCreatePushParserCtxt(&sax, nullptr, nullptr, 0, nullptr);
  }
  if (!state_->context) throw std::bad_alloc();
  state_->context->_private = state_.get();
  // NOENT: character references and the five entities become what they stand for, also in attributes; there are no others.
  // HUGE: libxml2's own caps give way to ours. IGNORE_ENC: it gets UTF-8, whatever the declaration says.
  xmlCtxtUseOptions(state_->context, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_HUGE | XML_PARSE_IGNORE_ENC);
  xmlSwitchEncoding(state_->context, XML_CHAR_ENCODING_UTF8);
}

Parser::~Parser() {
  const bool whole = !state_->fault && state_->context->instate == XML_PARSER_EOF;
  if (whole) spare.keep(state_->context);
  else xmlFreeParserCtxt(state_->context);
}

Result<void> Parser::feed(std::string_view utf8, bool last) {
  State& s = *state_;
  for (bool more = true; more && !s.fault;) {
    std::string_view piece = utf8.substr(0, piece_bytes);
    utf8.remove_prefix(piece.size());
    more = !utf8.empty();
    // What stands before the tag that is refused is parsed, so that the place is right and earlier faults come first.
    TagGuard::Stop stop = s.guard.feed(piece);
    for (; stop.why == TagGuard::Stop::Why::comment && !s.fault; stop = s.guard.feed(piece)) {
      // Outside the root, libxml2 2.9 looks for the end of a comment from its "<!--" on, finds it in "<!-->" and "<!--->", and then
      // wants all of it at once. With a blank between it does not; what is in a comment matters to nobody.
      xmlParseChunk(s.context, piece.data(), static_cast<int>(stop.at), 0);
      xmlParseChunk(s.context, " ", 1, 0);
      ++s.blanks;
      piece.remove_prefix(stop.at);
    }
    if (s.fault) break;
    xmlParseChunk(s.context, piece.data(), static_cast<int>(stop.at), last && !more && stop.why == TagGuard::Stop::Why::none);
    if (stop.why == TagGuard::Stop::Why::attributes) s.stop("an element has more than the " + std::to_string(s.limits.attributes) + " attributes allowed");
  }
  if (s.fault) return *s.fault;
  return {};
}

}  // namespace arint::format::xml
