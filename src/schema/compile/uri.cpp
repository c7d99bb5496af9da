// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/compile/uri.hpp"

#include <optional>

namespace arint::schema {
namespace {

struct Parts {
  std::optional<std::string_view> scheme, authority, query, fragment;
  std::string_view path;
};

bool scheme_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

// RFC 3986, appendix B, without a regular expression.
Parts parts_of(std::string_view text) noexcept {
  Parts out;
  std::size_t end = 0;
  while (end < text.size() && scheme_character(text[end])) ++end;
  if (end > 0 && end < text.size() && text[end] == ':') {
    out.scheme = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  if (std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    out.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (std::size_t mark = text.find('?'); mark != std::string_view::npos) {
    out.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  if (text.starts_with("//")) {
    std::size_t slash = text.find('/', 2);
    out.authority = text.substr(2, slash == std::string_view::npos ? slash : slash - 2);
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  }
  out.path = text;
  return out;
}

// 5.2.4. For relative bases leading ".." stay: "../common.json" is a file of its own.
std::string without_dots(std::string_view path) {
  bool absolute = path.starts_with('/');
  std::string out;
  std::size_t kept = 0;  // segments in `out` that ".." may take away
  while (!path.empty()) {
    std::size_t slash = path.find('/', path[0] == '/' ? 1 : 0);
    std::string_view segment = path.substr(0, slash);
    bool last = slash == std::string_view::npos;
    path = last ? std::string_view() : path.substr(slash);
    std::string_view name = segment.starts_with('/') ? segment.substr(1) : segment;
    if (name == ".") {
      if (last) out += out.empty() && !absolute ? "" : "/";
    } else if (name == ".." && (kept > 0 || absolute)) {
      if (kept > 0) --kept;
      std::size_t cut = out.rfind('/');
      out.resize(cut == std::string::npos ? 0 : cut);
      if (last) out += '/';
    } else {
      if (name != "..") ++kept;
      out += out.empty() && !absolute ? name : segment;
    }
  }
  return out;
}

}  // namespace

std::string resolved(std::string_view base_text, std::string_view reference_text) {
  Parts base = parts_of(base_text);
  Parts reference = parts_of(reference_text);
  std::string path;
  std::optional<std::string_view> scheme = reference.scheme ? reference.scheme : base.scheme;
  std::optional<std::string_view> authority = reference.authority;
  std::optional<std::string_view> query = reference.query;
  if (reference.scheme) {
    path = reference.path.starts_with('/') ? without_dots(reference.path) : std::string(reference.path);
  } else if (reference.authority) {
    path = without_dots(reference.path);
  } else {
    authority = base.authority;
    if (reference.path.empty()) {
      path = base.path;
      if (!query) query = base.query;
    } else if (reference.path.starts_with('/')) {
      path = without_dots(reference.path);
    } else {
      std::size_t slash = base.path.rfind('/');
      std::string merged = base.authority && base.path.empty() ? "/" : std::string(base.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1));
      path = without_dots(merged + std::string(reference.path));
    }
  }
  std::string out;
  if (scheme) out += std::string(*scheme) + ":";
  if (authority) out += "//" + std::string(*authority);
  out += path;
  if (query) out += "?" + std::string(*query);
  if (reference.fragment) out += "#" + std::string(*reference.fragment);
  return out;
}

Split split_fragment(std::string_view uri) noexcept {
  std::size_t hash = uri.find('#');
  return {uri.substr(0, hash), hash == std::string_view::npos ? std::string_view() : uri.substr(hash + 1)};
}

}  // namespace arint::schema
