// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/callback/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace arint::connectors::callback {
namespace {

Error wrong(const std::string& why) { return {Fault::rejected, "the callback address " + why}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_ipv4(const std::string& host) {
  in_addr out{};
  return ::inet_pton(AF_INET, host.c_str(), &out) == 1;  // four decimal numbers and nothing else
}

// The system's resolver takes 0x7f.1, 017700000001 and 2130706433 for addresses: a last label like a number must be of a plain one.
bool looks_like_number(std::string_view label) {
  if (label.empty()) return false;
  if (std::all_of(label.begin(), label.end(), is_digit)) return true;
  return label.size() >= 2 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X') && std::all_of(label.begin() + 2, label.end(), is_hex);
}

// host = dot-separated labels of letters, digits, hyphens and underscores; `stars`: a label may be * alone.
Result<std::string> parse_name(std::string_view text, bool stars) {
  if (text.size() > 253) return wrong("has a host of more than 253 characters");
  const std::string host = lower(text);
  std::string_view last;
  for (std::string_view label : split(host, '.')) {
    if (label.empty() || label.size() > 63) return wrong("has a host with a label that is empty or longer than 63 characters: " + quoted(host, 80));
    last = label;
    if (stars && label == "*") continue;
    for (char c : label)
      if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_') return wrong("has a character in its host that no name has: " + quoted(host, 80));
  }
  if (looks_like_number(last) && !is_ipv4(host)) return wrong("has a host that is neither a name nor four numbers: " + quoted(host, 80));
  return host;
}

Result<void> parse_authority(std::string_view authority, bool stars, Url& out) {
  if (authority.find('@') != authority.npos) return wrong("holds a user, or what looks like one");
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == authority.npos) return wrong("misses the ] behind its IPv6 address");
    const std::string host(authority.substr(1, close - 1));
    in6_addr parsed{};
    if (::inet_pton(AF_INET6, host.c_str(), &parsed) != 1) return wrong("has no IPv6 address between [ and ]");
    char text[INET6_ADDRSTRLEN];
    out.host = ::inet_ntop(AF_INET6, &parsed, text, sizeof text);  // one spelling of each
    port = authority.substr(close + 1);
    has_port = !port.empty();
    if (has_port && port.front() != ':') return wrong("has something between ] and its port");
    if (has_port) port.remove_prefix(1);
  } else {
    const std::size_t colon = authority.find(':');
    Result<std::string> host = parse_name(authority.substr(0, colon), stars);
    if (!host) return host.error();
    out.host = std::move(*host);
    has_port = colon != authority.npos;
    if (has_port) port = authority.substr(colon + 1);
  }
  out.port = out.secure ? 443 : 80;
  if (!has_port) return {};
  unsigned number = 0;
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (problem != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535 || port.front() == '0')
    return wrong("has no port like " + quoted(port, 20));
  out.port = static_cast<std::uint16_t>(number);
  return {};
}

// What a server might read as another path than we compare.
Result<void> check_path(std::string_view path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') continue;
    if (i + 2 >= path.size() || !is_hex(path[i + 1]) || !is_hex(path[i + 2])) return wrong("has a % in its path that begins no escape");
    const std::string code = lower(path.substr(i + 1, 2));
    if (code == "2f" || code == "5c" || code == "2e" || code == "00") return wrong("has an encoded slash, backslash, dot or zero in its path");
  }
  for (std::string_view segment : split(path, '/'))
    if (segment == "." || segment == "..") return wrong("has a dot segment in its path");
  if (path.find("//") != path.npos) return wrong("has an empty segment in its path");
  return {};
}

Result<Url> parse(std::string_view text, bool stars) {
  if (text.size() > longest_url) return wrong("has more than " + std::to_string(longest_url) + " bytes");
  for (char c : text)
    if (c <= ' ' || static_cast<unsigned char>(c) > 126 || c == '\\' || c == '"' || c == '<' || c == '>' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}')
      return wrong("has a character that no address has; such are percent-encoded");
  Url out;
  const std::size_t scheme = text.find("://");
  const std::string name = lower(text.substr(0, scheme == text.npos ? 0 : scheme));
  if (name != "https" && name != "http") return wrong("begins with neither https:// nor http://");
  out.secure = name == "https";
  text.remove_prefix(scheme + 3);
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  if (Result<void> done = parse_authority(text.substr(0, end), stars, out); !done) return done.error();
  std::string_view rest = text.substr(end);
  if (rest.find('#') != rest.npos) return wrong("has a fragment, which is never sent");
  const std::size_t query = std::min(rest.find('?'), rest.size());
  out.path = rest.substr(0, query);
  if (out.path.empty()) out.path = "/";
  out.query = rest.substr(query);
  if (Result<void> fine = check_path(out.path); !fine) return fine.error();
  return out;
}

}  // namespace

std::string Url::origin() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return (secure ? "https://" : "http://") + shown + ":" + std::to_string(port);
}

Result<Url> parse_url(std::string_view text) { return parse(text, false); }

Result<Url> parse_pattern(std::string_view text) {
  Result<Url> out = parse(text, true);
  if (out && !out->query.empty()) return wrong("has a query, which the allow-list does not look at");
  return out;
}

bool fits(const Url& url, const Url& pattern) {
  if (url.secure != pattern.secure || url.port != pattern.port) return false;
  const auto wanted = split(pattern.host, '.'), given = split(url.host, '.');
  if (!std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(), [](std::string_view a, std::string_view b) { return a == "*" || a == b; })) return false;
  std::string_view prefix = pattern.path;
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!url.path.starts_with(prefix)) return false;
  return url.path.size() == prefix.size() || url.path[prefix.size()] == '/';
}

}  // namespace arint::connectors::callback
