// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/target.hpp"

#include <charconv>
#include <memory>

#include "base/text.hpp"
#include "connectors/sql/postgres/library.hpp"
#include "runtime/io/address.hpp"

namespace arint::connectors::sql {
namespace {

struct Free {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Info = std::unique_ptr<PQconninfoOption, Free>;

Error wrong(std::string sentence) { return {Fault::rejected, std::move(sentence)}; }

// libpq repeats the whole url in some of its sentences.
std::string without_url(std::string sentence, const std::string& url) {
  for (std::size_t at = sentence.find(url); at != std::string::npos; at = sentence.find(url)) sentence.replace(at, url.size(), "the url");
  return std::string(trim(sentence));
}

bool numeric(const std::string& host) {
  return runtime::Address::parse((host.find(':') == std::string::npos ? host : "[" + host + "]") + ":1").has_value();
}

Result<std::uint16_t> port_of(std::string_view text) {
  if (text.empty()) return std::uint16_t{5432};
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return wrong("the port " + quoted(text) + " is not 1 to 65535");
  return port;
}

// "a,b" with "1,2": libpq's lists have as many ports as hosts, or one for all.
Result<void> read_hosts(Target& target, const std::string& names, const std::string& addresses, const std::string& ports) {
  std::vector<std::string_view> name_list = split(names, ','), address_list = split(addresses, ','), port_list = split(ports, ',');
  const std::size_t count = names.empty() ? address_list.size() : name_list.size();
  if (!addresses.empty() && address_list.size() != count) return wrong("the url has not as many addresses as hosts");
  if (port_list.size() > 1 && port_list.size() != count) return wrong("the url has not as many ports as hosts");
  for (std::size_t i = 0; i < count; ++i) {
    Target::Host host;
    if (!names.empty()) host.name = name_list[i];
    if (!addresses.empty()) host.address = address_list[i];
    if (host.name.empty() && host.address.empty()) return wrong("the url names no host");
    if (host.name.starts_with('@')) return wrong("abstract Unix sockets are not supported");
    if (host.name.empty()) host.name = host.address;
    if (host.address.empty() && numeric(host.name)) host.address = host.name;
    if (!host.address.empty() && !numeric(host.address)) return wrong("the address " + quoted(host.address) + " is not an IP address");
    Result<std::uint16_t> port = port_of(port_list.size() == 1 ? port_list[0] : port_list[i]);
    if (!port) return port.error();
    host.port = *port;
    target.hosts.push_back(std::move(host));
  }
  return {};
}

std::string peer_of(const Target& target) {
  std::string out = "postgresql://";
  for (std::size_t i = 0; i < target.hosts.size(); ++i) {
    const Target::Host& host = target.hosts[i];
    const bool bracketed = host.name.find(':') != std::string::npos;
    out += (i ? "," : "") + (bracketed ? "[" + host.name + "]" : host.name) + ":" + std::to_string(host.port);
  }
  if (target.has("dbname")) out += "/" + std::string(target.get("dbname"));
  return out;
}

}  // namespace

bool Target::Host::local() const {
  return name.starts_with('/') || name == "localhost" || address.starts_with("127.") || address == "::1";
}

bool Target::local() const {
  for (const Host& host : hosts)
    if (!host.local()) return false;
  return true;
}

std::string_view Target::get(std::string_view keyword) const {
  for (const auto& [name, value] : rest)
    if (name == keyword) return value;
  return {};
}

Result<Target> Target::of(const std::string& url) {
  Result<void> loaded = load_libpq();
  if (!loaded) return loaded.error();
  char* message = nullptr;
  Info info(PQconninfoParse(url.c_str(), &message));
  if (!info) {
    std::string sentence = without_url(message ? message : "out of memory", url);
    PQfreemem(message);
    return wrong("the url is not one of PostgreSQL: " + sentence);
  }
  Target out;
  std::string names, addresses, ports;
  for (const PQconninfoOption* option = info.get(); option->keyword; ++option) {
    if (!option->val || !*option->val) continue;
    const std::string_view keyword = option->keyword;
    if (keyword == "host") names = option->val;
    else if (keyword == "hostaddr") addresses = option->val;
    else if (keyword == "port") ports = option->val;
    else if (keyword == "password") return wrong("the url holds a password: write it as `password:`, where it is kept secret");
    else if (keyword == "service" || keyword == "passfile") return wrong("`" + std::string(keyword) + "` in the url would read settings from another file: write them here");
    else if (keyword == "connect_timeout") return wrong("write `connect_timeout:` beside the url, not in it");
    else if (keyword == "client_encoding") return wrong("`client_encoding` is always UTF8 here: leave it out of the url");
    else out.rest.emplace_back(keyword, option->val);
  }
  if (names.empty() && addresses.empty()) return wrong("the url names no host; a Unix socket is `postgresql:///database?host=/var/run/postgresql`");
  Result<void> read = read_hosts(out, names, addresses, ports);
  if (!read) return read.error();
  out.peer = peer_of(out);
  return out;
}

}  // namespace arint::connectors::sql
