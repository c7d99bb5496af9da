// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled picture strings: those that stand in a program as they are, made with it and shared by all its evaluations, and before
// them those that one evaluation came upon.
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
  // `shared` is only read; it must outlive this, and may be null.
  explicit Pictures(const Pictures* shared = nullptr) : shared_(shared) {}

  // Each throws EvaluationFault with the picture's own code (D3080..D3093, D3130..D3135). At most 64 are kept.
  const NumberPicture& number(std::string_view picture, const Value& options, std::uint32_t offset);
  const IntegerPicture& integer(std::string_view picture, std::uint32_t offset);
  const DatePicture& date(std::string_view picture, std::uint32_t offset);

  static bool reads(std::string_view builtin) noexcept;  // does it take a picture?
  // Makes what a call of `builtin` would make from a literal picture; one that is wrong is left to the call.
  void prepare(std::string_view builtin, std::string_view picture);

 private:
  template <class T>
  struct Kept {
    std::string text;
    const Member* options;  // compared as a whole by where they lie
    std::unique_ptr<T> picture;
  };
  template <class T, class Make>
  const T& found_or_made(std::vector<Kept<T>> Pictures::*list, std::string_view text, const Member* options, std::uint32_t offset, Make make);

  const Pictures* shared_;
  std::vector<Kept<NumberPicture>> numbers_;
  std::vector<Kept<IntegerPicture>> integers_;
  std::vector<Kept<DatePicture>> dates_;
};

}  // namespace arint::mapping
