// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/anchor.hpp"

namespace arint::store {

Result<void> StoreAnchor::keep(const log::Mark&, std::string_view sealed) {
  Write write;
  write.add(KeepAnchor{sealed});
  Result<Outcome> kept = store_.commit_blocking(write);
  if (!kept) return kept.error();
  return {};
}

Result<std::optional<std::string>> StoreAnchor::newest() { return store_.anchor_blocking(); }

}  // namespace arint::store
