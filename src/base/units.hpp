// SPDX-License-Identifier: GPL-3.0-or-later
// Durations and sizes as users write them: "250ms", "5s", "24h", "16KiB". One grammar for every option.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace arint {

using Millis = std::chrono::milliseconds;

// A number of bytes; a type of its own so that a size cannot be given where a count is meant.
struct Size {
  std::uint64_t bytes = 0;
  friend bool operator==(Size, Size) = default;
};

// Number and one of ms s m h d ("1.5s" is fine); nullopt when it is neither. At most 100 years.
std::optional<Millis> parse_duration(std::string_view text);
// Number and one of B KiB MiB GiB, or a bare number of bytes.
std::optional<Size> parse_size(std::string_view text);

std::string to_text(Millis duration);  // the shortest exact form: "250ms", "5s", "24h"
std::string to_text(Size size);        // "16KiB"

// RFC 3339 in UTC with milliseconds: "2026-11-24T04:05:06.789Z". `millis` counts from 1970.
std::string rfc3339(std::int64_t millis_since_epoch);
// RFC 9110, section 5.6.7: "Tue, 24 Nov 2026 04:05:06 GMT".
std::string http_date(std::int64_t seconds_since_epoch);

}  // namespace arint
