// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/text.hpp"
#include "security/jose/jwe/jwe.hpp"
#include "security/jose/jwe/recipient.hpp"
#include "security/jose/jwe/zip.hpp"

namespace arint::security::jose {
namespace {

using document::Value;

Error malformed(std::string sentence) { return {Fault::malformed, std::move(sentence)}; }
Error refused(std::string sentence) { return {Fault::refused, std::move(sentence)}; }

// A token as it came, taken apart. `authenticated`: what the content's tag covers besides the content (RFC 7516, 5.1, step 14).
struct Parts {
  std::string authenticated{}, iv{}, ciphertext{}, tag{}, aad{};
};

bool listed(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether the key may be used for this recipient at all; cryptography comes later.
bool may_open(const Jwk& key, const KeyAlgorithm& algorithm, const ContentAlgorithm& content, const OpenOptions& options) {
  constexpr std::string_view operations[] = {"decrypt", "unwrapKey", "deriveKey", "deriveBits", "encrypt", "wrapKey"};
  if (!fits(algorithm, content, key.key, true) || !key.allows("enc", operations)) return false;
  // A key of a content algorithm (A128GCM) is one for `dir`.
  bool named = key.alg == algorithm.name || (algorithm.how == Management::direct && key.alg == content.name);
  if (!key.alg.empty() && !named) return false;
  if (options.algorithms.empty()) return named && !algorithm.legacy;
  return listed(options.algorithms, algorithm.name);
}

struct Algorithms {
  const KeyAlgorithm* key = nullptr;
  const ContentAlgorithm* content = nullptr;
};

Result<Algorithms> algorithms_of(const Header& header, const OpenOptions& options) {
  Algorithms out{key_algorithm(header.text("alg")), content_algorithm(header.text("enc"))};
  if (!out.key || (!options.algorithms.empty() && !listed(options.algorithms, out.key->name)))
    return refused("the key management algorithm " + quoted(header.text("alg")) + " is not one that is accepted");
  if (!out.content || (!options.encryptions.empty() && !listed(options.encryptions, out.content->name)))
    return refused("the content encryption " + quoted(header.text("enc")) + " is not one that is accepted");
  return out;
}

Result<void> check(const Header& header, const OpenOptions& options) {
  Result<void> critical = header.check_critical(options.understood);
  if (!critical) return critical.error();
  Value zip = header.get("zip");
  // RFC 7516, 4.1.3: protected, and DEF is the only one.
  if (!zip.is_absent() && (header.guarded("zip").is_absent() || !zip.is_text() || zip.as_text() != "DEF"))
    return refused("the header's `zip` is not protected, or not DEF");
  return {};
}

Result<Opened> finish(Header header, const Parts& parts, Algorithms with, std::string plaintext, std::size_t key, const OpenOptions& options) {
  Opened out;
  if (!header.guarded("zip").is_absent()) {
    std::optional<std::string> whole = inflated(plaintext, options.most_plaintext);
    crypto::wipe(plaintext);
    if (!whole) return refused("the content of the JWE does not inflate, or to more than " + std::to_string(options.most_plaintext) + " bytes");
    plaintext = std::move(*whole);
  }
  if (plaintext.size() > options.most_plaintext) return refused("the content of the JWE is longer than " + std::to_string(options.most_plaintext) + " bytes");
  out.plaintext = std::move(plaintext);
  header.forget_unprotected();
  out.header = std::move(header);
  out.algorithm = with.key->name;
  out.encryption = with.content->name;
  out.aad = parts.aad;
  out.key = key;
  return out;
}

// One recipient against all keys that may be meant.
Result<Opened> open_one(Header header, std::string_view encrypted_key, const Parts& parts, const KeySet& keys, const OpenOptions& options,
                        std::uint64_t& iterations) {
  Result<void> checked = check(header, options);
  if (!checked) return checked.error();
  Result<Algorithms> with = algorithms_of(header, options);
  if (!with) return with.error();
  std::optional<std::string> wrapped = from_base64url(encrypted_key);
  if (!wrapped || wrapped->size() > 2048) return malformed("the encrypted key is not base64url, or longer than 2 KiB");
  std::string_view kid = header.text("kid");
  bool known = !kid.empty() && std::any_of(keys.keys.begin(), keys.keys.end(), [&](const Jwk& key) { return key.kid == kid; });
  std::size_t tried = 0;
  for (std::size_t i = 0; i < keys.keys.size() && tried < 8; ++i) {
    const Jwk& key = keys.keys[i];
    if ((!kid.empty() && (known ? key.kid != kid : !key.kid.empty())) || !may_open(key, *with->key, *with->content, options)) continue;
    ++tried;
    Result<std::optional<Secret>> content_key = take(*with->key, *with->content, key, header, *wrapped, iterations);
    if (!content_key) return content_key.error();
    if (!*content_key) continue;
    std::optional<std::string> plaintext = crypto::open(with->content->content, (*content_key)->reveal(), parts.iv, parts.authenticated,
                                                        parts.ciphertext, parts.tag);
    if (plaintext) return finish(std::move(header), parts, *with, std::move(*plaintext), i, options);
  }
  if (tried == 0) return refused("no key of the set is for " + quoted(with->key->name) + (kid.empty() ? "" : " and kid " + quoted(kid)));
  return refused("the JWE does not open with the key");
}

bool decode(std::string_view text, std::string& into) {
  std::optional<std::string> bytes = from_base64url(text);
  if (bytes) into = std::move(*bytes);
  return bytes.has_value();
}

}  // namespace

Result<Opened> open_compact(std::string_view token, const KeySet& keys, const OpenOptions& options) {
  if (token.size() > options.most_bytes) return malformed("the JWE is longer than " + std::to_string(options.most_bytes) + " bytes");
  std::string_view pieces[5];
  if (!split_compact(token, pieces)) return malformed("a compact JWE has five parts between four points");
  if (pieces[0].empty()) return malformed("the JWE has no protected header");
  Parts parts;
  parts.authenticated = pieces[0];
  if (!decode(pieces[2], parts.iv) || !decode(pieces[3], parts.ciphertext) || !decode(pieces[4], parts.tag))
    return malformed("a part of the JWE is not base64url without padding");
  Result<Header> header = Header::parse(pieces[0]);
  if (!header) return header.error();
  std::uint64_t iterations = options.most_iterations;
  return open_one(std::move(*header), pieces[1], parts, keys, options, iterations);
}

Result<Opened> open_json(std::string_view text, const KeySet& keys, const OpenOptions& options) {
  if (text.size() > options.most_bytes) return malformed("the JWE is longer than " + std::to_string(options.most_bytes) + " bytes");
  Result<Json> json = Json::parse(std::string(text), "the JWE");
  if (!json) return json.error();
  const Value& root = json->root();
  Parts parts;
  std::string_view protected_part, aad;
  Value pieces[] = {root.get("iv"), root.get("ciphertext"), root.get("tag")};
  std::string* into[] = {&parts.iv, &parts.ciphertext, &parts.tag};
  bool good = root.is_object() && text_member(root, "protected", protected_part, Header::most_bytes) && text_member(root, "aad", aad, options.most_bytes);
  for (int i = 0; i < 3; ++i) good = good && pieces[i].is_text() && decode(pieces[i].as_text(), *into[i]);
  good = good && decode(aad, parts.aad);
  if (!good) return malformed("the JWE lacks `iv`, `ciphertext` or `tag`, or a part of it is not base64url without padding");
  parts.authenticated = protected_part;
  if (!aad.empty()) parts.authenticated.append(".").append(aad);
  Value recipients = root.get("recipients");
  bool flattened = recipients.is_absent();
  // RFC 7516, 7.2.2: the flattened form has no `recipients`, the general one no `header` and `encrypted_key` beside them.
  if (!flattened && (!root.get("header").is_absent() || !root.get("encrypted_key").is_absent()))
    return malformed("the JWE has `recipients` and `header` or `encrypted_key` beside them");
  std::span<const Value> items = flattened ? std::span<const Value>(&root, 1) : recipients.is_array() ? recipients.items() : std::span<const Value>();
  if (items.empty() || items.size() > options.most_recipients)
    return malformed("the JWE has no recipient, or more than " + std::to_string(options.most_recipients));
  std::uint64_t iterations = options.most_iterations;
  Result<Opened> last = malformed("a recipient of the JWE is no object");
  for (const Value& item : items) {
    std::string_view encrypted_key;
    if (!item.is_object() || !text_member(item, "encrypted_key", encrypted_key, 4096)) continue;
    const Value beside[] = {root.get("unprotected"), item.get("header")};
    Result<Header> header = Header::parse(protected_part, beside);
    if (!header) return header.error();
    const KeyAlgorithm* algorithm = key_algorithm(header->text("alg"));
    bool alone = algorithm && (algorithm->how == Management::direct || algorithm->how == Management::agree);
    if (alone && items.size() > 1) return malformed("dir and ECDH-ES are for one recipient only");
    last = open_one(std::move(*header), encrypted_key, parts, keys, options, iterations);
    if (last) return last;
  }
  return last;
}

}  // namespace arint::security::jose
