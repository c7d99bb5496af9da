// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 9421, appendix B, from vectors.json: each signature base is made and equal, each signature verifies and is refused with one bit
// changed, deterministic ones are made again; the proxy of B.3; the transformations of B.4, of which the last two must be refused; and
// the Content-Digest of the request.

#include "base/text.hpp"
#include "conformance.hpp"
#include "format/json/json.hpp"
#include "security/jose/jwk.hpp"
#include "security/jose/text.hpp"
#include "security/signatures/signatures.hpp"

namespace arint::conformance {
namespace {

using namespace security;
using document::Value;
namespace fields = http::structured;

std::string_view text(const Value& object, std::string_view name) {
  Value found = object.get(name);
  return found.is_text() ? found.as_text() : std::string_view();
}

// A message as the vectors write it, with LF; the views point into `whole`.
signatures::Message message_of(std::string_view whole) {
  signatures::Message out;
  std::size_t end = whole.find("\n\n");
  std::vector<std::string_view> lines = split(whole.substr(0, end), '\n');
  std::vector<std::string_view> first = split(lines.at(0), ' ');
  if (first.at(0).starts_with("HTTP/")) {
    out.status = std::stoi(std::string(first.at(1)));
  } else {
    out.method = first.at(0);
    out.target = first.at(1);
    out.scheme = "https";
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::size_t colon = lines[i].find(':');
    out.fields.emplace_back(lines[i].substr(0, colon), trim(lines[i].substr(colon + 1)));
    if (out.fields.back().first == "Host") out.authority = out.fields.back().second;
  }
  return out;
}

std::string_view body_of(std::string_view whole) { return whole.substr(whole.find("\n\n") + 2); }

std::vector<signatures::SigningKey> keys_of(const Value& keys) {
  std::vector<signatures::SigningKey> out;
  const std::pair<std::string_view, std::string_view> bound[] = {{"test-key-rsa-pss", "rsa-pss-sha512"}, {"test-key-rsa", "rsa-v1_5-sha256"},
                                                                 {"test-key-ecc-p256", "ecdsa-p256-sha256"}, {"test-key-ed25519", "ed25519"}};
  for (const auto& [id, algorithm] : bound)
    if (Result<jose::Jwk> key = jose::parse_jwk(keys.get(id).get("jwk"))) out.push_back({std::string(id), key->key, signatures::algorithm_named(algorithm)});
  std::string secret;
  if (from_base64(text(keys.get("test-shared-secret"), "base64"), secret))
    out.push_back({"test-shared-secret", crypto::Key::oct(Secret(secret)), signatures::algorithm_named("hmac-sha256")});
  return out;
}

class Runner {
 public:
  Runner(const Value& root, Tally& tally) : root_(root), tally_(tally), keys_(keys_of(root.get("keys"))) {}

  void run() {
    expect(keys_.size() == 5, "the keys are read");
    for (const Value& one : root_.get("cases").items()) run_case(one);
    run_proxy();
    run_transformations();
    std::string_view request = text(root_, "request");
    std::string digest;
    for (const auto& [name, value] : message_of(request).fields)
      if (name == "Content-Digest") digest = value;
    expect(signatures::check_content_digest(digest, body_of(request)).ok(), "the Content-Digest of the request");
    expect(!signatures::check_content_digest(digest, std::string(body_of(request)) + " "), "the Content-Digest of another body is refused");
    expect(signatures::content_digest(body_of(request), "sha-512") == digest, "the Content-Digest is made again");
  }

 private:
  void expect(bool holds, const std::string& what, const std::string& why = "no") {
    if (holds) tally_.pass();
    else tally_.fail(what, why);
  }

