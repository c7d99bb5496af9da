// SPDX-License-Identifier: GPL-3.0-or-later
// StoreEvents: events that runs without a journal give (message::Events), on the store.
#pragma once
#include "message/events.hpp"
#include "store/store.hpp"

namespace arint::delivery {

// The store must outlive it.
class StoreEvents : public message::Events {
 public:
  explicit StoreEvents(store::Store& store) : store_(store) {}
  runtime::Task<Result<void>> emit(message::EventKey event, document::Value value, Millis keep) override;

 private:
  store::Store& store_;
};

}  // namespace arint::delivery
