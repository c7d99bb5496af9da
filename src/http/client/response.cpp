// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client/response.hpp"

#include "base/text.hpp"
#include "http/client/upstream.hpp"

namespace arint::http {
namespace {

constexpr std::size_t most_peer_words = 4 * 1024;

// delay-seconds, or a date; a date is taken as "a while", since our clocks need not agree. RFC 9110, 10.2.3.
Millis retry_after(std::string_view value) noexcept {
  constexpr Millis a_while{10'000};
  constexpr std::size_t longest = 6;
  if (value.empty()) return Millis(0);
  if (value.size() > longest) return a_while;
  std::int64_t seconds = 0;
  for (char c : value) {
    if (c < '0' || c > '9') return a_while;
    seconds = seconds * 10 + (c - '0');
  }
  return Millis(seconds * 1'000);
}

}  // namespace

Response::Response(const ResponseHead& head) : status_(head.status) {
  const Fields& fields = head.fields;
  if (fields.count() == 0) return;
  const std::uint32_t from = fields.at(0).name;
  const FieldSlice& last = fields.at(fields.count() - 1);
  bytes_.assign(fields.base() + from, last.value + last.value_size - from);
  list_.reserve(fields.count());
  for (std::size_t i = 0; i < fields.count(); ++i) {
    FieldSlice field = fields.at(i);
    field.name -= from;
    field.value -= from;
    list_.push_back(field);
  }
}

std::string_view Response::get(Name id) const noexcept {
  for (std::size_t i = 0; i < list_.size(); ++i)
    if (list_[i].id == id) return field(i).value;
  return {};
}

bool Response::has(Name id) const noexcept {
  for (const FieldSlice& field : list_)
    if (field.id == id) return true;
  return false;
}

std::string_view Response::get(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < list_.size(); ++i)
    if (equals_ignoring_case(field(i).name, name)) return field(i).value;
  return {};
}

std::optional<Fault> fault_of_status(int status) noexcept {
  if (status < 400) return std::nullopt;
  switch (status) {
    case 401: case 403: case 407: return Fault::refused;
    case 429: case 503: return Fault::busy;
    case 408: case 502: case 504: return Fault::timeout;
    default: return Fault::rejected;
  }
}

Error error_of(const Response& response, std::string_view peer) {
  Error out;
  out.fault = fault_of_status(response.status()).value_or(Fault::rejected);
  out.status = response.status();
  out.peer_words = response.body.substr(0, most_peer_words);
  if (out.fault == Fault::busy) out.retry_after = retry_after(response.get(Name::retry_after));
  std::string_view meaning = "it rejected the message";
  if (out.fault == Fault::refused) meaning = "it refused our credentials or rights";
  if (out.fault == Fault::busy) meaning = "it is busy";
  if (out.fault == Fault::timeout) meaning = "whether it did the work is unknown";
  out.sentence = std::string(peer) + " answered " + std::to_string(out.status) + ": " + std::string(meaning) + ".";
  return out;
}

}  // namespace arint::http
