// SPDX-License-Identifier: GPL-3.0-or-later
// StoreAnchor: the newest signed head of the action log, kept in the store beside the messages whose actions it tells of.
#pragma once
#include "log/actions/chain/anchor.hpp"
#include "store/store.hpp"

namespace arint::store {

// The store must outlive it.
class StoreAnchor : public log::Anchor {
 public:
  explicit StoreAnchor(Store& store) : store_(store) {}
  Result<void> keep(const log::Mark& mark, std::string_view sealed) override;
  Result<std::optional<std::string>> newest() override;

 private:
  Store& store_;
};

}  // namespace arint::store
