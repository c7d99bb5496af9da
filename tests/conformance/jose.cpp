// SPDX-License-Identifier: GPL-3.0-or-later
// The JOSE cookbook: RFC 7520, 7797 and 8037 as JSON. Of each case every serialization is verified or opened, must be refused with one
// bit changed, and what is deterministic is made again and must come out the same. Keys are read, and refused when they are cut.
#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "conformance.hpp"
#include "security/jose/jwe/jwe.hpp"
#include "security/jose/jws.hpp"

namespace arint::conformance {
namespace {

using namespace security;
using document::Value;
using jose::Json;
using jose::Jwk;
using jose::KeySet;

struct Case {
  std::string name;
  Value root;
  Tally& tally;
  void expect(bool holds, const std::string& what, const std::string& why = {}) const {
    if (holds) tally.pass();
    else tally.fail(name + ": " + what, why.empty() ? "no" : why);
  }
};

std::string_view text(const Value& object, std::string_view name) {
  Value found = object.get(name);
  return found.is_text() ? found.as_text() : std::string_view();
}

std::string bytes(const Value& object, std::string_view name) { return jose::from_base64url(text(object, name)).value_or(std::string()); }

// `key`, one or a list, or `pwd`.
KeySet keys_of(const Value& input) {
  KeySet out;
  Value given = input.get("key");
  if (!text(input, "pwd").empty()) out.keys.push_back({crypto::Key::oct(Secret(std::string(text(input, "pwd"))))});
  for (const Value& each : given.is_array() ? given.items() : given.is_object() ? std::span<const Value>(&given, 1) : std::span<const Value>()) {
    Result<Jwk> key = jose::parse_jwk(each);
    if (key) out.keys.push_back(std::move(*key));
  }
  return out;
}

std::vector<std::string> algorithms_of(const Value& input) {
  std::vector<std::string> out;
  Value given = input.get("alg");
  if (given.is_text()) out.emplace_back(given.as_text());
  if (given.is_array())
    for (const Value& each : given.items()) out.emplace_back(each.as_text());
  return out;
}

// Another last character of the part, which changes bits that count.
std::string changed(std::string token, std::size_t end) {
  char& at = token[end - 2];
  at = at == 'A' ? 'B' : 'A';
  return token;
}

// ---------------------------------------------------------------------------------------------------------------- signatures

void check_signature_bytes(const Case& one, const Value& json, const KeySet& keys) {
  // RFC 7797, 6 asks for `crit` beside `b64: false`. The cookbook has a header without it, from a draft: it must be refused, and its
  // signature must be right all the same.
  std::string input = std::string(text(json, "protected")) + "." + std::string(text(json, "payload"));
  one.expect(crypto::verify(crypto::Signing::hmac, crypto::Hash::sha256, keys.keys.at(0).key, input, bytes(json, "signature")), "the draft's signature");
}

void run_signature(const Case& one) {
  Value input = one.root.get("input"), output = one.root.get("output");
  KeySet keys = keys_of(input);
  one.expect(!keys.keys.empty(), "the key is read");
  std::string payload(text(input, "payload"));
  jose::VerifyOptions options;
  options.algorithms = algorithms_of(input);
  Value flat = output.get("json_flat"), general = output.get("json");
  bool draft = bytes(flat, "protected") == R"({"alg":"HS256","b64":false})";
  bool detached = general.is_object() && general.get("payload").is_absent();
  if (detached) options.detached = payload;
  auto verified = [&](const char* what, const Result<jose::Verified>& got) {
    if (draft) one.expect(!got, std::string(what) + " without crit is refused");
    else one.expect(got && got->payload == payload, what, got ? "another payload" : got.error().sentence);
  };
  if (draft) check_signature_bytes(one, flat, keys);
  std::string_view compact = text(output, "compact");
  if (!compact.empty()) {
    verified("compact", jose::verify_compact(compact, keys, options));
    one.expect(!jose::verify_compact(changed(std::string(compact), compact.size()), keys, options), "a changed compact signature is refused");
  }
  for (const Value& json : {general, flat}) {
    if (json.is_absent()) continue;
    std::string sent = jose::json_text(json);
    verified(json.get("signatures").is_absent() ? "json_flat" : "json", jose::verify_json(sent, keys, options));
    jose::VerifyOptions other = options;
    std::string wrong = payload + " ";
    if (detached) other.detached = wrong;
    else sent.replace(sent.find("\"payload\":\"") + 11, 2, sent[sent.find("\"payload\":\"") + 11] == 'A' ? "BB" : "AA");
    one.expect(!jose::verify_json(sent, keys, other), "a changed payload is refused");
  }
  // Each signer of a general JWS on its own, and what is deterministic made again.
  Value list = general.get("signatures");
  for (std::size_t i = 0; list.is_array() && i < list.size() && !draft; ++i) {
    Value entry = list.items()[i];
    const std::string algorithm = options.algorithms.at(options.algorithms.size() > 1 ? i : 0);
    const jose::SignatureAlgorithm* how = jose::signature_algorithm(algorithm);
    const Jwk& key = keys.keys.at(keys.keys.size() > 1 ? i : 0);
    std::string header = bytes(entry, "protected"), beside = entry.get("header").is_absent() ? "" : jose::json_text(entry.get("header"));
    const jose::Signer signer{key, header, beside};
    Result<std::string> again = jose::sign_json(payload, {&signer, 1}, jose::Layout::flattened, detached ? jose::Detached::yes : jose::Detached::no);
    bool same_each_time = how->how != crypto::Signing::rsa_pss && how->how != crypto::Signing::ecdsa;
    one.expect(again && (!same_each_time || again->find("\"signature\":\"" + std::string(text(entry, "signature")) + "\"") != std::string::npos),
               algorithm + " is signed again");
    if (again) one.expect(jose::verify_json(*again, keys, options).ok(), algorithm + " of ours verifies");
  }
}

// ---------------------------------------------------------------------------------------------------------------- encryption

void make_again(const Case& one, const KeySet& keys, const std::string& algorithm, const std::string& encryption, const std::string& plaintext) {
  Value generated = one.root.get("generated"), wrapping = one.root.get("encrypting_key"), sealing = one.root.get("encrypting_content");
  const jose::KeyAlgorithm* how = jose::key_algorithm(algorithm);
  const jose::ContentAlgorithm* content = jose::content_algorithm(encryption);
  if (!how || !content) return;
  std::string cek = bytes(generated, "cek");
  const std::string& secret = keys.keys.at(0).key.secret();
  if (how->how == jose::Management::direct) cek = secret;
  if (how->how == jose::Management::agree) cek = bytes(wrapping, "cek");
  if (cek.size() != content->content.key_bytes) return;
  std::string aad(text(sealing, "protected_b64u")), packed = plaintext;
  if (!text(generated, "aad_b64u").empty()) aad += "." + std::string(text(generated, "aad_b64u"));
  if (!text(generated, "plaintext_c").empty()) packed = bytes(generated, "plaintext_c");
  crypto::Sealed sealed = crypto::seal(content->content, cek, bytes(generated, "iv"), aad, packed);
  // ECDH-ES of 7520 has its content key nowhere but in the exchange; there the tag would tell.
  if (how->how != jose::Management::agree)
    one.expect(sealed.ciphertext == bytes(sealing, "ciphertext") && sealed.tag == bytes(sealing, "tag"), encryption + " is sealed again");
  std::string wanted = bytes(wrapping, "encrypted_key");
  if (how->how == jose::Management::wrap) one.expect(crypto::wrap(secret, cek) == wanted, algorithm + " is wrapped again");
  if (how->how == jose::Management::gcm_wrap)
    one.expect(crypto::seal({true, how->wrap_bytes, crypto::Hash::sha256}, secret, bytes(wrapping, "iv"), {}, cek).ciphertext == wanted, algorithm + " is wrapped again");
  if (how->how == jose::Management::password) {
    Value count = wrapping.get("iteration_count");
    std::string salt = algorithm + '\0' + bytes(wrapping, "salt");
    std::string derived = crypto::pbkdf2(how->hash, secret, salt, static_cast<std::uint32_t>(count.as_integer()), how->wrap_bytes);
    one.expect(crypto::wrap(derived, cek) == wanted, algorithm + " is wrapped again");
  }
}

void run_encryption(const Case& one) {
  Value input = one.root.get("input"), output = one.root.get("output");
  KeySet keys = keys_of(input);
  one.expect(!keys.keys.empty(), "the key is read");
  std::string plaintext(text(input, "plaintext"));
  jose::OpenOptions options;
  options.algorithms = algorithms_of(input);
  auto opened = [&](const char* what, const Result<jose::Opened>& got) {
    one.expect(got && got->plaintext == plaintext, what, got ? "another plaintext" : got.error().sentence);
  };
  std::string_view compact = text(output, "compact");
  if (!compact.empty()) {
    opened("compact", jose::open_compact(compact, keys, options));
    one.expect(!jose::open_compact(changed(std::string(compact), compact.size()), keys, options), "a changed tag is refused");
    one.expect(!jose::open_compact(changed(std::string(compact), compact.rfind('.')), keys, options), "a changed ciphertext is refused");
  }
  for (const Value& json : {output.get("json"), output.get("json_flat")}) {
    if (json.is_absent()) continue;
    std::string sent = jose::json_text(json);
    opened(json.get("recipients").is_absent() ? "json_flat" : "json", jose::open_json(sent, keys, options));
    std::size_t tag = sent.rfind("\"tag\":\"") + 7;  // a recipient's header may have one too
    one.expect(!jose::open_json(changed(sent, tag + 2), keys, options), "a changed tag is refused");
  }
  // Each recipient's key alone opens it too, and ours opens with it.
  std::string encryption(text(input, "enc"));
  if (encryption == "A128CBC-H256") encryption = "A128CBC-HS256";  // the cookbook's slip in 5.13
  for (std::size_t i = 0; i < keys.keys.size(); ++i) {
    KeySet alone = KeySet::of(keys.keys[i]);
    const std::string& algorithm = options.algorithms.at(options.algorithms.size() > 1 ? i : 0);
    if (keys.keys.size() > 1) opened("one recipient's key", jose::open_json(jose::json_text(output.get("json")), alone, options));
    std::string header = R"({"alg":")" + algorithm + R"(","enc":")" + encryption + R"(","zip":"DEF"})";
    Result<std::string> ours = jose::encrypt_compact(header, plaintext, keys.keys[i]);
    one.expect(ours.ok(), algorithm + " encrypts", ours ? "" : ours.error().sentence);
    if (ours) opened((algorithm + " of ours").c_str(), jose::open_compact(*ours, alone, options));
    const jose::Recipient recipient{keys.keys[i], {}};
    header = R"({"alg":")" + algorithm + R"(","enc":")" + encryption + R"("})";
    Result<std::string> json = jose::encrypt_json({header, "aad"}, plaintext, {&recipient, 1});
    if (json) opened((algorithm + " of ours, JSON").c_str(), jose::open_json(*json, alone, options));
    else one.expect(false, algorithm + " encrypts to JSON", json.error().sentence);
  }
  if (keys.keys.size() == 1) make_again(one, keys, options.algorithms.at(0), encryption, plaintext);
}

void run_key(const Case& one, const std::string& whole) {
  Result<Jwk> key = jose::parse_jwk(one.root);
  one.expect(key.ok(), "is read", key ? "" : key.error().sentence);
  if (key) one.expect(jose::thumbprint(key->key).size() == 43 && key->kid == text(one.root, "kid"), "has its kid and a thumbprint");
  // A name that stands twice.
  std::string twice = whole;
  twice.insert(twice.find('{') + 1, "\"kty\":\"oct\",");
  one.expect(!jose::parse_jwk(twice), "is refused with a name twice");
}

void run_case(const Case& one, const std::string& whole) {
  for (const char* part : {"sign", "encrypt"})
    if (Value inner = one.root.get(part); inner.is_object()) run_case({one.name + "/" + part, inner, one.tally}, whole);
  if (!one.root.get("signing").is_absent()) run_signature(one);
  else if (!one.root.get("encrypting_content").is_absent()) run_encryption(one);
  else if (!one.root.get("kty").is_absent()) run_key(one, whole);
}

}  // namespace

int run_jose(const std::string& folder) {
  Tally tally;
  std::vector<std::string> paths;
  if (std::filesystem::is_directory(folder))
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".json" && entry.path().filename() != "package.json") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    std::string name = std::filesystem::relative(path, folder).string(), whole = whole_file(path);
    Result<Json> json = Json::parse(whole, name);
    if (!json) tally.fail(name, json.error().sentence);
    else run_case({name, json->root(), tally}, whole);
  }
  return tally.end();
}

}  // namespace arint::conformance
