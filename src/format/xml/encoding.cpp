// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/xml/encoding.hpp"

#include "base/text.hpp"
#include "format/charset/charset.hpp"

namespace arint::format::xml {
namespace {

constexpr std::size_t most_head = 1024;
constexpr std::string_view ebcdic_head("\x4C\x6F\xA7\x94", 4);  // "<?xm", XML 1.0, appendix F

// encoding="..." of <?xml ... ?>; empty when it has none.
std::string declared(std::string_view declaration) {
  std::size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return "";
  std::string_view rest = trim(declaration.substr(at + 8));
  if (!rest.starts_with('=')) return "";
  rest = trim(rest.substr(1));
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return "";
  return std::string(rest.substr(1, rest.find(rest[0], 1) - 1));
}

}  // namespace

std::optional<std::string> charset_of_document(std::string_view head, std::string_view said, bool whole) {
  if (head.size() < 4 && !whole) return std::nullopt;
  if (head.starts_with("\xEF\xBB\xBF")) return "utf-8";
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return "utf-16";
  if (!said.empty()) return std::string(said);
  // No XML begins with a NUL: two bytes a character.
  if (head.starts_with(std::string_view("<\0", 2))) return "utf-16le";
  if (head.starts_with(std::string_view("\0<", 2))) return "utf-16be";
  bool ebcdic = head.starts_with(ebcdic_head);
  if (!ebcdic && !head.starts_with("<?xm")) return "utf-8";
  std::string text(head.substr(0, most_head));
  if (ebcdic) {
    // The characters of a declaration are the same in all EBCDIC pages.
    Result<Decoder> decoder = Decoder::open("ibm037");
    std::string latin;
    if (!decoder || !decoder->feed(text, true, latin)) return "utf-8";
    text = latin;
  }
  std::size_t end = text.find("?>");
  if (end == std::string::npos && !whole && head.size() < most_head) return std::nullopt;
  std::string name = declared(std::string_view(text).substr(0, end));
  // What could be read byte by byte so far is no UTF-16, whatever it calls itself.
  if (name.empty() || lower(name).starts_with("utf-16")) return ebcdic ? "ibm037" : "utf-8";
  return name;
}

}  // namespace arint::format::xml
