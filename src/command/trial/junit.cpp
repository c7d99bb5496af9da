// SPDX-License-Identifier: GPL-3.0-or-later
// JUnit XML, as the common subset of what Jenkins, GitLab and others read: testsuites, testsuite, testcase, failure.
#include <algorithm>
#include <cstdio>

#include "base/text.hpp"
#include "command/trial/trial.hpp"

namespace arint::command::trial {
namespace {

// What XML 1.0 cannot hold (section 2.2) becomes U+FFFD.
std::string escaped(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c < 0x20 && c != '\n' && c != '\t') out += "\xEF\xBF\xBD";
    else append_utf8(out, c);
  }
  return out;
}

std::string seconds(double value) {
  char out[32];
  std::snprintf(out, sizeof out, "%.3f", value);
  return out;
}

}  // namespace

std::string junit_of(const std::vector<Outcome>& outcomes) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (std::size_t i = 0; i < outcomes.size();) {
    std::size_t end = i, failed = 0;
    double time = 0;
    std::string cases;
    for (; end < outcomes.size() && outcomes[end].file == outcomes[i].file; ++end) {
      const Outcome& one = outcomes[end];
      time += one.seconds;
      failed += !one.failures.empty();
      cases += "    <testcase classname=\"" + escaped(one.file) + "\" name=\"" + escaped(one.name) + "\" time=\"" + seconds(one.seconds) + "\"";
      cases += one.failures.empty() ? "/>\n" : ">\n";
      for (const std::string& why : one.failures)
        cases += "      <failure message=\"" + escaped(why.substr(0, why.find('\n'))) + "\">" + escaped(why) + "</failure>\n";
      if (!one.failures.empty()) cases += "    </testcase>\n";
    }
    out += "  <testsuite name=\"" + escaped(outcomes[i].file) + "\" tests=\"" + std::to_string(end - i) + "\" failures=\"" + std::to_string(failed) +
           "\" time=\"" + seconds(time) + "\">\n" + cases + "  </testsuite>\n";
    i = end;
  }
  return out + "</testsuites>\n";
}

}  // namespace arint::command::trial
