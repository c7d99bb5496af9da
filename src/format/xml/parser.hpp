// SPDX-License-Identifier: GPL-3.0-or-later
// Parser: libxml2's push parser behind a narrow door. The only file that includes its headers is parser.cpp.
//
// What never happens: a DTD is read (a DOCTYPE is refused where it begins), an entity other than the five of XML is known, a file or
// the network is touched, XInclude is followed. Bounded: attributes of an element, namespace declarations in scope, names, depth.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "document/arena.hpp"
#include "format/place.hpp"
#include "format/xml/builder.hpp"

struct _xmlParserCtxt;

namespace arint::format::xml {

// What is done with the elements. Called from within feed(); may throw ArenaFull, which feed() turns into a fault.
class Events {
 public:
  virtual ~Events() = default;
  // A sentence when the element is refused, else empty. Names live as long as the parser's arena of names.
  virtual std::string start(std::string_view name, std::span<const Attribute> attributes, bool preserve_blanks) = 0;
  virtual void text(std::string_view text) = 0;
  virtual std::string end() = 0;
};

struct Limits {
  std::size_t depth = 1000;
  std::size_t attributes = 1000;
};

class Parser {
 public:
  // `names`: where interned names live.
  Parser(const Options& options, Limits limits, Events& events, document::Arena& names);
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // The next piece, in UTF-8, cut anywhere. After a fault the parser is spent.
  Result<void> feed(std::string_view utf8, bool last);

  struct State;  // seen by the callbacks of parser.cpp only

 private:
  std::unique_ptr<State> state_;
};

}  // namespace arint::format::xml
