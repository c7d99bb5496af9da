// SPDX-License-Identifier: GPL-3.0-or-later
// Redaction: the field names of `redact:`, and what is written in place of their values.
//
// By name: fields of a line, headers, document members. By search: free text (a peer's words, a failure sentence) in which
// such a name is followed by its value, as JSON, query or XML would have it. The search can only know the shapes below;
// whoever has names and values apart must use value().
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace arint::log {

class Redaction {
 public:
  static constexpr std::string_view mask = "[redacted]";

  Redaction() = default;
  // Names are compared without regard to ASCII case; a name also covers the last part of a path: `pan` hides `card.pan`.
  explicit Redaction(const std::vector<std::string>& names);

  bool empty() const noexcept { return names_.empty(); }
  bool hides(std::string_view name) const noexcept;
  std::string_view value(std::string_view name, std::string_view value) const noexcept { return hides(name) ? mask : value; }

  // `text` with the values of redacted names replaced: name=value, "name": value (also with escaped quotes, objects and
  // lists), <name ...>value</name>. Uses `scratch` only when something was replaced; the result views either.
  std::string_view scrub(std::string_view text, std::string& scratch) const;

 private:
  std::vector<std::string> names_;  // lower case
};

}  // namespace arint::log
