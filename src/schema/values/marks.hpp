// SPDX-License-Identifier: GPL-3.0-or-later
// Marks: which members or items of one value some keyword has looked at; what unevaluatedProperties and unevaluatedItems need to know.
// No allocation up to 256 of them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace arint::schema {

class Marks {
 public:
  explicit Marks(std::size_t count) : count_(count) {
    if (count > few_words * 64) many_.resize((count + 63) / 64, 0);
  }
  // Empty, for the same value.
  Marks fresh() const { return Marks(count_); }

  void set(std::size_t i) noexcept { words()[i / 64] |= std::uint64_t{1} << (i % 64); }
  bool test(std::size_t i) const noexcept { return all_ || (words()[i / 64] >> (i % 64) & 1); }
  void set_all() noexcept { all_ = true; }
  void add(const Marks& other) noexcept {
    all_ = all_ || other.all_;
    for (std::size_t i = 0; i * 64 < count_; ++i) words()[i] |= other.words()[i];
  }

 private:
  static constexpr std::size_t few_words = 4;
  std::uint64_t* words() noexcept { return many_.empty() ? few_.data() : many_.data(); }
  const std::uint64_t* words() const noexcept { return many_.empty() ? few_.data() : many_.data(); }

  std::size_t count_;
  bool all_ = false;
  std::array<std::uint64_t, few_words> few_{};
  std::vector<std::uint64_t> many_{};
};

}  // namespace arint::schema
