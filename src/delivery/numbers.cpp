// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/numbers.hpp"

namespace arint::delivery {

ChannelNumbers channel_numbers(log::Generation& numbers, const std::string& channel, Millis retention, store::Store& store) {
  ChannelNumbers out;
  out.retention = retention;
  out.accepted = numbers.counter({"arint_messages_accepted_total", "Messages that were made durable."}, {{"channel", channel}});
  for (store::State state : store::states) {
    if (state == store::State::running) continue;
    out.left[state] = numbers.counter({"arint_messages_left_total", "How runs of accepted messages left: done, dead, held, or to wait or retry."},
                                      {{"channel", channel}, {"state", std::string(word(state))}});
  }
  numbers.gauge({"arint_messages_unresolved", "Accepted messages of the channel that are waiting, running, retrying, held or dead."}, {{"channel", channel}},
                [&store, channel] { return static_cast<double>(store.backlog(channel)); });
  return out;
}

}  // namespace arint::delivery
