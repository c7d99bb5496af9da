// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "http/codec/parse/head_parser.hpp"
#include "http/codec/scan.hpp"

namespace arint::http {
namespace {

// No name in use is longer; the bound keeps a name that comes byte by byte from costing the square of its length.
constexpr std::ptrdiff_t longest_name = 256;

bool blank(char c) noexcept { return c == ' ' || c == '\t'; }

}  // namespace

void FieldParser::start(FieldsOf whose, std::uint32_t at, std::uint32_t most_bytes, std::uint32_t most_count) noexcept {
  whose_ = whose;
  begin_ = line_ = at;
  scanned_ = 0;
  most_bytes_ = most_bytes;
  most_count_ = std::min<std::uint32_t>(most_count, most_fields);
  refusal_ = Refusal::none;
}

// `at` is the byte that cannot be. One beyond the limit is refused for the limit: the order of the bytes decides, not
// how they were cut.
Progress FieldParser::refuse(Refusal why, std::uint32_t at) noexcept {
  refusal_ = at + 1 - begin_ > most_bytes_ ? Refusal::fields_too_long : why;
  return Progress::refused;
}

Progress FieldParser::wait(std::size_t available, std::uint32_t scanned) noexcept {
  scanned_ = scanned;
  if (available - begin_ <= most_bytes_) return Progress::need_more;
  refusal_ = Refusal::fields_too_long;
  return Progress::refused;
}

Progress FieldParser::refuse_name(const char* base, const char* at, const Fields& fields) noexcept {
  const std::uint32_t offset = static_cast<std::uint32_t>(at - base);
  if (*at == '\n') return refuse(Refusal::bare_line_feed, offset);
  if (offset == line_) {
    if (*at == ':') return refuse(Refusal::empty_name, offset);
    if (blank(*at)) return refuse(fields.count() ? Refusal::folded_field : Refusal::space_before_fields, offset);
  } else {
    if (blank(*at)) return refuse(Refusal::space_before_colon, offset);
    if (*at == '\r') return refuse(Refusal::missing_colon, offset);
  }
  return refuse(static_cast<unsigned char>(*at) < 0x20 || *at == 0x7F ? Refusal::control_character : Refusal::invalid_name, offset);
}

// A line is complete: [line_, end) without its CR LF.
bool FieldParser::take(const char* base, const char* colon, const char* end, bool underscore, Fields& fields) noexcept {
  const char* first = colon + 1;
  while (first < end && blank(*first)) ++first;
  while (end > first && blank(end[-1])) --end;
  const std::string_view name(base + line_, static_cast<std::size_t>(colon - base) - line_);
  const std::string_view value(first, static_cast<std::size_t>(end - first));

  FieldSlice field;
  field.name = line_;
  field.name_size = static_cast<std::uint16_t>(name.size());
  field.value = static_cast<std::uint32_t>(first - base);
  field.value_size = static_cast<std::uint32_t>(value.size());
  field.id = name_of(name);
  field.underscore = underscore;
  if (underscore) {
    // "Content_Length" is a name of its own here and Content-Length behind many a gateway interface.
    Name twin = name_with_dashes(name);
    if (twin == Name::content_length || twin == Name::transfer_encoding) refusal_ = Refusal::ambiguous_name;
  }
  if (field.id != Name::other) {
    Refusal fault = check_field(whose_, field.id, value, fields);
    if (fault != Refusal::none) refusal_ = fault;
  }
  if (fields.count() >= most_count_) refusal_ = Refusal::too_many_fields;
  if (refusal_ != Refusal::none) return false;
  fields.add(field);
  return true;
}

Progress FieldParser::parse(std::string_view bytes, Fields& fields) noexcept {
  const char* const base = bytes.data();
  const char* const end = base + bytes.size();
  fields.rebase(base);
  for (;;) {
    const char* const line = base + line_;
    if (line == end) return wait(bytes.size(), 0);
    if (*line == '\r') {
      if (line + 1 == end) return wait(bytes.size(), 0);
      if (line[1] != '\n') return refuse(Refusal::bare_carriage_return, line_ + 1);
      if (line_ + 2 - begin_ > most_bytes_) return refuse(Refusal::fields_too_long, line_ + 1);
      line_ += 2;
      return Progress::done;
    }
    const char* colon = skip_plain_name(line, end);
    std::uint8_t seen = 0;
    for (std::uint8_t what; colon != end && ((what = byte_classes.of[static_cast<unsigned char>(*colon)]) & is_token); ++colon) seen |= what;
    if (colon - line > longest_name) return refuse(Refusal::fields_too_long, static_cast<std::uint32_t>(colon - base));
    if (colon == end) return wait(bytes.size(), 0);
    if (*colon != ':' || colon == line) return refuse_name(base, colon, fields);

    const char* stop = find_control(std::max(colon + 1, base + scanned_), end);
    const std::uint32_t offset = static_cast<std::uint32_t>(stop - base);
    if (stop == end) return wait(bytes.size(), offset);
    if (*stop != '\r') return refuse(*stop == '\n' ? Refusal::bare_line_feed : Refusal::control_character, offset);
    if (stop + 1 == end) return wait(bytes.size(), offset);
    if (stop[1] != '\n') return refuse(Refusal::bare_carriage_return, offset + 1);
    if (offset + 2 - begin_ > most_bytes_) return refuse(Refusal::fields_too_long, offset + 1);
    if (!take(base, colon, stop, seen & is_underscore, fields)) return Progress::refused;
    line_ = offset + 2;
    scanned_ = 0;
  }
}

}  // namespace arint::http
