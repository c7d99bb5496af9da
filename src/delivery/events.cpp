// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/events.hpp"

#include "delivery/record.hpp"
#include "runtime/time/wall.hpp"

namespace arint::delivery {

runtime::Task<Result<void>> StoreEvents::emit(message::EventKey event, document::Value value, Millis keep) {
  std::string content;
  write_value(value, content);
  const std::string place = store::event_place(event.name, event.key);
  const std::int64_t now_ms = runtime::wall_ms();
  store::Write write;
  write.add(store::Event{place, now_ms, now_ms + keep.count(), store::Content(content)});
  Result<store::Outcome> done = co_await store_.commit(write);
  if (!done) co_return done.error();
  co_return Result<void>();
}

}  // namespace arint::delivery
