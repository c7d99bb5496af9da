// SPDX-License-Identifier: GPL-3.0-or-later
// URIs, IRIs and templates of them. RFC 3986, appendix A; an IRI allows what is beyond ASCII where a URI allows a letter.
#include "base/text.hpp"
#include "schema/formats/characters.hpp"
#include "schema/formats/formats.hpp"

namespace arint::schema {
namespace {

constexpr std::string_view unreserved_marks = "-._~";
constexpr std::string_view sub_delimiters = "!$&'()*+,;=";

// Letters, digits, marks, escapes, and what `more` adds.
bool all_of(std::string_view text, std::string_view more, bool international) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) return false;
      i += 2;
    } else if (is_beyond_ascii(c)) {
      if (!international) return false;
    } else if (!is_letter(c) && !is_digit(c) && !is_one_of(c, unreserved_marks) && !is_one_of(c, sub_delimiters) && !is_one_of(c, more)) {
      return false;
    }
  }
  return true;
}

bool future_address(std::string_view text) noexcept {
  // "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
  std::size_t dot = text.find('.');
  if (text.empty() || (text[0] | 32) != 'v' || dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
  for (char c : text.substr(1, dot - 1))
    if (!is_hex_digit(c)) return false;
  return text.find('%') == std::string_view::npos && all_of(text.substr(dot + 1), ":", false);
}

bool authority(std::string_view text, bool international) {
  if (std::size_t at = text.find('@'); at != std::string_view::npos) {
    if (!all_of(text.substr(0, at), ":", international)) return false;
    text.remove_prefix(at + 1);
  }
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    std::string_view address = text.substr(1, end - 1);
    if (!is_ipv6(address) && !future_address(address)) return false;
    port = text.substr(end + 1);
    if (!port.empty() && port[0] != ':') return false;
  } else {
    std::size_t colon = text.find(':');
    host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
    if (!all_of(host, "", international)) return false;
  }
  for (char c : port.substr(port.empty() ? 0 : 1))
    if (!is_digit(c)) return false;
  return true;
}

// The length of "scheme:" at the start, 0 when there is none.
std::size_t scheme_length(std::string_view text) noexcept {
  if (text.empty() || !is_letter(text[0])) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':') return i + 1;
    if (!is_letter(text[i]) && !is_digit(text[i]) && !is_one_of(text[i], "+-.")) return 0;
  }
  return 0;
}

bool reference(std::string_view text, bool international, bool needs_scheme) {
  if (international && !valid_utf8(text)) return false;
  std::size_t scheme = scheme_length(text);
  if (needs_scheme && scheme == 0) return false;
  text.remove_prefix(scheme);
  if (std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    if (!all_of(text.substr(hash + 1), ":@/?", international)) return false;
    text = text.substr(0, hash);
  }
  if (std::size_t query = text.find('?'); query != std::string_view::npos) {
    if (!all_of(text.substr(query + 1), ":@/?", international)) return false;
    text = text.substr(0, query);
  }
  if (text.starts_with("//")) {
    std::size_t end = text.find('/', 2);
    if (!authority(text.substr(2, end == std::string_view::npos ? end : end - 2), international)) return false;
    text = end == std::string_view::npos ? std::string_view() : text.substr(end);
  } else if (scheme == 0 && text.substr(0, text.find('/')).find(':') != std::string_view::npos) {
    return false;  // path-noscheme: no colon in the first segment
  }
  return all_of(text, ":@/", international);
}

// RFC 6570, 2.3: varname = varchar *( ["."] varchar ), then a prefix length or an asterisk.
bool template_variable(std::string_view text) noexcept {
  std::size_t end = text.find_first_of(":*");
  std::string_view name = text.substr(0, end);
  if (name.empty() || name.front() == '.' || name.back() == '.' || name.find("..") != std::string_view::npos) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%') {
      if (i + 2 >= name.size() || !is_hex_digit(name[i + 1]) || !is_hex_digit(name[i + 2])) return false;
      i += 2;
    } else if (!is_letter(name[i]) && !is_digit(name[i]) && name[i] != '_' && name[i] != '.') {
      return false;
    }
  }
  if (end == std::string_view::npos || text.substr(end) == "*") return true;
  std::string_view length = text.substr(end + 1);
  if (text[end] != ':' || length.empty() || length.size() > 4 || length[0] == '0') return false;
  for (char c : length)
    if (!is_digit(c)) return false;
  return true;
}

bool template_expression(std::string_view text) noexcept {
  if (!text.empty() && is_one_of(text[0], "+#./;?&=,!@|")) {
    if (is_one_of(text[0], "=,!@|")) return false;  // reserved for later
    text.remove_prefix(1);
  }
  for (;;) {
    std::size_t comma = text.find(',');
    if (!template_variable(text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

bool is_uri(std::string_view text) { return reference(text, false, true); }
bool is_uri_reference(std::string_view text) { return reference(text, false, false); }
bool is_iri(std::string_view text) { return reference(text, true, true); }
bool is_iri_reference(std::string_view text) { return reference(text, true, false); }

bool is_uri_template(std::string_view text) {
  if (!valid_utf8(text)) return false;
  while (!text.empty()) {
    char c = text[0];
    if (c == '{') {
      std::size_t end = text.find('}');
      if (end == std::string_view::npos || !template_expression(text.substr(1, end - 1))) return false;
      text.remove_prefix(end + 1);
      continue;
    }
    if (c == '%' && (text.size() < 3 || !is_hex_digit(text[1]) || !is_hex_digit(text[2]))) return false;
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F || is_one_of(c, "\"'<>\\^`|}")) return false;
    text.remove_prefix(1);
  }
  return true;
}

}  // namespace arint::schema
