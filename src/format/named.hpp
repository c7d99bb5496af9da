// SPDX-License-Identifier: GPL-3.0-or-later
// Named: the formats a configuration may speak of: those of the catalogue, and those the user gave options and a name of their own
// (`formats:`). Filled while a configuration is built, then only read; it must outlive all that found a format in it.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "format/catalog.hpp"

namespace arint::format {

class Named {
 public:
  void add(const std::string& name, std::unique_ptr<const Format> format) { own_[name] = std::move(format); }

  // nullptr: there is none.
  const Format* find(std::string_view name) const {
    auto found = own_.find(name);
    return found == own_.end() ? format::find(name) : found->second.get();
  }

 private:
  std::map<std::string, std::unique_ptr<const Format>, std::less<>> own_{};
};

}  // namespace arint::format