  void run_case(const Value& one) {
    std::string id(text(one, "id"));
    std::string whole(text(root_, text(one, "message")));
    // The editor's copy of the response carries another Content-Digest than the text that was signed.
    std::string_view base = text(one, "signature_base");
    std::size_t signed_digest = base.find("\"content-digest\": ");
    std::size_t digest = whole.find("Content-Digest: ");
    if (signed_digest != std::string_view::npos && digest != std::string::npos) {
      std::string_view wanted = base.substr(signed_digest + 18, base.find('\n', signed_digest) - signed_digest - 18);
      whole.replace(digest + 16, whole.find('\n', digest) - digest - 16, wanted);
    }
    signatures::Message message = message_of(whole);
    std::string input(text(one, "signature_input")), signature(text(one, "signature"));
    Result<fields::Dictionary> inputs = fields::parse_dictionary(input);
    if (!inputs || inputs->empty()) return tally_.fail(id, "the input cannot be read");
    Result<std::string> made = signatures::signature_base(message, inputs->front().second);
    expect(made && *made == base, id + " signature base", made ? *made : made.error().sentence);
    verify(id, message, input, signature, true);
    std::string wrong = signature;
    char& bit = wrong[wrong.find(":") + 9];
    bit = bit == 'A' ? 'B' : 'A';
    verify(id + " changed", message, input, wrong, false);
    sign_again(id, message, inputs->front(), input, signature, one.get("deterministic").as_boolean());
  }

  void verify(const std::string& what, signatures::Message message, const std::string& input, const std::string& signature, bool good) {
    message.fields.emplace_back("Signature-Input", input);
    message.fields.emplace_back("Signature", signature);
    Result<signatures::Verified> got = signatures::verify(message, keys_, {});
    expect(got.ok() == good, what, got ? "accepted" : got.error().sentence);
  }

  void sign_again(const std::string& id, const signatures::Message& message, const std::pair<std::string, fields::Member>& input, const std::string& field,
                  const std::string& signature, bool deterministic) {
    const fields::Bare* keyid = fields::find(input.second.parameters, "keyid");
    for (const signatures::SigningKey& key : keys_) {
      if (!keyid || key.id != keyid->text) continue;
      signatures::Parameters parameters;
      parameters.created = fields::find(input.second.parameters, "created")->number;
      parameters.keyid = key.id;
      if (const fields::Bare* tag = fields::find(input.second.parameters, "tag")) parameters.tag = tag->text;
      if (const fields::Bare* nonce = fields::find(input.second.parameters, "nonce")) parameters.nonce = nonce->text;
      Result<signatures::Fields> made = signatures::sign(message, input.second.items, parameters, key, input.first);
      bool same = made && made->input == field && (!deterministic || made->signature == signature);
      expect(same, id + " signed again", made ? made->input + " " + made->signature : made.error().sentence);
      if (made) verify(id + " of ours", message, made->input, made->signature, true);
    }
  }

  void run_proxy() {
    Value parts = root_.get("tls_terminating_proxy");
    if (!parts.is_array() || parts.size() < 5) return tally_.fail("B.3", "is not there");
    std::string_view whole = parts.items()[4].as_text();
    signatures::Message message = message_of(whole);
    Result<signatures::Verified> got = signatures::verify(message, keys_, {});
    expect(got.ok(), "B.3 verifies", got ? "" : got.error().sentence);
    for (const auto& [name, value] : message.fields) {
      if (name != "Signature-Input") continue;
      Result<fields::Dictionary> inputs = fields::parse_dictionary(value);
      Result<std::string> base = signatures::signature_base(message, inputs->front().second);
      expect(base && *base == parts.items()[2].as_text(), "B.3 signature base", base ? *base : base.error().sentence);
    }
  }

  void run_transformations() {
    Value parts = root_.get("transformations");
    if (!parts.is_array() || parts.size() != 7) return tally_.fail("B.4", "is not there");
    for (std::size_t i = 0; i < 7; ++i) {
      if (i == 1) continue;  // the signature base, folded for print
      Result<signatures::Verified> got = signatures::verify(message_of(parts.items()[i].as_text()), keys_, {});
      expect(got.ok() == (i < 5), "B.4, message " + std::to_string(i), got ? "accepted" : got.error().sentence);
    }
  }

  const Value& root_;
  Tally& tally_;
  std::vector<signatures::SigningKey> keys_;
};

}  // namespace

int run_rfc9421(const std::string& folder) {
  Tally tally;
  for (const std::string& path : files_in(folder, "vectors.json")) {
    std::string whole = whole_file(path);
    document::Arena arena;
    Result<Value> read = format::json::read(whole, arena);
    if (!read) tally.fail(file_name(path), read.error().sentence);
    else Runner(*read, tally).run();
  }
  return tally.end();
}

}  // namespace arint::conformance
