// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/gate/headers.hpp"

#include "base/text.hpp"
#include "http/codec/names.hpp"
#include "http/codec/writer.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Name;

// Why it may not be changed; "" when it may.
std::string_view forbidden(std::string_view name) {
  const Name id = arint::http::name_of(name);
  if (arint::http::hop_by_hop(id)) return "ends at this hop";
  if (arint::http::trust_bearing(arint::http::name_with_dashes(name))) return "says who called, and only the node may say that";
  switch (id) {
    case Name::content_length: return "says where a message ends";
    case Name::host: return "is what `keep_host` of the outgoing decides";
    case Name::date: case Name::via: case Name::traceparent: case Name::x_correlation_id: case Name::expect: return "is written by the node";
    default: return "";
  }
}

void check_name(std::string_view name, const Position& at, declare::Reading& reading) {
  if (!arint::http::valid_field({name, ""})) reading.fault(at, quoted(name) + " is no name of a header");
  else if (std::string_view why = forbidden(name); !why.empty()) reading.fault(at, std::string(name) + " cannot be changed: it " + std::string(why));
}

void check(HeaderOptions& options, const declare::Node& node, declare::Reading& reading) {
  for (const auto* list : {&options.set, &options.add})
    for (const auto& [name, value] : *list) {
      check_name(name, node.at, reading);
      if (!arint::http::valid_field({"x", value})) reading.fault(node.at, std::string(name) + ": a value holds no control characters");
    }
  for (const std::string& name : options.remove) check_name(name, node.at, reading);
}

}  // namespace

declare::Settings<HeaderOptions> header_settings(std::string name) {
  return declare::Settings<HeaderOptions>{std::move(name), "Which headers are changed; first those removed and set go, then set and add are written."}
      .add(&HeaderOptions::set, {.name = "set", .help = "Headers that replace those of the same name.", .fallback = "{}", .example = "{ Cache-Control: no-store }"})
      .add(&HeaderOptions::add, {.name = "add", .help = "Headers that stand beside those of the same name.", .fallback = "{}", .example = "{ Link: </a>; rel=next }"})
      .add(&HeaderOptions::remove, {.name = "remove", .help = "Headers that go.", .fallback = "[]", .example = "[Server, X-Powered-By]"})
      .check(check);
}

arint::http::HeaderRules rules_of(const HeaderOptions& options) {
  arint::http::HeaderRules out;
  out.remove = options.remove;
  out.set.assign(options.set.begin(), options.set.end());
  out.add.assign(options.add.begin(), options.add.end());
  return out;
}

}  // namespace arint::connectors::http
