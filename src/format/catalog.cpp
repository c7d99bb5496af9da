// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/catalog.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "format/bytes/bytes.hpp"
#include "format/csv/csv.hpp"
#include "format/form/form.hpp"
#include "format/json/json.hpp"
#include "format/text/text.hpp"
#include "format/xml/xml.hpp"

namespace arint::format {
namespace {

const std::vector<std::unique_ptr<const Format>>& list() {
  static const std::vector<std::unique_ptr<const Format>> formats = [] {
    std::vector<std::unique_ptr<const Format>> all;
    all.push_back(bytes::make());
    all.push_back(csv::make());
    all.push_back(form::make());
    all.push_back(json::make());
    all.push_back(json::make({.lines = true}));  // "ndjson"
    all.push_back(text::make());
    all.push_back(xml::make());
    return all;
  }();
  return formats;
}

template <class Fits>
const Format* first_that(Fits fits) {
  auto found = std::find_if(list().begin(), list().end(), [&](const auto& format) { return fits(*format); });
  return found == list().end() ? nullptr : found->get();
}

bool holds(std::span<const std::string_view> words, std::string_view word) { return std::find(words.begin(), words.end(), word) != words.end(); }

}  // namespace

std::span<const Format* const> all() {
  static const std::vector<const Format*> pointers = [] {
    std::vector<const Format*> out;
    for (const auto& format : list()) out.push_back(format.get());
    return out;
  }();
  return pointers;
}

const Format* find(std::string_view name) {
  return first_that([&](const Format& format) { return format.name() == name; });
}

const Format* find_by_media_type(std::string_view content_type) {
  std::string type = lower(trim(content_type.substr(0, content_type.find(';'))));
  if (const Format* exact = first_that([&](const Format& format) { return holds(format.media_types(), type); })) return exact;
  if (type.ends_with("+json")) return find("json");
  if (type.ends_with("+xml")) return find("xml");
  if (type.starts_with("text/")) return find("text");
  return nullptr;
}

const Format* find_by_file_name(std::string_view file_name) {
  std::size_t dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  std::string ending = lower(file_name.substr(dot + 1));
  return first_that([&](const Format& format) { return holds(format.extensions(), ending); });
}

// RFC 9110, section 5.6.6: parameter = name "=" ( token / quoted-string ), names in any case.
std::string charset_of(std::string_view content_type) {
  std::size_t at = content_type.find(';');
  while (at != std::string_view::npos) {
    std::string_view rest = content_type.substr(at + 1);
    std::size_t equals = rest.find_first_of("=;");
    if (equals == std::string_view::npos) return "";
    if (rest[equals] == ';') {
      at += 1 + equals;
      continue;
    }
    std::string_view name = trim(rest.substr(0, equals));
    std::string value;
    std::size_t end = equals + 1;
    if (end < rest.size() && rest[end] == '"') {
      for (++end; end < rest.size() && rest[end] != '"'; ++end) {
        if (rest[end] == '\\' && end + 1 < rest.size()) ++end;
        value += rest[end];
      }
      end = std::min(rest.find(';', end), rest.size());
    } else {
      end = std::min(rest.find(';', end), rest.size());
      value = trim(rest.substr(equals + 1, end - equals - 1));
    }
    if (equals_ignoring_case(name, "charset")) return lower(value);
    at = end == rest.size() ? std::string_view::npos : at + 1 + end;
  }
  return "";
}

}  // namespace arint::format
