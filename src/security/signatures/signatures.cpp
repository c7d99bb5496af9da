// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/signatures/signatures.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::security::signatures {
namespace {

namespace fields = http::structured;
using crypto::Curve;
using crypto::Hash;
using crypto::Signing;

constexpr std::size_t most_signatures = 8;

constexpr Algorithm known[] = {
    {"rsa-pss-sha512", Signing::rsa_pss, Hash::sha512, Curve::none},   {"rsa-v1_5-sha256", Signing::rsa_pkcs1, Hash::sha256, Curve::none},
    {"hmac-sha256", Signing::hmac, Hash::sha256, Curve::none},         {"ecdsa-p256-sha256", Signing::ecdsa, Hash::sha256, Curve::p256},
    {"ecdsa-p384-sha384", Signing::ecdsa, Hash::sha384, Curve::p384},  {"ed25519", Signing::eddsa, Hash::sha512, Curve::ed25519},
};

Error refused(std::string sentence) { return {Fault::refused, std::move(sentence)}; }
Error malformed(std::string sentence) { return {Fault::malformed, std::move(sentence)}; }

std::string joined(const Message& message, std::string_view name) {
  std::string out;
  for (const auto& [field, value] : message.fields)
    if (equals_ignoring_case(field, name)) out += (out.empty() ? "" : ", ") + std::string(value);
  return out;
}

Result<Parameters> read_parameters(const fields::Parameters& from) {
  Parameters out;
  for (const auto& [name, value] : from) {
    if (name == "created" || name == "expires") {
      if (value.type != fields::Type::integer) return malformed("the signature's `" + name + "` is no whole number");
      (name == "created" ? out.created : out.expires) = value.number;
      continue;
    }
    std::string* into = name == "nonce" ? &out.nonce : name == "keyid" ? &out.keyid : name == "alg" ? &out.alg : name == "tag" ? &out.tag : nullptr;
    if (!into) continue;
    if (value.type != fields::Type::string || value.text.size() > 1024) return malformed("the signature's `" + name + "` is no text of at most 1 KiB");
    *into = value.text;
  }
  return out;
}

bool covers(const fields::Member& input, const Component& wanted) {
  Result<std::string> name = fields::serialize(wanted);
  return name && std::any_of(input.items.begin(), input.items.end(), [&](const Component& each) {
    Result<std::string> other = fields::serialize(each);
    return other && *other == *name;
  });
}

Result<void> check_times(const Parameters& parameters, const VerifyOptions& options) {
  if (options.now == 0) return {};
  if (!parameters.created) return refused("the signature does not say when it was created");
  if (*parameters.created > options.now + options.skew) return refused("the signature was created in the future");
  if (*parameters.created < options.now - options.skew - options.most_age) return refused("the signature is too old");
  if (parameters.expires && *parameters.expires < options.now - options.skew) return refused("the signature has expired");
  return {};
}

Result<Verified> verify_one(const Message& message, const std::string& label, const fields::Member& input, const fields::Dictionary& signatures,
                            std::span<const SigningKey> keys, const VerifyOptions& options) {
  const fields::Member* signature = fields::find(signatures, label);
  if (!input.inner || !signature || signature->inner || signature->value.type != fields::Type::bytes)
    return malformed("Signature-Input and Signature do not belong together");
  Result<Parameters> parameters = read_parameters(input.parameters);
  if (!parameters) return parameters.error();
  for (const Component& wanted : options.required)
    if (!covers(input, wanted)) return refused("the signature does not cover " + quoted(wanted.value.text));
  Result<void> timely = check_times(*parameters, options);
  if (!timely) return timely.error();
  Result<std::string> base = signature_base(message, input);
  if (!base) return base.error();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const SigningKey& key = keys[i];
    if (key.id != parameters->keyid || !key.algorithm || !fits(*key.algorithm, key.key, false)) continue;
    if (!parameters->alg.empty() && parameters->alg != key.algorithm->name) return refused("the signature's `alg` is not that of the key");
    if (crypto::verify(key.algorithm->how, key.algorithm->hash, key.key, *base, signature->value.text)) return Verified{label, *parameters, i};
    return refused("the signature is not that of the key");
  }
  return refused("there is no key " + quoted(parameters->keyid));
}

void add_text(fields::Parameters& into, const char* name, const std::string& text) {
  if (!text.empty()) into.emplace_back(name, fields::string(text));
}

}  // namespace

