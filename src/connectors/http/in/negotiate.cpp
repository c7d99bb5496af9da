// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/negotiate.hpp"

#include <charconv>

#include "base/text.hpp"

namespace arint::connectors::http {
namespace {

struct Range {
  std::string_view type;  // "text/*"
  double quality = 1;
};

std::vector<Range> ranges(std::string_view accept) {
  std::vector<Range> out;
  for (std::string_view item : split(accept, ',')) {
    Range range;
    std::vector<std::string_view> parts = split(item, ';');
    range.type = trim(parts[0]);
    for (std::size_t i = 1; i < parts.size(); ++i) {
      std::string_view parameter = trim(parts[i]);
      if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
      parameter.remove_prefix(2);
      std::from_chars(parameter.data(), parameter.data() + parameter.size(), range.quality, std::chars_format::fixed);
    }
    if (range.type.find('/') != std::string_view::npos) out.push_back(range);
  }
  return out;
}

// How exactly the range names the type: 0 not at all, 1 */*, 2 type/*, 3 type/subtype.
int precision(std::string_view range, std::string_view type) {
  if (equals_ignoring_case(range, type)) return 3;
  if (range == "*/*") return 1;
  std::size_t slash = type.find('/');
  bool major = range.size() == slash + 2 && range.ends_with("/*") && equals_ignoring_case(range.substr(0, slash), type.substr(0, slash));
  return major ? 2 : 0;
}

double quality_of(const format::Format& format, const std::vector<Range>& accepted) {
  double best = 0;
  for (std::string_view type : format.media_types()) {
    int closest = 0;
    double quality = 0;
    for (const Range& range : accepted) {
      int how = precision(range.type, type);
      if (how > closest) {
        closest = how;
        quality = range.quality;
      }
    }
    best = std::max(best, quality);
  }
  return best;
}

}  // namespace

const format::Format* negotiate(std::string_view accept, const std::vector<const format::Format*>& offered) {
  if (accept.empty()) return offered.front();
  std::vector<Range> accepted = ranges(accept);
  if (accepted.empty()) return offered.front();
  const format::Format* best = nullptr;
  double best_quality = 0;
  for (const format::Format* format : offered) {
    double quality = quality_of(*format, accepted);
    if (quality > best_quality) {
      best_quality = quality;
      best = format;
    }
  }
  return best;
}

std::string media_types(const std::vector<const format::Format*>& formats) {
  std::string out;
  for (const format::Format* format : formats) {
    if (!out.empty()) out += ", ";
    out += format->media_types().front();
  }
  return out;
}

}  // namespace arint::connectors::http
