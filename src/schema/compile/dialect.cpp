// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/compile/dialect.hpp"

#include <array>
#include <utility>

namespace arint::schema {
namespace {

using Row = std::pair<std::string_view, Holds>;
constexpr std::array<Row, 17> shared{{
    {"additionalProperties", Holds::schema}, {"allOf", Holds::list}, {"anyOf", Holds::list}, {"oneOf", Holds::list},
    {"contains", Holds::schema}, {"not", Holds::schema}, {"if", Holds::schema}, {"then", Holds::schema}, {"else", Holds::schema},
    {"propertyNames", Holds::schema}, {"properties", Holds::map}, {"patternProperties", Holds::map}, {"definitions", Holds::map},
    {"dependencies", Holds::map_or_lists}, {"$defs", Holds::map}, {"items", Holds::schema}, {"additionalItems", Holds::schema},
}};
constexpr std::array<Row, 5> since_2020{{
    {"prefixItems", Holds::list}, {"unevaluatedItems", Holds::schema}, {"unevaluatedProperties", Holds::schema},
    {"dependentSchemas", Holds::map}, {"contentSchema", Holds::schema},
}};

}  // namespace

std::string_view without_scheme(std::string_view uri) noexcept {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  if (uri.starts_with("https://")) return uri.substr(8);
  if (uri.starts_with("http://")) return uri.substr(7);
  return uri;
}

std::optional<Draft> draft_of(std::string_view meta_schema) noexcept {
  std::string_view core = without_scheme(meta_schema);
  if (core == "json-schema.org/draft/2020-12/schema") return Draft::draft2020_12;
  if (core == "json-schema.org/draft-07/schema") return Draft::draft7;
  return std::nullopt;
}

std::string_view unsupported_draft(std::string_view meta_schema) noexcept {
  std::string_view core = without_scheme(meta_schema);
  if (core == "json-schema.org/draft/2019-09/schema") return "2019-09";
  if (core == "json-schema.org/draft-06/schema") return "6";
  if (core == "json-schema.org/draft-04/schema") return "4";
  if (core == "json-schema.org/draft-03/schema") return "3";
  return {};
}

// Draft 7 has no $defs, but schemas of it are written with one, and documents shared between drafts name schemas by an $id in there.
Holds holds(std::string_view keyword, Draft draft) noexcept {
  bool newer = draft == Draft::draft2020_12;
  if (keyword == "items" && !newer) return Holds::schema_or_list;
  if (newer && keyword == "additionalItems") return Holds::nothing;
  for (const Row& row : shared)
    if (row.first == keyword) return row.second;
  if (newer)
    for (const Row& row : since_2020)
      if (row.first == keyword) return row.second;
  return Holds::nothing;
}

}  // namespace arint::schema
