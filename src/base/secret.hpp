// SPDX-License-Identifier: GPL-3.0-or-later
// Secret: text that cannot be printed. No stream operator, no formatter, no conversion; reading it is a word one can grep for.
#pragma once
#include <string>
#include <utility>

namespace arint {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret();  // wipes
  const std::string& reveal() const noexcept { return value_; }
  bool empty() const noexcept { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace arint
