// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/place.hpp"

#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "base/units.hpp"
#include "document/code_points.hpp"

namespace arint::format {
namespace {
constexpr std::size_t longest_path = 200;
constexpr std::size_t shown_bytes = 20;

bool identifier(std::string_view name) noexcept {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}
}  // namespace

void Place::advance(std::string_view over) noexcept {
  byte += over.size();
  // A caller's document may be one line of a gigabyte.
  if (const void* newest = over.empty() ? nullptr : ::memrchr(over.data(), '\n', over.size())) {
    line += static_cast<std::size_t>(std::count(over.begin(), over.end(), '\n'));
    column = 1;
    over.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(newest) - over.data()) + 1);
  }
  column += document::code_points(over);
}

std::string Place::text() const {
  return "line " + std::to_string(line) + ", column " + std::to_string(column) + " (byte " + std::to_string(byte) + ")";
}

std::string found(std::string_view bytes, std::size_t at) {
  if (at >= bytes.size()) return "the end of the document";
  std::string_view rest = bytes.substr(at, shown_bytes);
  // Up to the next blank or separator, and at least one whole character.
  std::size_t end = 0;
  next_code_point(rest, end);
  if (std::string_view(" \t\r\n,:;{}[]<>\"").find(rest[0]) == std::string_view::npos)
    end = std::max(end, std::min(rest.find_first_of(" \t\r\n,:;{}[]<>\""), rest.size()));
  return quoted(rest.substr(0, end));
}

Error malformed(std::string_view format, Place place, std::string_view sentence) {
  return {Fault::malformed, std::string(format) + ", " + place.text() + ": " + std::string(sentence)};
}

Error malformed(std::string_view format, std::string_view bytes, std::size_t at, std::string_view sentence, Place start) {
  start.advance(bytes.substr(0, at));
  return malformed(format, start, sentence);
}

Error malformed(std::string_view format, std::string_view sentence) {
  return {Fault::malformed, std::string(format) + ": " + std::string(sentence)};
}

Error too_large(std::string_view format, std::size_t limit_bytes) {
  Error out = malformed(format, "the document needs more memory than the " + to_text(Size{limit_bytes}) + " allowed for it");
  out.status = 413;
  return out;
}

Error unwritable(std::string_view format, std::string_view path, std::string_view sentence) {
  std::string where = path.empty() ? "the document itself" : std::string(path);
  return {Fault::malformed, std::string(format) + ", at " + where + ": " + std::string(sentence)};
}

void append_name(std::string& path, std::string_view name) {
  if (path.size() > longest_path) return;
  if (!path.empty()) path += '.';
  if (identifier(name)) {
    path += name.substr(0, 60);
    return;
  }
  std::string shown = quoted(name, 60);
  path += '`';
  path += std::string_view(shown).substr(1, shown.size() - 2);
  path += '`';
}

void append_index(std::string& path, std::size_t index) {
  if (path.size() > longest_path) return;
  path += '[';
  path += std::to_string(index);
  path += ']';
}

}  // namespace arint::format
