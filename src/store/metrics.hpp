// SPDX-License-Identifier: GPL-3.0-or-later
// What `/metrics` says about a store.
#pragma once
#include "log/metrics/registry.hpp"
#include "store/store.hpp"

namespace arint::store {

// The store must outlive the page.
void show_metrics(log::Generation& page, const Store& store);

}  // namespace arint::store
