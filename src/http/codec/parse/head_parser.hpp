// SPDX-License-Identifier: GPL-3.0-or-later
// The one parser of message heads. Strict, with no switch to make it less so.
//
// It is given all bytes of the message so far, each time from the first one, and goes on where it stopped, so that a head
// that comes byte by byte costs no more than one that comes at once. Its answer never depends on how the bytes were cut.
// Source: RFC 9112, sections 2 to 6; RFC 9110, section 5.
#pragma once
#include <cstdint>
#include <string_view>

#include "http/codec/parse/facts.hpp"
#include "http/codec/head.hpp"
#include "http/codec/limits.hpp"
#include "http/codec/refusal.hpp"

namespace arint::http {

enum class Progress : std::uint8_t { need_more, done, refused };

// Field lines up to and including the empty line. Shared by requests, responses and trailers.
//   field-line = field-name ":" OWS field-value OWS CRLF
class FieldParser {
 public:
  // The first field line begins at `at`. What a field must look like depends on whose it is (facts.hpp).
  void start(FieldsOf whose, std::uint32_t at, std::uint32_t most_bytes, std::uint32_t most_count) noexcept;
  // `bytes` from the base of `fields`. On done, position() is the first byte behind the empty line.
  Progress parse(std::string_view bytes, Fields& fields) noexcept;
  std::uint32_t position() const noexcept { return line_; }
  Refusal refusal() const noexcept { return refusal_; }

 private:
  Progress refuse(Refusal why, std::uint32_t at) noexcept;
  Progress wait(std::size_t available, std::uint32_t scanned) noexcept;
  Progress refuse_name(const char* base, const char* at, const Fields& fields) noexcept;
  bool take(const char* base, const char* colon, const char* end, bool underscore, Fields& fields) noexcept;

  std::uint32_t begin_ = 0;    // first byte of the first field line
  std::uint32_t line_ = 0;     // first byte of the present line
  std::uint32_t scanned_ = 0;  // value bytes known to hold no control character
  std::uint32_t most_bytes_ = 0, most_count_ = 0;
  FieldsOf whose_ = FieldsOf::request;
  Refusal refusal_ = Refusal::none;
};

class RequestParser {
 public:
  explicit RequestParser(const HeadLimits& limits) noexcept : limits_(limits) {}
  // Ready for the next message.
  void reset() noexcept { stage_ = Stage::first_line; scanned_ = 0; }
  // `head` is complete after done; what it holds before is of no use. Limit: `bytes` below 4 GiB.
  Progress parse(std::string_view bytes, RequestHead& head) noexcept;
  Refusal refusal() const noexcept { return refusal_; }

 private:
  enum class Stage : std::uint8_t { first_line, fields };
  Progress refuse(Refusal why) noexcept { refusal_ = why; return Progress::refused; }
  Progress first_line(std::string_view bytes, RequestHead& head) noexcept;
  static Refusal split(const char* base, std::uint32_t begin, std::uint32_t end, RequestHead& head) noexcept;

  HeadLimits limits_;
  FieldParser fields_;
  Stage stage_ = Stage::first_line;
  std::uint32_t scanned_ = 0;
  Refusal refusal_ = Refusal::none;
};

class ResponseParser {
 public:
  explicit ResponseParser(const HeadLimits& limits) noexcept : limits_(limits) {}
  void reset() noexcept { stage_ = Stage::first_line; scanned_ = 0; }
  // `to` is the method of the request it answers: it decides whether a body follows. RFC 9112, 6.3.
  Progress parse(std::string_view bytes, Method to, ResponseHead& head) noexcept;
  Refusal refusal() const noexcept { return refusal_; }

 private:
  enum class Stage : std::uint8_t { first_line, fields };
  Progress refuse(Refusal why) noexcept { refusal_ = why; return Progress::refused; }
  Progress first_line(std::string_view bytes, ResponseHead& head) noexcept;

  HeadLimits limits_;
  FieldParser fields_;
  Stage stage_ = Stage::first_line;
  std::uint32_t scanned_ = 0;
  Refusal refusal_ = Refusal::none;
};

}  // namespace arint::http
