// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>
#include <cstdio>

#include "base/text.hpp"
#include "command/ask.hpp"
#include "command/maps/maps.hpp"
#include "command/project.hpp"
#include "format/catalog.hpp"

namespace arint::command {
namespace {

constexpr int first_failure = 400;

std::string_view field_of(std::string_view head, std::string_view name) {
  for (std::string_view line : split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name)) return trim(line.substr(colon + 1));
  }
  return {};
}

}  // namespace

int send_message(const Place& place, const SendWords& words) {
  std::string body = words.body, target = "/channels/" + percent_encode(words.channel);
  std::string content_type;
  if (!words.file.empty() && words.file != "-") {
    Result<std::string> read = maps::read_file(words.file);
    if (!read) {
      std::fprintf(stderr, "%s\n", read.error().sentence.c_str());
      return 2;
    }
    body = std::move(*read);
    if (const format::Format* format = format::find_by_file_name(words.file)) content_type = format->content_type();
  } else if (words.file == "-") {
    body = maps::read_standard_input();
  }
  char separator = '?';
  auto say = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    target += separator + std::string(name) + "=" + percent_encode(value);
    separator = '&';
  };
  say("method", words.method);
  say("path", words.path);
  say("query", words.query);
  say("content_type", content_type);
  for (const std::string& header : words.headers) say("header", header);
  Result<std::string> answer = exchange_with_node(place, "POST " + target + " HTTP/1.1\r\nHost: arint\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
                                                             "\r\n\r\n" + body);
  if (!answer) {
    std::fprintf(stderr, "%s\n", answer.error().sentence.c_str());
    return 1;
  }
  const std::size_t end = answer->find("\r\n\r\n");
  if (end == std::string::npos) {
    std::fputs("the node ended before it answered\n", stderr);
    return 1;
  }
  const std::string_view head = std::string_view(*answer).substr(0, end);
  const bool told = head.substr(0, 12).ends_with("200");
  std::fwrite(answer->data() + end + 4, 1, answer->size() - end - 4, told ? stdout : stderr);
  if (told && answer->size() > end + 4 && answer->back() != '\n') std::fputc('\n', stdout);
  int status = 0;
  const std::string_view said = field_of(head, "arint-status");
  std::from_chars(said.data(), said.data() + said.size(), status);
  if (status) std::fprintf(stderr, "status %d\n", status);
  if (const std::string_view location = field_of(head, "location"); !location.empty()) std::fprintf(stderr, "location %.*s\n", static_cast<int>(location.size()), location.data());
  return told && status < first_failure ? 0 : 1;
}

}  // namespace arint::command