std::span<const Algorithm> algorithms() noexcept { return known; }

const Algorithm* algorithm_named(std::string_view name) noexcept {
  for (const Algorithm& each : known)
    if (each.name == name) return &each;
  return nullptr;
}

bool fits(const Algorithm& algorithm, const crypto::Key& key, bool with_private) noexcept {
  if (!crypto::fits(algorithm.how, key, with_private)) return false;
  if (algorithm.curve != Curve::none) return key.curve() == algorithm.curve;
  return algorithm.how == Signing::hmac ? key.bits() >= 256 : key.bits() >= 2048;
}

Result<Verified> verify(const Message& message, std::span<const SigningKey> keys, const VerifyOptions& options) {
  Result<fields::Dictionary> inputs = fields::parse_dictionary(joined(message, "signature-input"));
  Result<fields::Dictionary> signatures = fields::parse_dictionary(joined(message, "signature"));
  if (!inputs || !signatures) return malformed("Signature-Input or Signature is no dictionary");
  if (inputs->empty() || signatures->empty()) return refused("the message is not signed");
  if (inputs->size() > most_signatures) return malformed("the message has more than eight signatures");
  Result<Verified> last = refused("the message has no signature with the tag that is asked for");
  for (const auto& [label, input] : *inputs) {
    const fields::Bare* tag = fields::find(input.parameters, "tag");
    if (!options.tag.empty() && (!tag || tag->text != options.tag)) continue;
    last = verify_one(message, label, input, *signatures, keys, options);
    if (last) return last;
  }
  return last;
}

Result<Fields> sign(const Message& message, std::span<const Component> covered, const Parameters& parameters, const SigningKey& key,
                    std::string_view label) {
  if (!key.algorithm || !fits(*key.algorithm, key.key, true)) return Error{Fault::rejected, "the key does not sign with its algorithm"};
  fields::Member input;
  input.inner = true;
  input.items.assign(covered.begin(), covered.end());
  if (parameters.created) input.parameters.emplace_back("created", fields::integer(*parameters.created));
  if (parameters.expires) input.parameters.emplace_back("expires", fields::integer(*parameters.expires));
  add_text(input.parameters, "keyid", parameters.keyid);
  add_text(input.parameters, "nonce", parameters.nonce);
  add_text(input.parameters, "alg", parameters.alg);
  add_text(input.parameters, "tag", parameters.tag);
  Result<std::string> base = signature_base(message, input);
  if (!base) return base.error();
  Result<std::string> made = crypto::sign(key.algorithm->how, key.algorithm->hash, key.key, *base);
  if (!made) return made.error();
  Result<std::string> written = fields::serialize(fields::Dictionary{{std::string(label), input}});
  fields::Member signature;
  signature.value = fields::bytes(std::move(*made));
  Result<std::string> second = fields::serialize(fields::Dictionary{{std::string(label), signature}});
  if (!written || !second) return Error{Fault::rejected, "a parameter of the signature cannot be written"};
  return Fields{std::move(*written), std::move(*second)};
}

std::string content_digest(std::string_view body, std::string_view algorithm) {
  invariant(algorithm == "sha-256" || algorithm == "sha-512", "Content-Digest is made with sha-256 or sha-512");
  return std::string(algorithm) + "=:" + base64(crypto::digest(algorithm == "sha-256" ? Hash::sha256 : Hash::sha512, body)) + ":";
}

Result<void> check_content_digest(std::string_view field, std::string_view body) {
  Result<fields::Dictionary> digests = fields::parse_dictionary(field);
  if (!digests) return malformed("Content-Digest is no dictionary");
  bool found = false;
  for (const auto& [name, member] : *digests) {
    if (name != "sha-256" && name != "sha-512") continue;
    if (member.inner || member.value.type != fields::Type::bytes) return malformed("Content-Digest has a digest that is no bytes");
    std::string own = crypto::digest(name == "sha-256" ? Hash::sha256 : Hash::sha512, body);
    if (!crypto::same_bytes(own, member.value.text)) return Error{Fault::rejected, "the body is not the one that Content-Digest is of"};
    found = true;
  }
  if (!found) return Error{Fault::rejected, "Content-Digest has neither sha-256 nor sha-512"};
  return {};
}

}  // namespace arint::security::signatures
