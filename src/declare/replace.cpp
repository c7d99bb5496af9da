// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/replace.hpp"

#include "base/text.hpp"
#include "declare/project.hpp"

namespace arint::declare {
namespace {

bool variable_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

// The value of what stands between `${` and `}`; the error's sentence is for the user.
Result<std::string> value_of(std::string_view inner, Project& project, Replaced& out) {
  std::size_t colon = inner.find(':');
  std::string scheme(inner.substr(0, colon));
  std::string_view rest = colon == std::string_view::npos ? std::string_view() : inner.substr(colon + 1);
  std::string written = quoted("${" + std::string(inner) + "}");
  auto wrong = [&](const std::string& why) { return Error{Fault::rejected, written + ": " + why}; };
  if (scheme == "env" && colon != std::string_view::npos) {
    std::size_t mark = rest.find(":-");
    std::string name(rest.substr(0, mark));
    if (!variable_name(name)) return wrong(quoted(name) + " is not the name of a variable; write \"${env:NAME}\" or \"${env:NAME:-default}\"");
    std::optional<std::string> value = project.variable(name);
    if (value && !valid_utf8(*value)) return wrong("the variable's value is not UTF-8");
    if (value && (mark == std::string_view::npos || !value->empty())) return *value;
    if (mark != std::string_view::npos) return std::string(rest.substr(mark + 2));
    return wrong("the variable is not set; set " + name + ", or write a default: \"${env:" + name + ":-...}\"");
  }
  if (scheme == "file" && colon != std::string_view::npos) {
    Result<std::string> text = project.read_outside(std::string(rest));
    if (!text) return wrong(text.error().sentence);
    if (!valid_utf8(*text)) return wrong("the file is not UTF-8 text");
    out.from_file = true;
    return text;
  }
  if (scheme == "secret") return wrong("this version keeps no secrets; use \"${env:NAME}\" or \"${file:PATH}\"");
  if (colon == std::string_view::npos && variable_name(inner))
    return wrong("not known here; did you mean \"${env:" + std::string(inner) + "}\"? A literal \"${\" is written \"$${\"");
  return wrong("unknown scheme " + quoted(scheme) + "; known are env and file. A literal \"${\" is written \"$${\"");
}

template <class Report>
Replaced replace_all(const Node& scalar, Project& project, Report report) {
  std::string_view text = scalar.text;
  Replaced out;
  std::size_t at = 0;
  for (;;) {
    std::size_t dollar = text.find("${", at);
    out.text += text.substr(at, dollar == std::string_view::npos ? dollar : dollar - at);
    if (dollar == std::string_view::npos) return out;
    if (dollar > at && text[dollar - 1] == '$') {
      out.text += '{';  // the first dollar is already there
      at = dollar + 2;
      continue;
    }
    std::size_t end = text.find('}', dollar);
    std::string_view whole = text.substr(dollar, end == std::string_view::npos ? end : end + 1 - dollar);
    Result<std::string> value = end == std::string_view::npos
                                    ? Error{Fault::rejected, quoted(whole) + ": the closing \"}\" is missing"}
                                    : value_of(whole.substr(2, whole.size() - 3), project, out);
    if (!value) report(dollar, value.error().sentence);
    out.text += value ? *value : std::string(whole);
    out.changed |= value.ok();
    out.kept |= !value.ok();
    at = dollar + whole.size();
  }
}

}  // namespace

std::optional<Replaced> replace(const Node& scalar, Reading& reading) {
  bool good = true;
  Replaced out = replace_all(scalar, reading.project(), [&](std::size_t offset, const std::string& sentence) {
    good = false;
    Position at = scalar.written.source ? position_in(scalar.written, scalar.text, offset) : scalar.at;
    reading.fault(at, sentence);
  });
  if (!good) return std::nullopt;
  return out;
}

Replaced replace_or_keep(const Node& scalar, Project& project) {
  return replace_all(scalar, project, [](std::size_t, const std::string&) {});
}

}  // namespace arint::declare
