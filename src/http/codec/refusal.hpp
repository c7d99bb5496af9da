// SPDX-License-Identifier: GPL-3.0-or-later
// Why the codec refuses a message: one value a reason, each with the status a server answers and a sentence for people.
#pragma once
#include <cstdint>
#include <string_view>

namespace arint::http {

enum class Refusal : std::uint8_t {
  none,
  bare_line_feed, bare_carriage_return, control_character, malformed_line, malformed_version, unsupported_version,
  unknown_method, method_not_offered, trace_with_content,
  malformed_target, fragment_in_target, broken_escape, encoded_separator, encoded_control, dot_segment, not_utf8, target_form,
  host_missing, host_invalid, host_conflict,
  space_before_fields, folded_field, space_before_colon, empty_name, invalid_name, missing_colon, ambiguous_name,
  duplicate_field, length_invalid, length_and_coding, coding_invalid, coding_unsupported, coding_before_1_1, unknown_expectation, too_many_ranges,
  line_too_long, fields_too_long, too_many_fields,
  chunk_size_invalid, chunk_extension_invalid, chunk_extension_too_long, chunk_end_missing, chunk_too_large, trailer_invalid, trailer_forbidden,
  trailer_too_long,
  status_invalid,
};

// What a server answers: 400, 414, 417, 431, 501 or 505. After any of these the connection is closed.
int status_of(Refusal refusal) noexcept;
// One sentence, ends with a full stop; never repeats what the peer sent.
std::string_view sentence_of(Refusal refusal) noexcept;
// The word in logs and metrics: "bare_line_feed".
std::string_view word_of(Refusal refusal) noexcept;

}  // namespace arint::http
