// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile pictures and texts. The first line is the picture, the rest the text; the first eight bytes are the number.
#include <cstdint>
#include <cstring>

#include "mapping/pictures/date.hpp"
#include "mapping/pictures/integer.hpp"
#include "mapping/pictures/number.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arint::mapping;
  if (size < 8) return 0;
  double value = 0;
  std::int64_t millis = 0;
  std::memcpy(&value, data, 8);
  std::memcpy(&millis, data, 8);
  std::string_view input(reinterpret_cast<const char*>(data) + 8, size - 8);
  std::size_t line = input.find('\n');
  std::string_view picture = input.substr(0, line);
  std::string_view text = line == std::string_view::npos ? std::string_view() : input.substr(line + 1);
  Pictured<NumberPicture> number = NumberPicture::compile(picture);
  if (NumberPicture* good = std::get_if<NumberPicture>(&number)) (void)good->format(value);
  Pictured<IntegerPicture> integer = IntegerPicture::compile(picture);
  if (IntegerPicture* good = std::get_if<IntegerPicture>(&integer)) {
    (void)good->format(value);
    (void)good->parse(text);
  }
  Pictured<DatePicture> date = DatePicture::compile(picture);
  if (DatePicture* good = std::get_if<DatePicture>(&date)) {
    (void)good->format(millis, static_cast<int>(millis % 1000));
    (void)good->parse(text, millis);
  }
  (void)parse_iso_time(text);
  (void)iso_time(millis);
  return 0;
}
