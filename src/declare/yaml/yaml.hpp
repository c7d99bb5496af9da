// SPDX-License-Identifier: GPL-3.0-or-later
// YAML text to Node. The only file that knows the library (libfyaml, event interface).
#pragma once
#include <memory>
#include <string>

#include "declare/yaml/node.hpp"

namespace arint::declare {

// Bounds of one file; each is a fault that says the bound.
inline constexpr std::size_t yaml_most_bytes = 4u << 20;
inline constexpr std::size_t yaml_most_nodes = 200'000;            // after aliases are expanded
inline constexpr std::size_t yaml_most_expanded_bytes = 16u << 20;  // text after aliases are expanded
inline constexpr int yaml_most_depth = 100;

// Reads one document. Every problem found goes to `problems` at its place; after a syntax fault nothing more can be read, and
// what was complete until then is returned, so that a caller goes on only when `problems` is not faulty.
// Refused: tags, merge keys `<<`, duplicate keys, keys that are not scalars, several documents, control characters, invalid
// UTF-8, an alias to itself. An empty file is a null node.
Node parse_yaml(std::shared_ptr<const Source> source, Problems& problems);
Node parse_yaml(std::string name, std::string text, Problems& problems);

}  // namespace arint::declare
