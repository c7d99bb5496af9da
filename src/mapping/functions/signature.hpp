// SPDX-License-Identifier: GPL-3.0-or-later
// Signature: what arguments a function takes, written as JSONata writes it: <s-n?:s>, <a<n>:n>, <(sf)f?>.
//
//   s n b l o a f   text, number, boolean, null, object, array, function      j any data      x anything      (sn) one of these
//   ?  may be missing    +  one or more    -  the context is taken when it is missing    <n> after a or f: of what
// Nothing (undefined) may stand for any argument but a function. An argument that is no array where `a` is asked becomes one.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "document/value.hpp"

namespace arint::mapping {

// One bit a type.
namespace type_bit {
inline constexpr std::uint16_t text = 1, number = 2, boolean = 4, null = 8, object = 16, array = 32, function = 64, missing = 128,
                               bytes = 256;
}
std::uint16_t type_bit_of(const document::Value& value) noexcept;

struct Parameter {
  std::uint16_t types = 0;        // bits it accepts, `missing` included
  bool array = false;             // written a
  bool optional = false;          // ? or -
  bool repeated = false;          // +
  bool context = false;           // -
  std::string_view of{};          // what stands in <> after a
};

struct Signature {
  std::span<const Parameter> parameters{};
  std::string_view text{};
};

// `text` with its brackets; it must live as long as the signature. Throws SyntaxFault (S0401, S0402) with an offset into `text`.
const Signature* parse_signature(std::string_view text, document::Arena& arena);

// Why arguments do not fit. Code T0410, T0411 or T0412; the index counts from 0.
struct Mismatch {
  const char* code = nullptr;  // null: they fit
  std::size_t index = 0;
  std::string_view wanted{};   // T0412: of what the array should be
};

// How many values `fit` may write at most.
inline constexpr std::size_t most_arguments = 64;

// Checks `given` and writes what the function receives to `out` (most_arguments wide): the context put in where it is asked,
// arrays made where they are asked. `count` is how many were written.
Mismatch fit(const Signature& signature, std::span<const document::Value> given, const document::Value& context,
             document::Arena& arena, document::Value* out, std::size_t& count);

}  // namespace arint::mapping
