// SPDX-License-Identifier: GPL-3.0-or-later
// XML 1.0 with namespaces, without DTD, to and from the tree. See README.md in this folder for the mapping, with examples.
#pragma once
#include <memory>
#include <string>

#include "format/format.hpp"

namespace arint::format::xml {

enum class Null { nil, empty, omit };  // <a xsi:nil="true"/>, <a/>, nothing

struct Options {
  std::string root = {};             // writing: name of the root element when the document is not an object with one member
  bool declaration = true;           // writing: begin with <?xml version="1.0" encoding="UTF-8"?>
  bool pretty = false;               // writing: two spaces an indent, except inside mixed content
  std::string attribute_prefix = "@";
  std::string text_name = "#text";
  std::string order_name = "#order";  // the member that keeps the order where names interleave
  Null null = Null::nil;
  std::size_t attributes = 1000;      // most attributes of one element
};

std::unique_ptr<const Format> make(Options options = {});

}  // namespace arint::format::xml
