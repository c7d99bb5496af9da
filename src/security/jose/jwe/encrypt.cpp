// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.hpp"
#include "security/jose/jwe/jwe.hpp"
#include "security/jose/jwe/recipient.hpp"
#include "security/jose/jwe/zip.hpp"

namespace arint::security::jose {
namespace {

using document::Value;

Error rejected(std::string sentence) { return {Fault::rejected, std::move(sentence)}; }

struct Algorithms {
  const KeyAlgorithm* key = nullptr;
  const ContentAlgorithm* content = nullptr;
};

Result<Algorithms> algorithms_of(const Header& header, const Jwk& key) {
  Algorithms out{key_algorithm(header.text("alg")), content_algorithm(header.text("enc"))};
  if (!out.key) return rejected("there is no key management algorithm " + quoted(header.text("alg")));
  if (!out.content) return rejected("there is no content encryption " + quoted(header.text("enc")));
  bool named = key.alg.empty() || key.alg == out.key->name || (out.key->how == Management::direct && key.alg == out.content->name);
  constexpr std::string_view operations[] = {"encrypt", "wrapKey", "deriveKey", "deriveBits"};
  if (!named || !key.allows("enc", operations) || !fits(*out.key, *out.content, key.key, false))
    return rejected("the key does not encrypt with " + quoted(out.key->name) + " and " + quoted(out.content->name));
  for (const char* own : {"epk", "iv", "tag", "p2s", "p2c"})
    if (!header.get(own).is_absent()) return rejected("the header's `" + std::string(own) + "` is made here and may not be given");
  Result<void> critical = header.check_critical({});
  if (!critical) return critical.error();
  return out;
}

// {"a":1} and ,"b":2 are {"a":1,"b":2}.
std::string with_members(std::string_view object, std::string_view members) {
  std::string out(object.empty() ? "{}" : object);
  std::size_t end = out.rfind('}');
  bool empty = trim(std::string_view(out).substr(0, end)).ends_with('{');
  if (empty && !members.empty()) members.remove_prefix(1);
  return out.insert(end, members);
}

struct SealedContent {
  std::string iv;
  crypto::Sealed sealed;
};

Result<SealedContent> seal_content(const Header& header, const ContentAlgorithm& content, const Secret& key, std::string_view authenticated,
                             std::string_view plaintext) {
  Value zip = header.get("zip");
  if (!zip.is_absent() && (header.guarded("zip").is_absent() || !zip.is_text() || zip.as_text() != "DEF"))
    return rejected("`zip` is DEF and stands in the protected header");
  std::string packed = zip.is_absent() ? std::string(plaintext) : deflated(plaintext);
  SealedContent out;
  out.iv = crypto::random_bytes(content.content.iv_bytes());
  out.sealed = crypto::seal(content.content, key.reveal(), out.iv, authenticated, packed);
  crypto::wipe(packed);
  return out;
}

}  // namespace

Result<std::string> encrypt_compact(std::string_view header_text, std::string_view plaintext, const Jwk& key) {
  Result<Header> header = Header::parse(base64url(header_text));
  if (!header) return header.error();
  Result<Algorithms> with = algorithms_of(*header, key);
  if (!with) return with.error();
  Secret content_key(crypto::random_bytes(with->content->content.key_bytes));
  Result<ForRecipient> given = give(*with->key, *with->content, key, *header, content_key);
  if (!given) return given.error();
  if (!given->content_key.empty()) content_key = std::move(given->content_key);
  std::string sent = base64url(with_members(header_text, given->header_members));
  Result<SealedContent> made = seal_content(*header, *with->content, content_key, sent, plaintext);
  if (!made) return made.error();
  return sent + "." + base64url(given->encrypted_key) + "." + base64url(made->iv) + "." + base64url(made->sealed.ciphertext) + "." +
         base64url(made->sealed.tag);
}

Result<std::string> encrypt_json(const JsonParts& parts, std::string_view plaintext, std::span<const Recipient> recipients) {
  if (recipients.empty() || recipients.size() > 8) return rejected("a JWE has one recipient to eight");
  std::string protected_part = parts.protected_header.empty() ? "" : base64url(parts.protected_header);
  std::string authenticated = protected_part;
  if (!parts.aad.empty()) authenticated += "." + base64url(parts.aad);
  Secret content_key;
  const ContentAlgorithm* content = nullptr;
  std::string entries;
  for (const Recipient& recipient : recipients) {
    Json beside;
    Value beside_root;
    if (!recipient.header.empty()) {
      Result<Json> json = Json::parse(std::string(recipient.header), "a recipient's header");
      if (!json) return json.error();
      beside = std::move(*json);
      beside_root = beside.root();
    }
    Result<Header> header = Header::parse(protected_part, {&beside_root, 1});
    if (!header) return header.error();
    Result<Algorithms> with = algorithms_of(*header, recipient.key);
    if (!with) return with.error();
    bool alone = with->key->how == Management::direct || with->key->how == Management::agree;
    if (alone && recipients.size() > 1) return rejected("dir and ECDH-ES are for one recipient only");
    if (content && content != with->content) return rejected("all recipients of a JWE have the same `enc`");
    if (!content) content_key = Secret(crypto::random_bytes(with->content->content.key_bytes));
    content = with->content;
    Result<ForRecipient> given = give(*with->key, *content, recipient.key, *header, content_key);
    if (!given) return given.error();
    if (!given->content_key.empty()) content_key = std::move(given->content_key);
    std::string own = with_members(recipient.header, given->header_members), entry;
    if (own != "{}") entry += "\"header\":" + own + ",";
    if (!given->encrypted_key.empty()) entry += "\"encrypted_key\":\"" + base64url(given->encrypted_key) + "\",";
    if (!entry.empty()) entry.pop_back();
    entries += entries.empty() ? "" : ",";
    entries += recipients.size() == 1 ? entry : "{" + entry + "}";
  }
  Result<Header> shared = Header::parse(protected_part);
  if (!shared) return shared.error();
  Result<SealedContent> made = seal_content(*shared, *content, content_key, authenticated, plaintext);
  if (!made) return made.error();
  std::string out = "{";
  if (!protected_part.empty()) out += "\"protected\":\"" + protected_part + "\",";
  if (recipients.size() > 1) out += "\"recipients\":[" + entries + "],";
  else if (!entries.empty()) out += entries + ",";
  if (!parts.aad.empty()) out += "\"aad\":\"" + base64url(parts.aad) + "\",";
  return out + "\"iv\":\"" + base64url(made->iv) + "\",\"ciphertext\":\"" + base64url(made->sealed.ciphertext) + "\",\"tag\":\"" +
         base64url(made->sealed.tag) + "\"}";
}

}  // namespace arint::security::jose
