// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/formats/formats.hpp"

#include <array>
#include <utility>

namespace arint::schema {

FormatCheck format_named(std::string_view name) noexcept {
  constexpr std::array<std::pair<std::string_view, FormatCheck>, 19> formats{{
      {"date-time", is_date_time},
      {"date", is_date},
      {"time", is_time},
      {"duration", is_duration},
      {"email", is_email},
      {"idn-email", is_idn_email},
      {"hostname", is_hostname},
      {"idn-hostname", is_idn_hostname},
      {"ipv4", is_ipv4},
      {"ipv6", is_ipv6},
      {"uri", is_uri},
      {"uri-reference", is_uri_reference},
      {"iri", is_iri},
      {"iri-reference", is_iri_reference},
      {"uri-template", is_uri_template},
      {"uuid", is_uuid},
      {"json-pointer", is_json_pointer},
      {"relative-json-pointer", is_relative_json_pointer},
      {"regex", is_regex},
  }};
  for (const auto& [known, check] : formats)
    if (known == name) return check;
  return nullptr;
}

}  // namespace arint::schema
