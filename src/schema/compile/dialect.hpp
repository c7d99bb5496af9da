// SPDX-License-Identifier: GPL-3.0-or-later
// Which keywords a schema speaks, and which of them hold further schemas. Internal to schema/.
#pragma once
#include <optional>
#include <string_view>

#include "document/value.hpp"
#include "schema/schema.hpp"

namespace arint::schema {

// A draft, cut down by the $vocabulary of a meta-schema of one's own.
struct Dialect {
  Draft draft = Draft::draft2020_12;
  bool applicator = true;
  bool unevaluated = true;
  bool validation = true;
  bool format_assertion = false;
};

// The draft whose own meta-schema this is; nullopt: not one of ours.
std::optional<Draft> draft_of(std::string_view meta_schema) noexcept;
// A draft that exists but is not supported: its name, for the error; "" otherwise.
std::string_view unsupported_draft(std::string_view meta_schema) noexcept;

// "http://json-schema.org/draft-07/schema#" and its like, without the scheme and the empty fragment, which vary.
std::string_view without_scheme(std::string_view uri) noexcept;

// A meta-schema of a draft or of a vocabulary, as JSON, equivalent to the published one; "": not one of ours.
std::string_view meta_schema_text(std::string_view uri) noexcept;

// What a keyword's value holds.
enum class Holds { nothing, schema, list, map, schema_or_list, map_or_lists };
Holds holds(std::string_view keyword, Draft draft) noexcept;

}  // namespace arint::schema
