// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/gate/gate.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/codec/target/target.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Field;

// A path that is sent on is normal whatever is captured: names are whole segments, and the text around them is normal.
std::optional<PathTemplate> compile_rewrite(const std::string& text, const std::vector<std::string>& names, const Position& at, declare::Reading& reading) {
  Result<PathTemplate> made = PathTemplate::compile(text, names);
  if (!made) return reading.fault(at, "rewrite: " + made.error().sentence), std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((text[i] == '{' && (i == 0 || text[i - 1] != '/')) || (text[i] == '}' && i + 1 < text.size() && text[i + 1] != '/'))
      return reading.fault(at, "rewrite: " + arint::quoted(text) + ": braces stand around a whole segment: /v2/{rest}"), std::nullopt;
  Captures sample;
  for (const std::string& name : names) sample.list[sample.count++] = {name, "x"};
  const std::string path = made->render(sample);
  arint::http::TargetSlices slices;
  if (!path.starts_with('/') || arint::http::parse_target(path, 0, arint::http::Method::get, slices) != arint::http::Refusal::none || !slices.normal || slices.has_query)
    return reading.fault(at, "rewrite: " + arint::quoted(text) + " is no path as it is sent on: it begins with /, has no query, no dot segments, no needless escapes"), std::nullopt;
  return std::move(*made);
}

std::optional<PathTemplate> compile_redirect(const std::string& text, const std::vector<std::string>& names, const Position& at, declare::Reading& reading) {
  Result<PathTemplate> made = PathTemplate::compile(text, names);
  if (!made) return reading.fault(at, "redirect: " + made.error().sentence), std::nullopt;
  // Where it leads is the project's word, not the caller's: no name in the host.
  const std::size_t host = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  const std::size_t path = text.find('/', host);
  if ((host == 0 && !text.starts_with('/')) || text.starts_with("//") || text.find('{') < path)
    return reading.fault(at, "redirect: " + arint::quoted(text) + " is no place: begin with / or with https:// and a host"), std::nullopt;
  return std::move(*made);
}

}  // namespace

std::unique_ptr<Gate> Gate::make(const channel::Channel& channel, const ChannelOptions& options, const channel::Node& node,
                                 declare::Reading& reading) {
  const channel::Options& general = channel.options();
  if (!options.cors && !options.compression && !options.request_headers && !options.response_headers && !options.rewrite && !general.redirect && !general.limits.rate && !general.canary) return nullptr;
  auto out = std::make_unique<Gate>();
  const std::vector<std::string> names = names_in(options.path);
  if (options.cors) out->cors_.emplace(*options.cors);
  if (options.compression) out->compression_.emplace(*options.compression);
  if (options.request_headers) out->request_ = rules_of(*options.request_headers);
  if (options.response_headers) out->response_ = rules_of(*options.response_headers);
  if (options.rewrite) out->rewrite_ = compile_rewrite(*options.rewrite, names, options.at, reading);
  if (general.limits.rate) out->throttle_ = std::make_unique<Throttle>(channel, *general.limits.rate, node, reading);
  if (general.canary) out->canary_.emplace(*general.canary, reading);
  if (general.redirect) {
    out->redirect_ = compile_redirect(general.redirect->to, names, options.at, reading);
    out->redirect_status_ = static_cast<int>(general.redirect->status);
  }
  return out;
}

outgoing::Outgoing* Gate::target(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) const {
  return canary_ && canary_->takes(exchange, channel, captures) ? channel.canary() : channel.forward();
}

runtime::Task<Result<void>> Gate::redirect(arint::http::Exchange& exchange, const Captures& captures) const {
  std::string location = redirect_->render(captures);
  // What was captured may begin with "/", and "//host" would be another host.
  if (location.starts_with("//")) location.erase(0, location.find_first_not_of('/') - 1);
  if (!redirect_->has_query() && exchange.head().target.has_query) location.append("?").append(exchange.query());
  const Field fields[] = {{"Location", location}};
  const std::string_view nothing;
  co_return co_await exchange.respond(redirect_status_, fields, nothing);
}

Passage::Passage(const Gate& gate, arint::http::Exchange& exchange, const Captures& captures) : gate_(gate), exchange_(exchange) {
  if (!gate.request_.empty()) passing_.request = &gate.request_;
  if (gate.rewrite_) passing_.path = gate.rewrite_->render(captures);
  if (gate.shapes_answers()) passing_.answer = this;
  exchange.pass(&passing_);
}

void Passage::head(arint::http::AnswerHead& head) {
  if (!gate_.response_.empty()) head.apply(gate_.response_);
  if (gate_.cors_) gate_.cors_->shape(exchange_.field("origin"), head);
  if (!gate_.compression_) return;
  streams_ = !head.length;
  encoder_ = gate_.compression_->begin(exchange_, head);
}

Result<std::string_view> Passage::data(std::string_view piece) {
  encoded_.clear();
  encoder_->write(piece, encoded_);
  if (streams_) encoder_->flush(encoded_);
  return std::string_view(encoded_);
}

Result<std::string_view> Passage::end() {
  encoded_.clear();
  encoder_->finish(encoded_);
  return std::string_view(encoded_);
}

}  // namespace arint::connectors::http
