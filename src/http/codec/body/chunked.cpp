// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/body/chunked.hpp"

#include <algorithm>

#include "http/codec/scan.hpp"

namespace arint::http {
namespace {

constexpr std::uint64_t largest_chunk = 1ull << 60;
constexpr std::uint8_t most_digits = 16;

// qdtext and the second half of a quoted-pair: no control characters but TAB. RFC 9110, 5.6.4.
bool quotable(char c) noexcept { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F); }

}  // namespace

void ChunkDecoder::reset() noexcept {
  state_ = State::first_digit;
  refusal_ = Refusal::none;
  digit_count_ = 0;
  extension_bytes_ = 0;
  left_ = data_bytes_ = 0;
  trailer_.reset();
}

bool ChunkDecoder::refuse(Refusal why) noexcept {
  refusal_ = why;
  state_ = State::refused;
  return false;
}

// chunk-size = 1*HEXDIG
bool ChunkDecoder::digit(char c) noexcept {
  if (has_class(c, is_hex)) {
    if (++digit_count_ > most_digits || left_ > largest_chunk >> 4) return refuse(Refusal::chunk_too_large);
    left_ = left_ << 4 | static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    state_ = State::digits;
    return true;
  }
  if (state_ == State::first_digit) return refuse(Refusal::chunk_size_invalid);
  if (c == '\r') state_ = State::size_line_feed;
  else if (c == ';') state_ = State::extension_name_first;
  else return refuse(c == '\n' ? Refusal::bare_line_feed : Refusal::chunk_size_invalid);
  return true;
}

// chunk-ext = *( ";" token [ "=" ( token / quoted-string ) ] ); white space, which the grammar calls bad, is refused.
bool ChunkDecoder::extension(char c) noexcept {
  if (++extension_bytes_ > limits_.extension_bytes) return refuse(Refusal::chunk_extension_too_long);
  const bool is_tchar = has_class(c, is_token);
  switch (state_) {
    case State::extension_name_first:
      if (!is_tchar) return refuse(Refusal::chunk_extension_invalid);
      state_ = State::extension_name;
      return true;
    case State::extension_name:
      if (is_tchar) return true;
      if (c == '=') { state_ = State::extension_value_first; return true; }
      break;
    case State::extension_value_first:
      if (c == '"') { state_ = State::extension_quoted; return true; }
      if (!is_tchar) return refuse(Refusal::chunk_extension_invalid);
      state_ = State::extension_value;
      return true;
    case State::extension_value:
      if (is_tchar) return true;
      break;
    case State::extension_quoted:
      if (c == '"') { state_ = State::extension_after_quote; return true; }
      if (!quotable(c)) return refuse(Refusal::chunk_extension_invalid);
      if (c == '\\') state_ = State::extension_escaped;
      return true;
    case State::extension_escaped:
      if (!quotable(c)) return refuse(Refusal::chunk_extension_invalid);
      state_ = State::extension_quoted;
      return true;
    default: break;
  }
  // Behind a name or a value: another extension or the end of the line.
  if (c == ';') state_ = State::extension_name_first;
  else if (c == '\r') state_ = State::size_line_feed;
  else return refuse(Refusal::chunk_extension_invalid);
  return true;
}

bool ChunkDecoder::step(char c) noexcept {
  switch (state_) {
    case State::first_digit: case State::digits: return digit(c);
    case State::size_line_feed:
      if (c != '\n') return refuse(Refusal::bare_carriage_return);
      state_ = left_ ? State::data : State::trailer_first;
      return true;
    case State::data_carriage_return:
      if (c != '\r') return refuse(Refusal::chunk_end_missing);
      state_ = State::data_line_feed;
      return true;
    case State::data_line_feed:
      if (c != '\n') return refuse(Refusal::bare_carriage_return);
      state_ = State::first_digit;
      digit_count_ = 0;
      return true;
    case State::last_line_feed:
      if (c != '\n') return refuse(Refusal::bare_carriage_return);
      state_ = State::end;
      return true;
    default: return extension(c);
  }
}

ChunkEvent ChunkDecoder::read_trailer(std::string_view& input) {
  if (!trailer_) {
    trailer_ = std::make_unique<Trailer>();
    trailer_->fields.clear(nullptr);
    trailer_->parser.start(FieldsOf::trailer, 0, limits_.trailer_bytes, limits_.trailer_fields);
  }
  // The section is collected apart: its lines may be cut anywhere, and it outlives the buffer it came in.
  std::string& bytes = trailer_->bytes;
  const std::size_t before = bytes.size();
  bytes.append(input.substr(0, limits_.trailer_bytes + 1 - before));
  Progress progress = trailer_->parser.parse(bytes, trailer_->fields);
  if (progress == Progress::refused) {
    Refusal why = trailer_->parser.refusal();
    if (why == Refusal::fields_too_long || why == Refusal::too_many_fields) why = Refusal::trailer_too_long;
    else if (why != Refusal::trailer_forbidden && why != Refusal::ambiguous_name) why = Refusal::trailer_invalid;
    refuse(why);
    return ChunkEvent::refused;
  }
  if (progress == Progress::need_more) {
    input.remove_prefix(bytes.size() - before);
    return ChunkEvent::need_more;
  }
  input.remove_prefix(trailer_->parser.position() - before);
  bytes.resize(trailer_->parser.position());
  trailer_->fields.rebase(bytes.data());
  state_ = State::end;
  return ChunkEvent::end;
}

ChunkEvent ChunkDecoder::next(std::string_view& input, std::string_view& data) {
  for (;;) {
    if (state_ == State::end) return ChunkEvent::end;
    if (state_ == State::refused) return ChunkEvent::refused;
    if (input.empty()) return ChunkEvent::need_more;
    if (state_ == State::data) {
      data = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
      input.remove_prefix(data.size());
      left_ -= data.size();
      data_bytes_ += data.size();
      if (!left_) state_ = State::data_carriage_return;
      return ChunkEvent::data;
    }
    if (state_ == State::trailer_first) {
      state_ = State::trailer;
      if (input.front() == '\r') {
        input.remove_prefix(1);
        state_ = State::last_line_feed;
        continue;
      }
    }
    if (state_ == State::trailer) {
      ChunkEvent event = read_trailer(input);
      // At the limit and not refused: there is more input to look at only if some was left.
      if (event == ChunkEvent::need_more && !input.empty()) continue;
      return event;
    }
    char c = input.front();
    input.remove_prefix(1);
    step(c);
  }
}

std::size_t write_chunk_size(char* to, std::uint64_t size) noexcept {
  char digits[16];
  std::size_t count = 0;
  do {
    digits[count++] = "0123456789abcdef"[size & 15];
    size >>= 4;
  } while (size);
  std::reverse_copy(digits, digits + count, to);
  to[count] = '\r';
  to[count + 1] = '\n';
  return count + 2;
}

}  // namespace arint::http
