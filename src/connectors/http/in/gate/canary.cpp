// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/gate/canary.hpp"

#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "connectors/http/in/gate/throttle.hpp"
#include "http/codec/writer.hpp"

namespace arint::connectors::http {

CanarySplit::CanarySplit(const channel::CanaryOptions& options, declare::Reading& reading)
    : sticky_(options.sticky.value_or("")), share_(static_cast<unsigned>(options.percent * 100 + 0.5)) {
  if (options.when) when_ = compile_for_head(*options.when, "when", reading);
  if (!sticky_.empty() && !arint::http::valid_field({sticky_, ""})) reading.fault(options.to.at, "canary.sticky: " + arint::quoted(sticky_) + " is no name of a header");
}

unsigned CanarySplit::place_of(std::string_view sticky) {
  const Digest digest = sha256(sticky);
  return (static_cast<unsigned>(digest[0]) << 16 | static_cast<unsigned>(digest[1]) << 8 | digest[2]) % 10'000;
}

bool CanarySplit::takes(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) const {
  if (when_.given() && head_value(when_, exchange, channel, captures) == "true") return true;
  if (share_ == 0) return false;
  const std::string_view value = sticky_.empty() ? std::string_view() : exchange.field(std::string_view(sticky_));
  const unsigned place = value.empty() ? static_cast<unsigned>(Id::random().low % 10'000) : place_of(value);
  return place < share_;
}

}  // namespace arint::connectors::http
