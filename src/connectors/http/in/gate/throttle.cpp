// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/gate/throttle.hpp"

#include <arpa/inet.h>

#include "base/text.hpp"
#include "connectors/http/in/numbers.hpp"
#include "connectors/http/in/request.hpp"
#include "connectors/http/in/shared.hpp"
#include "http/codec/writer.hpp"

namespace arint::connectors::http {
namespace {

// One customer has a whole /64 of IPv6 and could change his address with each request.
std::string network_of(std::string_view address) {
  in6_addr parsed{};
  const std::string text(address);
  if (text.find(':') == std::string::npos || ::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return text;
  return {reinterpret_cast<const char*>(parsed.s6_addr), 8};
}

}  // namespace

message::Expression compile_for_head(const declare::Expression& written, std::string_view option, declare::Reading& reading) {
  message::Expression out = message::Expression::compile(written, reading);
  if (out.given() && out.uses_body()) reading.fault(written.at, std::string(option) + ": this reads the body, which has not come yet; use $headers, $path, $query or $message");
  return out;
}

std::string head_value(const message::Expression& expression, arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) {
  document::Arena arena(channel.options().limits.memory.bytes);
  Request request(exchange, channel, arena);
  if (!request.read_head(captures)) return {};
  message::Run run(channel.core(), request.message(), arena);
  Result<document::Value> value = run.evaluate(expression);
  std::string out;
  if (!value) return out;
  if (value->kind() == document::Kind::text) out = value->as_text();
  else if (value->kind() == document::Kind::number) value->append_number(out);
  else if (value->kind() == document::Kind::boolean) out = value->as_boolean() ? "true" : "false";
  return out;
}

Throttle::Throttle(const channel::Channel& channel, const channel::RateOptions& options, const channel::Node& node, declare::Reading& reading)
    : header_(options.header.value_or("")) {
  channel::Rate rate;
  rate.requests = options.requests;
  rate.per = options.per;
  rate.burst = options.burst;
  rate.keys = options.keys;
  limiter_ = static_cast<Shared*>(node.shared.get())->limiter(channel.name(), rate);
  refused_ = counter(*node.numbers, Count::rate_limited, channel.name());
  if (options.by) by_ = compile_for_head(*options.by, "by", reading);
  if (!header_.empty() && !arint::http::valid_field({header_, ""})) reading.fault({}, "limits.rate.by_header: " + arint::quoted(header_) + " is no name of a header");
}

std::string Throttle::key_of(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) const {
  std::string named;
  if (!header_.empty()) named = exchange.field(std::string_view(header_));
  else if (by_.given()) named = head_value(by_, exchange, channel, captures);
  // A mark of its own, so that nobody can name himself like another's address.
  return named.empty() ? network_of(exchange.peer().address()) : "=" + named;
}

Millis Throttle::take(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) const {
  const Millis wait = limiter_->take(key_of(exchange, channel, captures), runtime::Loop::now_ns());
  if (wait.count() > 0) refused_->on(channel.core().index).add();
  return wait;
}

}  // namespace arint::connectors::http
