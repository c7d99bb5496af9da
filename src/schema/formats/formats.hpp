// SPDX-License-Identifier: GPL-3.0-or-later
// The formats that can be asserted. Each is a question about a text; pure, without allocation (but for regex). Internal to schema/.
#pragma once
#include <string_view>

namespace arint::schema {

using FormatCheck = bool (*)(std::string_view text);

// nullptr: not a format we assert.
FormatCheck format_named(std::string_view name) noexcept;

bool is_date_time(std::string_view text);              // RFC 3339, 5.6 date-time
bool is_date(std::string_view text);                   // RFC 3339, 5.6 full-date
bool is_time(std::string_view text);                   // RFC 3339, 5.6 full-time: with its zone
bool is_duration(std::string_view text);               // RFC 3339, appendix A
bool is_email(std::string_view text);                  // RFC 5321, 4.1.2 Mailbox
bool is_idn_email(std::string_view text);              // RFC 6531: the same with UTF-8
bool is_hostname(std::string_view text);               // RFC 1123, 2.1
bool is_idn_hostname(std::string_view text);           // RFC 5890, 2.3.2.3; labels as letters or as xn--, which is not decoded
bool is_ipv4(std::string_view text);                   // RFC 2673, 3.2: four decimal numbers, no leading zeros
bool is_ipv6(std::string_view text);                   // RFC 4291, 2.2; no zone
bool is_uri(std::string_view text);                    // RFC 3986, with a scheme
bool is_uri_reference(std::string_view text);          // RFC 3986, 4.1
bool is_iri(std::string_view text);                    // RFC 3987
bool is_iri_reference(std::string_view text);          // RFC 3987
bool is_uri_template(std::string_view text);           // RFC 6570, 2
bool is_uuid(std::string_view text);                   // RFC 4122, 3
bool is_json_pointer(std::string_view text);           // RFC 6901, 5
bool is_relative_json_pointer(std::string_view text);  // draft-bhutton-relative-json-pointer-00
bool is_regex(std::string_view text);                  // what regex/ can run: ECMA-262 without look-around and backreferences

}  // namespace arint::schema
