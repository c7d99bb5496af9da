// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/parse/facts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/codec/scan.hpp"

namespace arint::http {
namespace {

bool token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return has_class(c, is_token); });
}

// Takes the next member off a comma-separated list; false at its end. Members come without white space around them.
bool next_member(std::string_view& list, std::string_view& member) noexcept {
  if (list.data() == nullptr) return false;
  std::size_t comma = list.find(',');
  member = trim(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return true;
}

// Connection = #connection-option. RFC 9112, 9.6.
void read_connection(const Fields& fields, MessageFacts& facts) noexcept {
  bool keep_alive = false;
  for (std::size_t i = 0; i < fields.count() && fields.has(Name::connection); ++i) {
    if (fields.at(i).id != Name::connection) continue;
    std::string_view list = fields.value(fields.at(i)), option;
    while (next_member(list, option)) {
      if (equals_ignoring_case(option, "close")) facts.close = true;
      else if (equals_ignoring_case(option, "keep-alive")) keep_alive = true;
      else if (equals_ignoring_case(option, "upgrade")) facts.upgrade = true;
      else if (!option.empty()) facts.connection_names_fields = true;
    }
  }
  if (facts.minor == 0 && !keep_alive) facts.close = true;
}

// Anything but exactly one `chunked` is refused; a well-formed list that ends in `chunked`, or names one other coding, is told
// from nonsense because RFC 9112, 6.1 wants 501 for it.
Refusal check_coding(std::string_view value) noexcept {
  if (equals_ignoring_case(value, "chunked")) return Refusal::none;
  std::string_view list = value, coding;
  std::size_t count = 0, chunked = 0;
  bool chunked_last = false;
  while (next_member(list, coding)) {
    if (!token(coding)) return Refusal::coding_invalid;
    ++count;
    chunked_last = equals_ignoring_case(coding, "chunked");
    chunked += chunked_last ? 1u : 0u;
  }
  bool understood = count && (chunked == 0 ? count == 1 : chunked == 1 && chunked_last);
  return understood ? Refusal::coding_unsupported : Refusal::coding_invalid;
}

// RFC 9112, 6.3, without the ways out it leaves: both fields together are refused, whoever sends them.
Refusal read_framing(const Fields& fields, MessageFacts& facts) noexcept {
  if (fields.has(Name::transfer_encoding)) {
    if (fields.has(Name::content_length)) return Refusal::length_and_coding;
    if (facts.minor == 0) return Refusal::coding_before_1_1;
    if (Refusal fault = check_coding(fields.get(Name::transfer_encoding)); fault != Refusal::none) return fault;
    facts.framing = Framing::chunked;
  } else if (fields.has(Name::content_length)) {
    facts.framing = Framing::length;
    facts.length = *parse_length(fields.get(Name::content_length));  // checked when its line was complete
  }
  return Refusal::none;
}

void forget(MessageFacts& facts) noexcept {
  facts.framing = Framing::none;
  facts.length = 0;
  facts.close = facts.connection_names_fields = facts.upgrade = false;
}

bool valid_port(std::string_view port) noexcept {
  if (port.empty() || port.size() > 5) return false;
  unsigned number = 0;
  for (char c : port) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number <= 65535;
}

}  // namespace

std::optional<std::uint64_t> parse_length(std::string_view text) noexcept {
  if (text.empty() || text.size() > 18 || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  std::uint64_t out = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + static_cast<unsigned>(c - '0');
  }
  return out;
}

bool valid_host(std::string_view host) noexcept {
  if (host.empty()) return false;
  std::size_t end = 0;
  if (host[0] == '[') {
    // IP-literal: hexadecimal digits, colons and dots; what it means is for whoever resolves it.
    end = host.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    for (char c : host.substr(1, end - 1))
      if (!has_class(c, is_hex) && c != ':' && c != '.') return false;
    ++end;
  } else {
    while (end < host.size() && has_class(host[end], is_host)) ++end;
    if (end == 0) return false;
  }
  if (end == host.size()) return true;
  return host[end] == ':' && valid_port(host.substr(end + 1));
}

Refusal check_field(FieldsOf whose, Name id, std::string_view value, const Fields& fields) noexcept {
  if (whose == FieldsOf::trailer) return forbidden_in_trailer(id) ? Refusal::trailer_forbidden : Refusal::none;
  // A response may repeat what does not frame it; many do, and nothing is decided by it here.
  bool framing = id == Name::content_length || id == Name::transfer_encoding;
  if (fields.has(id) && (framing || (whose == FieldsOf::request && singleton(id)))) return Refusal::duplicate_field;
  switch (id) {
    case Name::content_length: return parse_length(value) ? Refusal::none : Refusal::length_invalid;
    case Name::transfer_encoding: return value.empty() ? Refusal::coding_invalid : Refusal::none;
    case Name::host: return whose == FieldsOf::response || valid_host(value) ? Refusal::none : Refusal::host_invalid;
    case Name::expect:
      return whose == FieldsOf::response || equals_ignoring_case(value, "100-continue") ? Refusal::none : Refusal::unknown_expectation;
    default: return Refusal::none;
  }
}

Refusal conclude(RequestHead& head, const HeadLimits& limits) noexcept {
  const Fields& fields = head.fields;
  forget(head);
  if (Refusal fault = read_framing(fields, head); fault != Refusal::none) return fault;
  read_connection(fields, head);
  bool content = head.framing == Framing::chunked || head.length > 0;
  head.expects_continue = head.minor == 1 && content && fields.has(Name::expect);

  if (head.method == Method::trace) return content ? Refusal::trace_with_content : Refusal::method_not_offered;
  if (!fields.has(Name::host)) {
    if (head.minor == 1) return Refusal::host_missing;
  } else if (head.target.form == TargetForm::absolute) {
    // RFC 9112, 3.2.2 lets the target win; but whoever stands behind us may have looked at the field.
    if (!equals_ignoring_case(head.text(head.target.authority), fields.get(Name::host))) return Refusal::host_conflict;
  }
  if (fields.has(Name::range)) {
    std::string_view range = fields.get(Name::range);
    if (std::count(range.begin(), range.end(), ',') >= static_cast<std::ptrdiff_t>(limits.ranges)) return Refusal::too_many_ranges;
  }
  return Refusal::none;
}

Refusal conclude(ResponseHead& head, Method to) noexcept {
  forget(head);
  if (Refusal fault = read_framing(head.fields, head); fault != Refusal::none) return fault;
  read_connection(head.fields, head);
  if (head.status < 200 || head.status == 204 || head.status == 304 || to == Method::head) {
    head.framing = Framing::none;
  } else if (head.framing == Framing::none) {
    head.framing = Framing::until_close;
    head.close = true;
  }
  return Refusal::none;
}

}  // namespace arint::http
