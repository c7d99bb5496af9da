// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/api_key/api_key.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace arint::security::api_key {
namespace {

constexpr std::size_t most_bytes = 1024;

struct Settings {
  std::string field{};
  std::map<std::string, std::string> keys{};
  Secret key{};
  Position at{};
};

// Looked up by its hash: what a lookup's time tells of a hash tells nothing of a key.
struct First {
  std::size_t operator()(const Digest& digest) const noexcept { return digest[0] | static_cast<std::size_t>(digest[1]) << 8 | static_cast<std::size_t>(digest[2]) << 16; }
};

class KeyVerifier : public Verifier {
 public:
  KeyVerifier(std::string header, std::unordered_map<Digest, std::string, First> known) : header_(std::move(header)), known_(std::move(known)) {}

  Verdict verify(const Inbound& request) override {
    std::size_t count = 0;
    std::string_view shown;
    for (std::size_t i = 0; i < request.fields.count(); ++i) {
      const http::Field field = request.fields.field(i);
      if (!equals_ignoring_case(field.name, header_)) continue;
      shown = trim(field.value);
      ++count;
    }
    if (count == 0) return {};
    if (count > 1) return refused("the request has the field " + header_ + " more than once");
    if (shown.empty() || shown.size() > most_bytes) return refused("the API key is empty, or longer than 1 KiB");
    auto found = known_.find(sha256(shown));
    if (found == known_.end()) return refused("the API key is not known");
    return {Verdict::As::proved, {found->second, {}}, {}, {}};
  }

  // There is no registered scheme; RFC 9110, 15.5.2 asks for a challenge all the same.
  std::string challenge(std::string_view realm, const Verdict&) const override { return challenge_of("ApiKey", realm) + ", header=\"" + header_ + "\""; }

 private:
  const std::string header_;
  const std::unordered_map<Digest, std::string, First> known_;
};

class KeyApplier : public Applier {
 public:
  KeyApplier(std::string header, const Secret& key) : fields_{{std::move(header), key.reveal()}} {}
  const HeaderFields& fields() const override { return fields_; }

 private:
  HeaderFields fields_;
};

bool digest_of(std::string_view text, Digest& out) {
  std::string bytes;
  if (!text.starts_with("sha256:") || !from_hex(text.substr(7), bytes) || bytes.size() != out.size()) return false;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return true;
}

std::unique_ptr<Verifier> make_verifier(const declare::Choice& choice, Verifiers& others) {
  const Settings& settings = choice.as<Settings>();
  if (settings.keys.empty()) {
    others.reading().fault(settings.at, "api_key has no `keys`: with `key` it says who we are, not who a caller is");
    return nullptr;
  }
  std::unordered_map<Digest, std::string, First> known;
  for (const auto& [name, written] : settings.keys) {
    Digest digest;
    if (!digest_of(written, digest)) {
      others.reading().fault(settings.at, "the key of " + quoted(name) + " is not `sha256:` and 64 hexadecimal digits; `printf %s KEY | sha256sum` makes them");
      continue;
    }
    if (!known.emplace(digest, name).second) others.reading().fault(settings.at, "the key of " + quoted(name) + " is another's too");
  }
  return std::make_unique<KeyVerifier>(settings.field, std::move(known));
}

std::unique_ptr<const Applier> make_applier(const declare::Choice& choice, declare::Reading&) {
  const Settings& settings = choice.as<Settings>();
  if (settings.key.empty()) return nullptr;
  return std::make_unique<KeyApplier>(settings.field, settings.key);
}

}  // namespace

Scheme scheme() {
  Scheme out;
  out.options =
      declare::Settings<Settings>{"api_key", "A key in a header field. Of callers (`keys`), or ours (`key`)."}
          .add(&Settings::field, {.name = "field", .help = "The header field it stands in.", .fallback = "X-API-Key"})
          .add(&Settings::keys, {.name = "keys", .help = "Callers by name, each with the SHA-256 of its key: what `printf %s KEY | sha256sum` prints, behind `sha256:`. The name "
                                                         "becomes $principal.",
                                 .fallback = "{}", .example = "{ acme: \"sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\" }"})
          .add(&Settings::key, {.name = "key", .help = "Our key at a peer: for an outgoing.", .fallback = "", .example = "${env:PARTNER_KEY}"})
          .check([](Settings& settings, const declare::Node& node, declare::Reading& reading) {
            if (settings.keys.empty() == settings.key.empty()) reading.fault(node.at, "either `keys`, of callers, or `key`, ours at a peer");
            if (settings.key.reveal().find_first_of("\r\n") != std::string::npos) reading.fault(node.at, "`key` has a line break");
          })
          .place(&Settings::at)
          .shape();
  out.verifier = make_verifier;
  out.applier = make_applier;
  return out;
}

}  // namespace arint::security::api_key
