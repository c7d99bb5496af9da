// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/parse/head_parser.hpp"

#include <algorithm>
#include <cstring>

#include "http/codec/scan.hpp"
#include "http/codec/target/target.hpp"

namespace arint::http {
namespace {

constexpr std::uint32_t longest_method = 32;

struct Line {
  Progress progress;
  Refusal refusal;
  std::uint32_t end;  // of the line without CR LF, when done
};

// The end of the line that begins at `begin`. `scanned`: bytes known to hold no control character.
Line find_line(std::string_view bytes, std::uint32_t begin, std::uint32_t most, std::uint32_t& scanned) noexcept {
  const char* const base = bytes.data();
  const char* const end = base + bytes.size();
  const char* stop = find_control(base + std::max(begin, scanned), end);
  scanned = static_cast<std::uint32_t>(stop - base);
  auto refuse = [&](Refusal why, std::uint32_t at) {
    return Line{Progress::refused, at + 1 - begin > most ? Refusal::line_too_long : why, 0};
  };
  if (stop == end || stop + 1 == end) {
    // A lone control character other than CR can be refused without its neighbour.
    if (stop != end && *stop != '\r') return refuse(*stop == '\n' ? Refusal::bare_line_feed : Refusal::control_character, scanned);
    if (bytes.size() - begin > most) return {Progress::refused, Refusal::line_too_long, 0};
    return {Progress::need_more, Refusal::none, 0};
  }
  if (*stop != '\r') return refuse(*stop == '\n' ? Refusal::bare_line_feed : Refusal::control_character, scanned);
  if (stop[1] != '\n') return refuse(Refusal::bare_carriage_return, scanned + 1);
  if (scanned + 2 - begin > most) return {Progress::refused, Refusal::line_too_long, 0};
  return {Progress::done, Refusal::none, scanned};
}

// HTTP-version = "HTTP" "/" DIGIT "." DIGIT
Refusal parse_version(const char* eight, std::uint8_t& minor) noexcept {
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (std::memcmp(eight, "HTTP/", 5) != 0 || !digit(eight[5]) || eight[6] != '.' || !digit(eight[7])) return Refusal::malformed_version;
  minor = static_cast<std::uint8_t>(eight[7] - '0');
  return eight[5] == '1' && minor <= 1 ? Refusal::none : Refusal::unsupported_version;
}

}  // namespace

// request-line = method SP request-target SP HTTP-version
Refusal RequestParser::split(const char* base, std::uint32_t begin, std::uint32_t end, RequestHead& head) noexcept {
  const char* const first = base + begin;
  const char* const last = base + end;
  const char* space = first;
  while (space < last && has_class(*space, is_token)) ++space;
  if (space == first || space == last || *space != ' ') return Refusal::malformed_line;
  const char* const target = space + 1;
  const char* const target_end = find_not_visible(target, last);
  if (target_end == target || target_end == last) return Refusal::malformed_line;
  if (*target_end != ' ') return *target_end == '\t' ? Refusal::malformed_line : Refusal::malformed_target;
  if (last - target_end != 9) {
    // Too short or too long for a version; name it so when it was meant to be one.
    bool meant = last - target_end > 5 && std::memcmp(target_end + 1, "HTTP/", 5) == 0;
    return meant ? Refusal::malformed_version : Refusal::malformed_line;
  }
  if (Refusal fault = parse_version(target_end + 1, head.minor); fault != Refusal::none) return fault;

  head.method_text = {begin, static_cast<std::uint32_t>(space - first)};
  head.target_text = {static_cast<std::uint32_t>(target - base), static_cast<std::uint32_t>(target_end - target)};
  head.method = head.method_text.size > longest_method ? Method::unknown : method_of({first, head.method_text.size});
  if (head.method == Method::unknown) return Refusal::unknown_method;
  if (head.method == Method::connect) return Refusal::method_not_offered;
  return parse_target({target, head.target_text.size}, head.target_text.at, head.method, head.target);
}

Progress RequestParser::first_line(std::string_view bytes, RequestHead& head) noexcept {
  // One empty line before the first is let pass, as RFC 9112, 2.2 asks: old clients send it after a body.
  std::uint32_t begin = 0;
  if (!bytes.empty() && bytes[0] == '\r') {
    if (bytes.size() == 1) return Progress::need_more;
    if (bytes[1] != '\n') return refuse(Refusal::bare_carriage_return);
    begin = 2;
  }
  Line line = find_line(bytes, begin, limits_.line_bytes, scanned_);
  if (line.progress == Progress::need_more) return line.progress;
  if (line.progress == Progress::refused) {
    // A line too long whose start is no method is not a long target but something else.
    bool method = bytes.substr(begin, longest_method + 1).find(' ') != std::string_view::npos;
    return refuse(line.refusal == Refusal::line_too_long && !method ? Refusal::malformed_line : line.refusal);
  }
  if (Refusal fault = split(bytes.data(), begin, line.end, head); fault != Refusal::none) return refuse(fault);
  head.fields.clear(bytes.data());
  fields_.start(FieldsOf::request, line.end + 2, limits_.field_bytes, limits_.fields);
  stage_ = Stage::fields;
  return Progress::done;
}

Progress RequestParser::parse(std::string_view bytes, RequestHead& head) noexcept {
  if (stage_ == Stage::first_line) {
    Progress progress = first_line(bytes, head);
    if (progress != Progress::done) return progress;
  }
  Progress progress = fields_.parse(bytes, head.fields);
  if (progress == Progress::need_more) return progress;
  if (progress == Progress::refused) return refuse(fields_.refusal());
  head.head_size = fields_.position();
  if (Refusal fault = conclude(head, limits_); fault != Refusal::none) return refuse(fault);
  return Progress::done;
}

// status-line = HTTP-version SP status-code SP [ reason-phrase ]; the last space is often left out, and nothing hangs on it.
Progress ResponseParser::first_line(std::string_view bytes, ResponseHead& head) noexcept {
  Line line = find_line(bytes, 0, limits_.line_bytes, scanned_);
  if (line.progress == Progress::need_more) return line.progress;
  if (line.progress == Progress::refused) return refuse(line.refusal);
  const char* at = bytes.data();
  if (line.end < 12) return refuse(Refusal::malformed_line);
  if (Refusal fault = parse_version(at, head.minor); fault != Refusal::none) return refuse(fault);
  if (at[8] != ' ' || (line.end > 12 && at[12] != ' ')) return refuse(Refusal::malformed_line);
  head.status = 0;
  for (int i = 9; i < 12; ++i) {
    if (at[i] < '0' || at[i] > '9') return refuse(Refusal::status_invalid);
    head.status = head.status * 10 + (at[i] - '0');
  }
  if (head.status < 100 || head.status > 599) return refuse(Refusal::status_invalid);
  head.reason = line.end > 13 ? Slice{13, line.end - 13} : Slice{};
  head.fields.clear(bytes.data());
  fields_.start(FieldsOf::response, line.end + 2, limits_.field_bytes, limits_.fields);
  stage_ = Stage::fields;
  return Progress::done;
}

Progress ResponseParser::parse(std::string_view bytes, Method to, ResponseHead& head) noexcept {
  if (stage_ == Stage::first_line) {
    Progress progress = first_line(bytes, head);
    if (progress != Progress::done) return progress;
  }
  Progress progress = fields_.parse(bytes, head.fields);
  if (progress == Progress::need_more) return progress;
  if (progress == Progress::refused) return refuse(fields_.refusal());
  head.head_size = fields_.position();
  if (Refusal fault = conclude(head, to); fault != Refusal::none) return refuse(fault);
  return Progress::done;
}

}  // namespace arint::http
