// SPDX-License-Identifier: GPL-3.0-or-later
// Recent: what was proved a moment ago, so that a caller who comes again costs a hash and a look. Keys are hashes, never what was shown.
#pragma once
#include <cstring>
#include <unordered_map>

#include "base/hash.hpp"
#include "security/verifier.hpp"

namespace arint::security {

class Recent {
 public:
  // At most twice `most` are kept: two generations, of which the older goes as a whole.
  explicit Recent(std::size_t most) : most_(most) {}

  // nullptr: not known, or no longer. Good until the next call.
  const Principal* find(const Digest& key, std::int64_t now) {
    for (Map* map : {&young_, &old_}) {
      auto found = map->find(key);
      if (found != map->end() && now < found->second.until) return &found->second.principal;
    }
    return nullptr;
  }
  void keep(const Digest& key, const Principal& principal, std::int64_t until) {
    if (young_.size() >= most_) {
      old_ = std::move(young_);
      young_.clear();
    }
    young_.insert_or_assign(key, Entry{principal, until});
  }

 private:
  struct Entry {
    Principal principal;
    std::int64_t until;
  };
  struct First {
    // A digest is as random as any hash of it.
    std::size_t operator()(const Digest& digest) const noexcept {
      std::size_t out;
      std::memcpy(&out, digest.data(), sizeof out);
      return out;
    }
  };
  using Map = std::unordered_map<Digest, Entry, First>;
  std::size_t most_;
  Map young_, old_;
};

}  // namespace arint::security
