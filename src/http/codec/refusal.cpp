// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/refusal.hpp"

#include <array>

namespace arint::http {
namespace {

struct Entry {
  Refusal refusal;
  int status;
  std::string_view word;
  std::string_view sentence;
};

constexpr std::array entries{
    Entry{Refusal::none, 200, "none", "Nothing is wrong."},
    Entry{Refusal::bare_line_feed, 400, "bare_line_feed", "A line ends with a line feed alone; lines end with CR LF."},
    Entry{Refusal::bare_carriage_return, 400, "bare_carriage_return", "A carriage return stands without a line feed after it."},
    Entry{Refusal::control_character, 400, "control_character", "The head holds a control character."},
    Entry{Refusal::malformed_line, 400, "malformed_line", "The first line is not: method, one space, target, one space, version."},
    Entry{Refusal::malformed_version, 400, "malformed_version", "The version is not of the form HTTP/1.1."},
    Entry{Refusal::unsupported_version, 505, "unsupported_version", "Only HTTP/1.1 and HTTP/1.0 are spoken here."},
    Entry{Refusal::unknown_method, 400, "unknown_method", "The method is not a registered HTTP method."},
    Entry{Refusal::method_not_offered, 501, "method_not_offered", "CONNECT and TRACE are not offered here."},
    Entry{Refusal::trace_with_content, 400, "trace_with_content", "A TRACE request may not have content."},
    Entry{Refusal::malformed_target, 400, "malformed_target", "The target holds a character that must be percent-encoded."},
    Entry{Refusal::fragment_in_target, 400, "fragment_in_target", "The target holds a fragment; a fragment is never sent."},
    Entry{Refusal::broken_escape, 400, "broken_escape", "A percent sign in the target is not followed by two hexadecimal digits."},
    Entry{Refusal::encoded_separator, 400, "encoded_separator", "The path holds an encoded slash or a backslash."},
    Entry{Refusal::encoded_control, 400, "encoded_control", "The path holds an encoded control character."},
    Entry{Refusal::dot_segment, 400, "dot_segment", "The path holds a dot segment."},
    Entry{Refusal::not_utf8, 400, "not_utf8", "The decoded path is not valid UTF-8."},
    Entry{Refusal::target_form, 400, "target_form", "The form of the target does not fit the method."},
    Entry{Refusal::host_missing, 400, "host_missing", "There is no Host field."},
    Entry{Refusal::host_invalid, 400, "host_invalid", "The Host field is not a host name or address with an optional port."},
    Entry{Refusal::host_conflict, 400, "host_conflict", "The host in the target and the Host field differ."},
    Entry{Refusal::space_before_fields, 400, "space_before_fields", "There is white space between the first line and the first field."},
    Entry{Refusal::folded_field, 400, "folded_field", "A field goes on in the next line; folding is obsolete and refused."},
    Entry{Refusal::space_before_colon, 400, "space_before_colon", "There is white space inside a field name or before its colon."},
    Entry{Refusal::empty_name, 400, "empty_name", "A field has no name."},
    Entry{Refusal::invalid_name, 400, "invalid_name", "A field name holds a character that is not allowed."},
    Entry{Refusal::missing_colon, 400, "missing_colon", "A field has no colon."},
    Entry{Refusal::ambiguous_name, 400, "ambiguous_name", "A field name with an underscore resembles one that frames the message."},
    Entry{Refusal::duplicate_field, 400, "duplicate_field", "A field that may stand once stands twice."},
    Entry{Refusal::length_invalid, 400, "length_invalid", "Content-Length is not a plain decimal number."},
    Entry{Refusal::length_and_coding, 400, "length_and_coding", "Content-Length and Transfer-Encoding stand together."},
    Entry{Refusal::coding_invalid, 400, "coding_invalid", "Transfer-Encoding is anything but exactly: chunked."},
    Entry{Refusal::coding_unsupported, 501, "coding_unsupported", "The only transfer coding supported is: chunked."},
    Entry{Refusal::coding_before_1_1, 400, "coding_before_1_1", "Transfer-Encoding does not exist in HTTP/1.0."},
    Entry{Refusal::unknown_expectation, 417, "unknown_expectation", "The only expectation supported is: 100-continue."},
    Entry{Refusal::too_many_ranges, 400, "too_many_ranges", "The Range field asks for too many ranges."},
    Entry{Refusal::line_too_long, 414, "line_too_long", "The first line is too long."},
    Entry{Refusal::fields_too_long, 431, "fields_too_long", "The header fields are too long."},
    Entry{Refusal::too_many_fields, 431, "too_many_fields", "There are too many header fields."},
    Entry{Refusal::chunk_size_invalid, 400, "chunk_size_invalid", "A chunk size is not a plain hexadecimal number."},
    Entry{Refusal::chunk_extension_invalid, 400, "chunk_extension_invalid", "A chunk extension is malformed."},
    Entry{Refusal::chunk_extension_too_long, 400, "chunk_extension_too_long", "The chunk extensions are too long."},
    Entry{Refusal::chunk_end_missing, 400, "chunk_end_missing", "A chunk is longer or shorter than its size says."},
    Entry{Refusal::chunk_too_large, 400, "chunk_too_large", "A chunk size is beyond every limit."},
    Entry{Refusal::trailer_invalid, 400, "trailer_invalid", "A trailer field is malformed."},
    Entry{Refusal::trailer_forbidden, 400, "trailer_forbidden", "A trailer field stands there that belongs into the head."},
    Entry{Refusal::trailer_too_long, 431, "trailer_too_long", "The trailer fields are too long."},
    Entry{Refusal::status_invalid, 400, "status_invalid", "The status is not a number from 100 to 599."},
};

constexpr const Entry& entry_of(Refusal refusal) { return entries[static_cast<std::size_t>(refusal)]; }

constexpr bool in_order() {
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (static_cast<std::size_t>(entries[i].refusal) != i) return false;
  return entries.size() == static_cast<std::size_t>(Refusal::status_invalid) + 1;
}
static_assert(in_order(), "the table is indexed by the enumeration");

}  // namespace

int status_of(Refusal refusal) noexcept { return entry_of(refusal).status; }
std::string_view sentence_of(Refusal refusal) noexcept { return entry_of(refusal).sentence; }
std::string_view word_of(Refusal refusal) noexcept { return entry_of(refusal).word; }

}  // namespace arint::http
