// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/line/encode.hpp"

#include <time.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/units.hpp"
#include "log/actions/line/escape.hpp"

namespace arint::log {
namespace {

// One line being written. `room` is what all values together may still take.
struct Line {
  char* to;
  std::size_t room = line_limit - line_overhead;
  std::uint64_t cut = 0;

  template <std::size_t n>
  void literal(const char (&text)[n]) noexcept {
    std::memcpy(to, text, n - 1);
    to += n - 1;
  }

  void plain(std::string_view text) noexcept {
    std::memcpy(to, text.data(), text.size());
    to += text.size();
  }

  void value(std::string_view text) noexcept {
    char* end = escape(to, text, std::min(value_limit, room), cut);
    room -= static_cast<std::size_t>(end - to);
    to = end;
  }

  template <std::size_t n>
  void text(const char (&key)[n], std::string_view text) noexcept {
    if (text.empty()) return;
    literal(key);
    value(text);
    *to++ = '"';
  }

  template <std::size_t n>
  void number(const char (&key)[n], std::int64_t number) noexcept {
    literal(key);
    to = std::to_chars(to, to + 20, number).ptr;
  }

  template <std::size_t n>
  void id(const char (&key)[n], const Id& id) noexcept {
    if (id.zero()) return;
    literal(key);
    id.write_hex(to);
    to += 32;
    *to++ = '"';
  }
};

void write_fields(Line& line, std::span<const Field> fields, const Redaction& redaction) noexcept {
  if (fields.empty()) return;
  line.literal(",\"fields\":{");
  bool first = true;
  for (const Field& field : fields) {
    // A name needs room to be told apart; the rest of the fields count as cut.
    constexpr std::size_t least = 64;
    std::string_view value = redaction.value(field.name, field.value);
    if (line.room < field.name.size() * 6 + least) {
      line.cut += field.name.size() + value.size();
      continue;
    }
    line.room -= 6;  // quotes, colon and comma
    line.plain(first ? "\"" : ",\"");
    first = false;
    line.value(field.name);
    line.literal("\":\"");
    line.value(value);
    *line.to++ = '"';
  }
  *line.to++ = '}';
}

void write_text(Line& line, std::string_view text, const Redaction& redaction, std::string& scratch) noexcept {
  if (text.empty()) return;
  // Cut before searching: the search must not cost more than a line may.
  if (text.size() > value_limit) {
    line.cut += text.size() - value_limit;
    text = text.substr(0, value_limit);
  }
  if (!redaction.empty()) text = redaction.scrub(text, scratch);
  line.text(",\"text\":\"", text);
}

}  // namespace

std::int64_t now_ms() noexcept {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

void Stamp::renew(std::int64_t time_ms) noexcept {
  // Years outside 0000-9999 have no RFC 3339 form; such a clock is shown as the nearest that has.
  time_ms = std::clamp<std::int64_t>(time_ms, 0, 253'402'300'799'999);
  constexpr std::size_t millis_at = 9 + 20;
  if (time_ms / 1000 != second_) {
    second_ = time_ms / 1000;
    std::memcpy(text_.data(), "{\"time\":\"", 9);
    std::string whole = rfc3339(time_ms);  // once a second; fits the small string
    std::memcpy(text_.data() + 9, whole.data(), 24);
    std::memcpy(text_.data() + 9 + 24, "\",", 2);
  }
  int millis = static_cast<int>(time_ms % 1000);
  text_[millis_at] = static_cast<char>('0' + millis / 100);
  text_[millis_at + 1] = static_cast<char>('0' + millis / 10 % 10);
  text_[millis_at + 2] = static_cast<char>('0' + millis % 10);
  time_ms_ = time_ms;
}

std::size_t encoded_bound(const Action& action) noexcept {
  std::size_t bytes = action.channel.size() + action.service.size() + action.step.size() + action.outgoing.size() + action.peer.size() + action.address.size();
  // A mask may be longer than what it hides, so text and fields reserve the most they could take.
  if (!action.text.empty()) bytes += value_limit;
  if (!action.fields.empty()) return line_limit;
  return std::min(line_limit, bytes * 6 + line_overhead);
}

char* encode(char* to, Stamp& stamp, const Action& action, const Redaction& redaction, std::string& scratch) noexcept {
  Line line{to};
  std::memcpy(line.to, stamp.at(action.time_ms ? action.time_ms : now_ms()), stamp_bytes);
  line.to += stamp_bytes;
  line.literal("\"action\":\"");
  line.plain(word(action.kind));
  *line.to++ = '"';
  line.id(",\"cid\":\"", action.cid);
  line.id(",\"message\":\"", action.message);
  line.text(",\"channel\":\"", action.channel);
  line.text(",\"service\":\"", action.service);
  line.text(",\"step\":\"", action.step);
  line.text(",\"outgoing\":\"", action.outgoing);
  line.text(",\"peer\":\"", action.peer);
  line.text(",\"address\":\"", action.address);
  if (action.outcome != Outcome::none) {
    line.literal(",\"outcome\":\"");
    line.plain(word(action.outcome));
    *line.to++ = '"';
  }
  if (action.fault) {
    line.literal(",\"fault\":\"");
    line.plain(word(*action.fault));
    *line.to++ = '"';
  }
  if (action.status) line.number(",\"status\":", action.status);
  if (action.duration_us >= 0) line.number(",\"duration_us\":", action.duration_us);
  if (action.bytes_in >= 0) line.number(",\"bytes_in\":", action.bytes_in);
  if (action.bytes_out >= 0) line.number(",\"bytes_out\":", action.bytes_out);
  write_text(line, action.text, redaction, scratch);
  write_fields(line, action.fields, redaction);
  if (line.cut) line.number(",\"cut\":", static_cast<std::int64_t>(line.cut));
  line.literal("}\n");
  return line.to;
}

}  // namespace arint::log
