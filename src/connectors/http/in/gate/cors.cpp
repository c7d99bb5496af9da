// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/gate/cors.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "http/codec/writer.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Field;

void check(CorsOptions& options, const declare::Node& node, declare::Reading& reading) {
  for (const std::string& origin : options.origins) {
    if (origin == "*") {
      if (options.origins.size() > 1) reading.fault(node.at, "origins: \"*\" stands alone");
      if (options.credentials) reading.fault(node.at, "credentials: never with origins [\"*\"]; name the origins that may");
    } else if (!normal_origin(origin)) {
      reading.fault(node.at, quoted(origin) + " is no origin; write scheme, host and port, and no path: https://shop.example");
    }
  }
  for (const auto* list : {&options.headers, &options.expose})
    for (const std::string& name : *list)
      if (!arint::http::valid_field({name, ""})) reading.fault(node.at, quoted(name) + " is no name of a header");
}

}  // namespace

declare::Settings<CorsOptions> cors_settings() {
  return declare::Settings<CorsOptions>{"cors", "Lets pages of other origins read the answers (WHATWG Fetch); preflight requests are answered by the channel."}
      .add(&CorsOptions::origins, {.name = "origins", .help = "Origins that may, compared exactly; `*` is every one.", .required = true,
                                   .example = "[\"https://shop.example\"]"})
      .add(&CorsOptions::headers, {.name = "headers", .help = "Request headers a page may set beside the safelisted ones.", .fallback = "[Content-Type]",
                                   .example = "[Content-Type, Authorization]"})
      .add(&CorsOptions::expose, {.name = "expose", .help = "Response headers a page may read beside the safelisted ones.", .fallback = "[]",
                                  .example = "[X-Correlation-Id]"})
      .add(&CorsOptions::credentials, {.name = "credentials", .help = "Cookies and client certificates may come along; never with `*`.", .fallback = "false"})
      .add(&CorsOptions::max_age, {.name = "max_age", .help = "How long a browser keeps the answer to a preflight.", .fallback = "10m", .least = "0ms"})
      .check(check);
}

std::optional<std::string> normal_origin(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos || mark == 0) return std::nullopt;
  const std::string scheme = lower(text.substr(0, mark));
  for (char c : scheme)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')) return std::nullopt;
  std::string_view rest = text.substr(mark + 3), port;
  const std::size_t colon = rest.find(':', rest.starts_with('[') ? std::min(rest.find(']'), rest.size()) : 0);
  if (colon != std::string_view::npos) {
    port = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    unsigned number = 0;
    auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (port.empty() || problem != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535) return std::nullopt;
    if ((scheme == "http" && number == 80) || (scheme == "https" && number == 443)) port = {};
  }
  const bool bracketed = rest.size() > 2 && rest.front() == '[' && rest.back() == ']';
  const std::string host = lower(bracketed ? rest.substr(1, rest.size() - 2) : rest);
  if (host.empty()) return std::nullopt;
  for (char c : host) {
    const bool name = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    if (!name && !(bracketed && c == ':')) return std::nullopt;
  }
  return scheme + "://" + (bracketed ? "[" + host + "]" : host) + (port.empty() ? "" : ":" + std::string(port));
}

Cors::Cors(const CorsOptions& options)
    : credentials_(options.credentials), headers_(options.headers), allow_headers_(join(options.headers, ", ")), expose_(join(options.expose, ", ")),
      max_age_(std::to_string(options.max_age.count() / 1000)) {
  for (const std::string& origin : options.origins) {
    any_ |= origin == "*";
    if (std::optional<std::string> normal = normal_origin(origin)) origins_.push_back(*normal);
  }
}

bool Cors::allows(std::string_view origin) const {
  if (any_) return !origin.empty();
  const std::optional<std::string> normal = normal_origin(origin);
  return normal && std::find(origins_.begin(), origins_.end(), *normal) != origins_.end();
}

void Cors::shape(std::string_view origin, arint::http::AnswerHead& head) const {
  for (std::string_view name : {"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers"}) head.remove(name);
  // Caches must not give one origin the answer of another, nor an answer without the headers.
  if (!any_) head.add_to_list("Vary", "Origin");
  if (!allows(origin)) return;
  head.field("Access-Control-Allow-Origin", any_ ? std::string_view("*") : head.keep(std::string(origin)));
  if (credentials_) head.field("Access-Control-Allow-Credentials", "true");
  if (!expose_.empty()) head.field("Access-Control-Expose-Headers", expose_);
}

runtime::Task<Result<void>> Cors::answer_preflight(arint::http::Exchange& exchange, std::string methods) const {
  const std::string_view origin = exchange.field("origin");
  std::vector<Field> fields{{"Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"}};
  if (!allows(origin)) co_return co_await exchange.problem(403, "This origin may not call this path.", fields);
  fields.push_back({"Access-Control-Allow-Origin", any_ ? std::string_view("*") : origin});
  fields.push_back({"Access-Control-Allow-Methods", methods});
  if (!allow_headers_.empty()) fields.push_back({"Access-Control-Allow-Headers", allow_headers_});
  if (credentials_) fields.push_back({"Access-Control-Allow-Credentials", "true"});
  fields.push_back({"Access-Control-Max-Age", max_age_});
  const std::string_view nothing;
  co_return co_await exchange.respond(204, fields, nothing);
}

}  // namespace arint::connectors::http
