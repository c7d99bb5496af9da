// SPDX-License-Identifier: GPL-3.0-or-later
// CanarySplit: which requests of a channel that forwards go to the outgoing of its `canary` instead.
#pragma once
#include <string>

#include "channel/channel.hpp"
#include "connectors/http/in/router.hpp"
#include "http/server/exchange.hpp"
#include "message/expression.hpp"

namespace arint::connectors::http {

class CanarySplit {
 public:
  CanarySplit(const channel::CanaryOptions& options, declare::Reading& reading);
  // `when` decides first; then `percent`: by chance, or by the value of the sticky header, so that one caller stays on one side.
  bool takes(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) const;
  // Where in 0 ... 9999 a sticky value stands: the same on every core, node and start.
  static unsigned place_of(std::string_view sticky);

 private:
  message::Expression when_;
  std::string sticky_;
  unsigned share_;  // of 10,000
};

}  // namespace arint::connectors::http
