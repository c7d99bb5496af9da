// SPDX-License-Identifier: GPL-3.0-or-later
// The picture strings an evaluation has used, compiled once.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "mapping/compile/nodes.hpp"
#include "mapping/pictures/date.hpp"
#include "mapping/pictures/integer.hpp"
#include "mapping/pictures/number.hpp"

namespace arint::mapping {

class Pictures {
 public:
  // Each throws EvaluationFault with the picture's own code (D3080..D3093, D3130..D3135). At most 64 are kept.
  const NumberPicture& number(std::string_view picture, const Value& options, std::uint32_t offset);
  const IntegerPicture& integer(std::string_view picture, std::uint32_t offset);
  const DatePicture& date(std::string_view picture, std::uint32_t offset);

 private:
  template <class T>
  struct Kept {
    std::string text;
    const Member* options;  // compared as a whole by where they lie
    std::unique_ptr<T> picture;
  };
  std::vector<Kept<NumberPicture>> numbers_;
  std::vector<Kept<IntegerPicture>> integers_;
  std::vector<Kept<DatePicture>> dates_;
};

}  // namespace arint::mapping
