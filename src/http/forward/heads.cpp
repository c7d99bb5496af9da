// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/forward/heads.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace arint::http {
namespace {

using Flags = std::array<bool, name_count>;

// What is never passed on as it came: it ends here, or is written anew below.
Flags make_flags(bool request) {
  Flags out{};
  for (std::size_t i = 1; i < name_count; ++i) {
    const Name name = static_cast<Name>(i);
    out[i] = hop_by_hop(name) || name == Name::content_length || name == Name::x_correlation_id;
    if (request) out[i] = out[i] || trust_bearing(name) || name == Name::host || name == Name::traceparent || name == Name::via || name == Name::expect;
  }
  return out;
}
const Flags dropped_from_request = make_flags(true);
const Flags dropped_from_response = make_flags(false);

// Connection names this field. RFC 9110, 7.6.1.
bool named_by_connection(const Fields& fields, std::string_view name) noexcept {
  for (std::size_t i = 0; i < fields.count(); ++i) {
    if (fields.at(i).id != Name::connection) continue;
    std::string_view list = fields.value(fields.at(i));
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      if (equals_ignoring_case(trim(list.substr(0, comma)), name)) return true;
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  return false;
}

struct Filter {
  const Fields& fields;
  const Flags& flags;
  bool connection_names;
  bool strip_spellings;  // "X_Forwarded_For" is X-Forwarded-For behind many an interface
  const HeaderRules* rules;  // may be null
  const HeaderRules* shown = nullptr;  // what the upstream is shown, whatever came

  // To a HeadWriter or an AnswerHead.
  template <class Sink>
  void write(Sink& sink) const {
    for (std::size_t i = 0; i < fields.count(); ++i) {
      const FieldSlice& field = fields.at(i);
      if (flags[static_cast<std::size_t>(field.id)]) continue;
      const std::string_view name = fields.name(field);
      if (field.underscore && strip_spellings && flags[static_cast<std::size_t>(name_with_dashes(name))]) continue;
      if (connection_names && named_by_connection(fields, name)) continue;
      if ((rules && rules->drops(name)) || (shown && shown->drops(name))) continue;
      sink.field(name, fields.value(field));
    }
    for (const HeaderRules* each : {rules, shown}) {
      if (!each) continue;
      for (const auto* list : {&each->set, &each->add})
        for (const auto& one : *list)
          if (each == shown || !shown || !shown->drops(one.first)) sink.field(one.first, one.second);
    }
  }
};

void write_target(HeadWriter& writer, const Exchange& exchange, const ForwardRules& rules) noexcept {
  const Passing* passing = exchange.passing();
  std::string_view path = passing && !passing->path.empty() ? std::string_view(passing->path) : exchange.path();
  const std::string& strip = rules.strip_prefix;
  // Off at a segment's end only: "/api" is no prefix of "/apiary".
  if (!strip.empty() && path.starts_with(strip) && (path.size() == strip.size() || strip.back() == '/' || path[strip.size()] == '/'))
    path.remove_prefix(strip.back() == '/' ? strip.size() - 1 : strip.size());
  std::string_view add = rules.add_prefix;
  if (!add.empty() && add.back() == '/') add.remove_suffix(1);
  writer.raw(exchange.method_text());
  writer.raw(" ");
  writer.raw(add);
  writer.raw(path.empty() ? std::string_view("/") : path);
  if (exchange.head().target.has_query) {
    writer.raw("?");
    writer.raw(exchange.query());
  }
  writer.raw(" HTTP/1.1\r\n");
}

// Via says every hop in order: those before us, then us.
void write_via(HeadWriter& writer, const Fields& fields, const std::string& ours) noexcept {
  if (ours.empty()) return;
  if (!fields.has(Name::via)) return writer.field("Via", ours);
  writer.raw("Via: ");
  for (std::size_t i = 0; i < fields.count(); ++i) {
    if (fields.at(i).id != Name::via) continue;
    writer.raw(fields.value(fields.at(i)));
    writer.raw(", ");
  }
  writer.raw(ours);
  writer.raw("\r\n");
}

void write_who_called(HeadWriter& writer, const WhoCalled& who) noexcept {
  writer.raw("X-Forwarded-For: ");
  if (!who.before.empty()) {
    writer.raw(who.before);
    writer.raw(", ");
  }
  writer.raw(who.address);
  writer.raw("\r\n");
  writer.field("X-Forwarded-Proto", who.scheme);
  if (!who.host.empty()) writer.field("X-Forwarded-Host", who.host);
}

}  // namespace

WhoCalled who_called(const Exchange& exchange) noexcept {
  WhoCalled out{{}, exchange.peer().address(), exchange.secure() ? "https" : "http", exchange.host()};
  if (!exchange.trusted()) return out;
  const Fields& fields = exchange.fields();
  out.before = fields.get("x-forwarded-for");
  if (const std::string_view said = fields.get("x-forwarded-proto"); !said.empty()) out.scheme = said;
  if (const std::string_view said = fields.get("x-forwarded-host"); !said.empty()) out.host = said;
  return out;
}

void write_forwarded_request(HeadWriter& writer, Exchange& exchange, const Upstream::Inside& pool, const ForwardRules& rules, const NextHop& hop) {
  const RequestHead& head = exchange.head();
  write_target(writer, exchange, rules);
  writer.field("Host", rules.keep_host && !exchange.host().empty() ? exchange.host() : std::string_view(pool.host_field));
  const Filter filter{head.fields, dropped_from_request, head.connection_names_fields, true, exchange.passing() ? exchange.passing()->request : nullptr,
                      rules.shown.empty() ? nullptr : &rules.shown};
  filter.write(writer);
  if (hop.framing == Framing::length) writer.number_field("Content-Length", hop.length);
  else if (hop.framing == Framing::chunked) writer.raw("Transfer-Encoding: chunked\r\n");
  if (hop.expects_continue) writer.raw("Expect: 100-continue\r\n");
  write_who_called(writer, who_called(exchange));
  write_via(writer, head.fields, rules.via);
  char trace[55];
  exchange.trace().child().write_header(trace);
  writer.field("traceparent", {trace, sizeof trace});
  writer.end();
}

void write_forwarded_fields(HeadWriter& writer, const ResponseHead& head) {
  const Filter filter{head.fields, dropped_from_response, head.connection_names_fields, false, nullptr};
  filter.write(writer);
}

void collect_forwarded_fields(AnswerHead& answer, const ResponseHead& head) {
  const Filter filter{head.fields, dropped_from_response, head.connection_names_fields, false, nullptr};
  filter.write(answer);
}

void write_trailers(HeadWriter& writer, const Fields& trailers) {
  for (std::size_t i = 0; i < trailers.count(); ++i) writer.field(trailers.field(i).name, trailers.field(i).value);
  writer.end();
}

}  // namespace arint::http
