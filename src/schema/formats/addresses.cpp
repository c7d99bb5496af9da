// SPDX-License-Identifier: GPL-3.0-or-later
// Hosts, addresses and mailboxes.
#include "base/text.hpp"
#include "schema/formats/characters.hpp"
#include "schema/formats/formats.hpp"

namespace arint::schema {
namespace {

// One label of a host name. With `international`, letters beyond ASCII too.
bool label(std::string_view text, bool international) noexcept {
  if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') return false;
  for (char c : text)
    if (!is_letter(c) && !is_digit(c) && c != '-' && !(international && is_beyond_ascii(c))) return false;
  return true;
}

bool host(std::string_view text, bool international) noexcept {
  if (text.empty() || text.size() > 253) return false;
  for (;;) {
    std::size_t dot = text.find('.');
    if (!label(text.substr(0, dot), international)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// RFC 5322, 3.2.3: atext.
bool atom_character(char c, bool international) noexcept {
  return is_letter(c) || is_digit(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~") || (international && is_beyond_ascii(c));
}

bool dotted_atoms(std::string_view text, bool international) noexcept {
  bool after_dot = true;
  for (char c : text) {
    if (c == '.' && after_dot) return false;
    if (c != '.' && !atom_character(c, international)) return false;
    after_dot = c == '.';
  }
  return !after_dot;
}

// RFC 5321, 4.1.2: Quoted-string.
bool quoted_local(std::string_view text, bool international) noexcept {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\') {
      if (++i == text.size() || text[i] < ' ' || text[i] > '~') return false;
    } else if (c == '"' || (is_beyond_ascii(c) ? !international : c < ' ' || c > '~')) {
      return false;
    }
  }
  return true;
}

bool mailbox(std::string_view text, bool international) {
  std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at > 64) return false;
  std::string_view local = text.substr(0, at);
  std::string_view domain = text.substr(at + 1);
  if (!dotted_atoms(local, international) && !quoted_local(local, international)) return false;
  if (!domain.starts_with('[')) return host(domain, international);
  if (!domain.ends_with(']')) return false;
  domain = domain.substr(1, domain.size() - 2);
  return equals_ignoring_case(domain.substr(0, 5), "IPv6:") ? is_ipv6(domain.substr(5)) : is_ipv4(domain);
}

}  // namespace

bool is_hostname(std::string_view text) { return host(text, false); }
bool is_email(std::string_view text) { return mailbox(text, false); }
bool is_idn_email(std::string_view text) { return mailbox(text, true); }

bool is_ipv4(std::string_view text) {
  Cursor in(text);
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && !in.take('.')) return false;
    std::string_view digits = in.rest();
    std::size_t count = in.skip_digits();
    if (count == 0 || count > 3 || (count > 1 && digits[0] == '0')) return false;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 10 + (digits[i] - '0');
    if (value > 255) return false;
  }
  return in.at_end();
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool shortened = false;
  if (text.starts_with("::")) {
    shortened = true;
    text.remove_prefix(2);
  } else if (text.starts_with(':')) {
    return false;
  }
  while (!text.empty()) {
    std::size_t end = text.find(':');
    std::string_view group = text.substr(0, end);
    if (end == std::string_view::npos && group.find('.') != std::string_view::npos) {
      groups += 2;
      return is_ipv4(group) && (shortened ? groups < 8 : groups == 8);
    }
    if (group.empty() || group.size() > 4) return false;
    for (char c : group)
      if (!is_hex_digit(c)) return false;
    ++groups;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    if (text.empty()) return false;  // a single colon at the end
    if (text[0] == ':') {
      if (shortened) return false;
      shortened = true;
      text.remove_prefix(1);
    }
  }
  return shortened ? groups < 8 : groups == 8;
}

}  // namespace arint::schema
