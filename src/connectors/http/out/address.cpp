// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/out/address.hpp"

#include <charconv>

#include "base/text.hpp"

namespace arint::connectors::http {
namespace {

Error wrong(const std::string& why) {
  return Error{Fault::rejected, "the url " + why + "; it looks like https://erp.example:8443/api"};
}

// authority = host [ ":" port ]; RFC 3986, 3.2, without user. The sentence of a fault goes on behind "the url".
struct HostPort {
  std::string host{};
  std::uint16_t port = 0;
};
Result<HostPort> host_and_port(std::string_view authority) {
  HostPort out;
  std::string_view port;
  if (authority.starts_with('[')) {
    std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return Error{Fault::rejected, "misses the ] behind the IPv6 address"};
    out.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
    if (!port.empty() && !port.starts_with(':')) return Error{Fault::rejected, "has something between ] and the port"};
    if (!port.empty()) port.remove_prefix(1);
  } else {
    std::size_t colon = authority.find(':');
    out.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
  }
  if (out.host.empty()) return Error{Fault::rejected, "names no host"};
  for (char c : out.host)
    if (c <= ' ' || c == '%' || c == '\\' || static_cast<unsigned char>(c) > 126) return Error{Fault::rejected, "has a character in its host that no name has: " + quoted(out.host)};
  if (!port.empty()) {
    unsigned number = 0;
    auto [last, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (problem != std::errc() || last != port.data() + port.size() || number == 0 || number > 65535) return Error{Fault::rejected, "has no port like " + quoted(port)};
    out.port = static_cast<std::uint16_t>(number);
  }
  return out;
}

}  // namespace

Result<arint::http::UpstreamAddress> parse_place(std::string_view text) {
  if (text.starts_with("unix:")) {
    if (!runtime::Address::parse(text)) return Error{Fault::rejected, quoted(text) + " is no path of a socket that the system takes"};
    return arint::http::UpstreamAddress{std::string(text), 0};
  }
  Result<HostPort> split = host_and_port(text);
  if (!split || text.find('/') != std::string_view::npos)
    return Error{Fault::rejected, quoted(text) + " is no address to connect to; say 10.0.0.1:8080, [::1]:8080, name:8080 or unix:/path"};
  return arint::http::UpstreamAddress{std::move(split->host), split->port};
}

Result<BaseAddress> parse_address(std::string_view url) {
  BaseAddress out;
  std::size_t scheme = url.find("://");
  std::string name = lower(url.substr(0, scheme == std::string_view::npos ? 0 : scheme));
  if (name != "http" && name != "https")
    return wrong("begins with http:// or https://, not with " + (name.empty() ? "a name alone" : quoted(name + "://")));
  out.secure = name == "https";
  url.remove_prefix(scheme + 3);
  std::size_t end = std::min(url.find_first_of("/?#"), url.size());
  std::string_view authority = url.substr(0, end);
  std::string_view path = url.substr(end);
  if (authority.find('@') != std::string_view::npos) return wrong("holds no user or password");
  if (path.find_first_of("?#") != std::string_view::npos) return wrong("has no query and no fragment");
  Result<HostPort> split = host_and_port(authority);
  if (!split) return wrong(split.error().sentence);
  out.host = std::move(split->host);
  out.port = split->port;
  while (path.ends_with('/')) path.remove_suffix(1);
  for (char c : path)
    if (c <= ' ' || c == '\\' || static_cast<unsigned char>(c) > 126) return wrong("has a path that is not percent-encoded: " + quoted(path));
  out.path = path;
  return out;
}

}  // namespace arint::connectors::http
