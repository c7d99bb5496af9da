// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/target/target.hpp"

#include "base/text.hpp"
#include "http/codec/parse/facts.hpp"
#include "http/codec/scan.hpp"

namespace arint::http {
namespace {

int hex_value(char c) noexcept { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }
bool escape_at(std::string_view text, std::size_t i) noexcept {
  return i + 2 < text.size() && has_class(text[i + 1], is_hex) && has_class(text[i + 2], is_hex);
}

// UTF-8 a byte at a time, RFC 3629, section 4.
class Utf8 {
 public:
  bool feed(unsigned byte) noexcept {
    if (wanted_ == 0) {
      low_ = 0x80;
      high_ = 0xBF;
      if (byte < 0x80) return true;
      if (byte >= 0xC2 && byte <= 0xDF) wanted_ = 1;
      else if (byte >= 0xE0 && byte <= 0xEF) wanted_ = 2;
      else if (byte >= 0xF0 && byte <= 0xF4) wanted_ = 3;
      else return false;
      if (byte == 0xE0) low_ = 0xA0;   // overlong
      if (byte == 0xED) high_ = 0x9F;  // surrogates
      if (byte == 0xF0) low_ = 0x90;
      if (byte == 0xF4) high_ = 0x8F;
      return true;
    }
    bool fits = byte >= low_ && byte <= high_;
    low_ = 0x80;
    high_ = 0xBF;
    --wanted_;
    return fits;
  }
  bool complete() const noexcept { return wanted_ == 0; }

 private:
  unsigned wanted_ = 0, low_ = 0x80, high_ = 0xBF;
};

// Counts the dots of a segment that holds nothing else so far; a segment ends at '/' and, for this purpose, at ';', because
// some servers cut "..;x" to "..".
struct Segment {
  int dots = 0;
  bool other = false;
  void take(char c) noexcept { c == '.' ? void(++dots) : void(other = true); }
  bool forbidden() const noexcept { return !other && (dots == 1 || dots == 2); }
};

Refusal check_path(std::string_view path, bool& normal) noexcept {
  Utf8 utf8;
  Segment segment;
  for (std::size_t i = 0; i < path.size(); ++i) {
    char c = path[i];
    if (c == '/' || c == ';') {
      if (segment.forbidden()) return Refusal::dot_segment;
      segment.dots = 0;
      segment.other = c == ';';
      if (!utf8.complete()) return Refusal::not_utf8;
      continue;
    }
    if (c == '%') {
      if (!escape_at(path, i)) return Refusal::broken_escape;
      unsigned byte = static_cast<unsigned>(hex_value(path[i + 1]) << 4 | hex_value(path[i + 2]));
      if (byte == '/' || byte == '\\') return Refusal::encoded_separator;
      if (byte < 0x20 || byte == 0x7F) return Refusal::encoded_control;
      if (!utf8.feed(byte)) return Refusal::not_utf8;
      char decoded = static_cast<char>(byte);
      if (has_class(decoded, is_unreserved) || path[i + 1] >= 'a' || path[i + 2] >= 'a') normal = false;
      segment.take(decoded);
      i += 2;
      continue;
    }
    if (!has_class(c, is_path)) return c == '\\' ? Refusal::encoded_separator : Refusal::malformed_target;
    if (!utf8.complete()) return Refusal::not_utf8;
    segment.take(c);
  }
  if (segment.forbidden()) return Refusal::dot_segment;
  return utf8.complete() ? Refusal::none : Refusal::not_utf8;
}

// Visible ASCII is let pass in a query: browsers send brackets, braces and bars as they are, and nobody walks along it.
Refusal check_query(std::string_view query) noexcept {
  for (std::size_t i = query.find('%'); i != std::string_view::npos; i = query.find('%', i + 3))
    if (!escape_at(query, i)) return Refusal::broken_escape;
  return Refusal::none;
}

// absolute-form = absolute-URI; only http and https, without user information.
Refusal parse_authority(std::string_view target, std::size_t& path_at, TargetSlices& out) noexcept {
  std::size_t scheme = target.find("://");
  if (scheme == std::string_view::npos) return Refusal::target_form;
  std::string_view name = target.substr(0, scheme);
  if (!equals_ignoring_case(name, "http") && !equals_ignoring_case(name, "https")) return Refusal::target_form;
  std::size_t begin = scheme + 3, end = target.find_first_of("/?", begin);
  if (end == std::string_view::npos) end = target.size();
  if (!valid_host(target.substr(begin, end - begin))) return Refusal::host_invalid;
  out.form = TargetForm::absolute;
  out.authority = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
  path_at = end;
  return Refusal::none;
}

}  // namespace

Refusal parse_target(std::string_view target, std::uint32_t at, Method method, TargetSlices& out) noexcept {
  out = {};
  if (target == "*") {
    out.form = TargetForm::asterisk;
    out.path = {at, 1};
    return method == Method::options ? Refusal::none : Refusal::target_form;
  }
  if (target.find('#') != std::string_view::npos) return Refusal::fragment_in_target;
  std::size_t path_at = 0;
  if (target[0] != '/') {
    if (Refusal fault = parse_authority(target, path_at, out); fault != Refusal::none) return fault;
    out.authority.at += at;
  }
  std::size_t mark = target.find('?', path_at);
  std::size_t path_end = mark == std::string_view::npos ? target.size() : mark;
  std::string_view path = target.substr(path_at, path_end - path_at);
  out.path = {at + static_cast<std::uint32_t>(path_at), static_cast<std::uint32_t>(path.size())};
  out.normal = !path.empty();
  if (Refusal fault = check_path(path, out.normal); fault != Refusal::none) return fault;
  if (mark == std::string_view::npos) return Refusal::none;
  out.has_query = true;
  out.query = {at + static_cast<std::uint32_t>(mark) + 1, static_cast<std::uint32_t>(target.size() - mark - 1)};
  return check_query(target.substr(mark + 1));
}

std::string_view normalise_path(std::string_view path, char* const to) noexcept {
  char* out = to;
  if (path.empty()) *out++ = '/';
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      *out++ = path[i];
      continue;
    }
    int high = hex_value(path[i + 1]), low = hex_value(path[i + 2]);
    char decoded = static_cast<char>(high << 4 | low);
    i += 2;
    if (has_class(decoded, is_unreserved)) {
      *out++ = decoded;
      continue;
    }
    *out++ = '%';
    *out++ = "0123456789ABCDEF"[high];
    *out++ = "0123456789ABCDEF"[low];
  }
  return {to, static_cast<std::size_t>(out - to)};
}

}  // namespace arint::http
