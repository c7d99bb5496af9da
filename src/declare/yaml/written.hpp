// SPDX-License-Identifier: GPL-3.0-or-later
// How a scalar was written in its file, so that a byte of its text can be found again there.
//
// The text of a scalar is not the text of the file: quotes, escapes, folded lines and the indentation of a block are gone.
// A mistake inside an expression is still reported at its own line and column; Written holds what that needs.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/position.hpp"

namespace arint::declare {

// One file as it was read (a byte order mark is already gone). Everything that came from it shares it.
struct Source {
  std::string name;  // as the user would write it, relative to the project folder
  std::string text;
};

enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

// Source: YAML 1.2.2, sections 7.3 (flow scalars) and 8.1 (block scalars).
struct Written {
  std::shared_ptr<const Source> source{};  // empty: not from a file (a default, an assembled node)
  std::size_t begin = 0, end = 0;          // bytes of the source, quotes not included; a block begins at its first line
  Style style = Style::plain;
};

// The place of a byte of a file; columns count code points. At or behind the end: the place behind the last character.
Position position_at(const std::shared_ptr<const Source>& source, std::size_t byte);

// The place in the file of `text[offset]`, where `text` is the scalar's text. Exact for every style; when the scalar does not
// come from a file the result is an empty Position.
Position position_in(const Written& written, std::string_view text, std::size_t offset);

}  // namespace arint::declare
