// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with a schema, collected so that all of it is told at once. Internal to schema/.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"

namespace arint::schema {

class SchemaProblems {
 public:
  static constexpr std::size_t most_told = 10;

  // `location` as in "order.json#/properties/id/type".
  void add(const std::string& location, const std::string& sentence) {
    ++count_;
    if (told_.size() < most_told) told_.push_back((location.starts_with('#') ? "schema" : "") + location + ": " + sentence);
  }
  // A fault of the loader keeps its kind.
  void add(const std::string& location, const Error& error) {
    if (fault_ == Fault::malformed) fault_ = error.fault;
    add(location, error.sentence);
  }
  bool any() const noexcept { return count_ > 0; }
  Error error() const {
    std::string sentence;
    for (const std::string& one : told_) sentence += (sentence.empty() ? "" : "\n") + one;
    if (count_ > told_.size()) sentence += "\nand " + std::to_string(count_ - told_.size()) + " more";
    return Error{fault_, sentence};
  }

 private:
  std::vector<std::string> told_;
  std::size_t count_ = 0;
  Fault fault_ = Fault::malformed;
};

}  // namespace arint::schema
