// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/gate/path_template.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::connectors::http {
namespace {

Error wrong(std::string_view text, const std::string& why) { return Error{Fault::rejected, quoted(text) + ": " + why}; }

}  // namespace

std::vector<std::string> names_in(std::string_view path_template) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = path_template.find('{', at)) != std::string_view::npos; ++at) {
    std::string name(path_template.substr(at + 1, path_template.find('}', at) - at - 1));
    if (name.ends_with('*')) name.pop_back();
    out.push_back(std::move(name));
  }
  return out;
}

Result<PathTemplate> PathTemplate::compile(std::string_view text, const std::vector<std::string>& names) {
  PathTemplate out;
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c != '{') {
      if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '}' || c == '\\' || c == '#' || c == '"' || c == '<' || c == '>')
        return wrong(text, "characters of a URL stand in it; others are written with % and two digits");
      out.has_query_ |= c == '?';
      plain += c;
      ++at;
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return wrong(text, "a \"{\" without its \"}\"");
    std::string name(text.substr(at + 1, end - at - 1));
    if (std::find(names.begin(), names.end(), name) == names.end())
      return wrong(text, "{" + name + "} is no name of the channel's path" + (names.empty() ? "" : ", which has {" + join(names, "}, {") + "}"));
    out.parts_.push_back({std::move(plain), {}});
    out.parts_.push_back({{}, std::move(name)});
    plain.clear();
    at = end + 1;
  }
  if (!plain.empty() || out.parts_.empty()) out.parts_.push_back({std::move(plain), {}});
  return out;
}

std::string PathTemplate::render(const Captures& captures) const {
  std::string out;
  for (const Part& part : parts_) {
    if (part.name.empty()) {
      out += part.text;
      continue;
    }
    for (std::size_t i = 0; i < captures.count; ++i)
      if (captures.list[i].name == part.name) out += captures.list[i].value;
  }
  return out;
}

}  // namespace arint::connectors::http
