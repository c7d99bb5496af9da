// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/jose/header.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::security::jose {
namespace {

using document::Value;

// RFC 7515, 4.1; 7516, 4.1; 7518, 4.6 to 4.8: what `crit` may not name. `b64` (RFC 7797) is an extension.
constexpr std::string_view defined[] = {"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit",
                                        "enc", "zip", "epk", "apu", "apv", "iv",  "tag", "p2s",      "p2c"};

Error refused(const std::string& what) { return {Fault::refused, "the header's `crit` " + what}; }

}  // namespace

Result<Header> Header::parse(std::string_view encoded, std::span<const Value> beside) {
  Header out;
  if (encoded.size() > most_bytes) return Error{Fault::malformed, "the protected header is longer than 16 KiB"};
  if (!encoded.empty()) {
    std::optional<std::string> text = from_base64url(encoded);
    if (!text) return Error{Fault::malformed, "the protected header is not base64url without padding"};
    Result<Json> json = Json::parse(std::move(*text), "the protected header");
    if (!json) return json.error();
    if (!json->root().is_object()) return Error{Fault::malformed, "the protected header is no JSON object"};
    out.json_ = std::move(*json);
    out.protected_ = out.json_.root();
  }
  std::vector<std::string_view> names;
  auto add = [&](const Value& object) {
    if (!object.is_object() || object.size() > most_members) return false;
    for (const document::Member& each : object.members()) names.push_back(each.name);
    return true;
  };
  bool good = out.protected_.is_absent() || add(out.protected_);
  for (const Value& each : beside) {
    if (each.is_absent()) continue;
    good = good && add(each);
    out.beside_.push_back(each);
  }
  if (!good) return Error{Fault::malformed, "a part of the header is no JSON object, or has more than 64 members"};
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end())
    return Error{Fault::malformed, "a name stands in two parts of the header"};
  return out;
}

Value Header::guarded(std::string_view name) const { return protected_.get(name); }

Value Header::get(std::string_view name) const {
  Value found = guarded(name);
  for (const Value& each : beside_) {
    if (!found.is_absent()) break;
    found = each.get(name);
  }
  return found;
}

std::string_view Header::text(std::string_view name) const {
  Value found = get(name);
  return found.is_text() && found.as_text().size() <= 1024 ? found.as_text() : std::string_view();
}

Result<void> Header::check_critical(std::span<const std::string_view> understood) const {
  Value critical = get("crit");
  if (critical.is_absent()) return {};
  if (guarded("crit").is_absent()) return refused("is not protected");
  if (!critical.is_array() || critical.size() == 0 || critical.size() > 16) return refused("is no list of names");
  std::vector<std::string_view> seen;
  for (const Value& each : critical.items()) {
    if (!each.is_text()) return refused("is no list of names");
    std::string_view name = each.as_text();
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) return refused("names " + quoted(name) + " twice");
    seen.push_back(name);
    if (std::find(std::begin(defined), std::end(defined), name) != std::end(defined))
      return refused("names " + quoted(name) + ", which is no extension");
    if (std::find(understood.begin(), understood.end(), name) == understood.end())
      return refused("asks for " + quoted(name) + ", which is not understood here");
    if (get(name).is_absent()) return refused("names " + quoted(name) + ", which is not there");
  }
  return {};
}

bool split_compact(std::string_view text, std::span<std::string_view> out) noexcept {
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::size_t end = text.find('.');
    bool last = i + 1 == out.size();
    if (last != (end == std::string_view::npos)) return false;
    out[i] = text.substr(0, end);
    if (!last) text.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace arint::security::jose
