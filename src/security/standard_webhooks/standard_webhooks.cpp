// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/standard_webhooks/standard_webhooks.hpp"

#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "security/crypto/library.hpp"

namespace arint::security::standard_webhooks {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t least_bytes = 24, most_bytes = 64;  // the specification, "Signature scheme"

struct Options {
  std::vector<Secret> keys{};
  Millis tolerance{};
  std::string principal{};
  Position at{};
};

class Webhooks : public Signer {
 public:
  explicit Webhooks(std::vector<Secret> keys) : keys_(std::move(keys)) {}
  std::vector<std::pair<std::string, std::string>> sign(const Outbound& what) const override {
    std::string signatures;
    for (const Secret& key : keys_) signatures += (signatures.empty() ? "" : " ") + signature(key, what);
    return {{"webhook-id", std::string(what.id)}, {"webhook-timestamp", std::to_string(what.at_seconds)}, {"webhook-signature", std::move(signatures)}};
  }

 private:
  const std::vector<Secret> keys_;
};

// The only field of its name: one reader would take the first of two, the next the last.
bool one_field(const http::Fields& fields, std::string_view name, std::string_view& out) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < fields.count(); ++i) {
    const http::Field field = fields.field(i);
    if (!equals_ignoring_case(field.name, name)) continue;
    out = trim(field.value);
    ++count;
  }
  return count == 1 && !out.empty();
}

class WebhookVerifier : public Verifier {
 public:
  WebhookVerifier(std::vector<Secret> keys, Millis tolerance, std::string principal)
      : keys_(std::move(keys)), tolerance_s_(tolerance.count() / 1000), principal_(std::move(principal)) {}
  Verdict verify(const Inbound& request) override {
    std::string_view id, at, field;
    const bool identified = one_field(request.fields, id_field, id), timed = one_field(request.fields, "webhook-timestamp", at),
               shown = one_field(request.fields, "webhook-signature", field);
    if (id.empty() && at.empty() && field.empty()) return {};
    if (!identified || !timed || !shown) return refused("a webhook has each of webhook-id, webhook-timestamp and webhook-signature once");
    Outbound what{id, 0, request.body};
    const auto [end, wrong] = std::from_chars(at.data(), at.data() + at.size(), what.at_seconds);
    // As written and no other way, since this is what was signed.
    if (wrong != std::errc() || std::to_string(what.at_seconds) != at) return refused("webhook-timestamp is no number of seconds since 1970");
    if (Result<void> done = standard_webhooks::verify(keys_, what, field, request.now_seconds, tolerance_s_); !done) return refused(done.error().sentence);
    return {Verdict::As::proved, {principal_, {}}, {}, {}};
  }
  bool needs_body() const noexcept override { return true; }
  std::string_view key_field() const noexcept override { return id_field; }
  std::string challenge(std::string_view realm, const Verdict&) const override { return challenge_of("StandardWebhooks", realm); }

 private:
  static constexpr std::string_view id_field = "webhook-id";
  const std::vector<Secret> keys_;
  const std::int64_t tolerance_s_;
  const std::string principal_;
};

// Empty when one of them is wrong, which is reported.
std::vector<Secret> keys_of(const Options& options, declare::Reading& reading) {
  std::vector<Secret> keys;
  for (const Secret& written : options.keys) {
    Result<Secret> key = key_of(written);
    if (key) keys.push_back(std::move(*key));
    else reading.fault(options.at, key.error().sentence);
  }
  if (keys.size() != options.keys.size()) keys.clear();
  return keys;
}

std::unique_ptr<const Signer> make(const declare::Choice& choice, declare::Reading& reading) {
  std::vector<Secret> keys = keys_of(choice.as<Options>(), reading);
  if (keys.empty()) return nullptr;
  return std::make_unique<Webhooks>(std::move(keys));
}

std::unique_ptr<Verifier> make_verifier(const declare::Choice& choice, Verifiers& others) {
  const Options& options = choice.as<Options>();
  std::vector<Secret> keys = keys_of(options, others.reading());
  if (keys.empty()) return nullptr;
  return std::make_unique<WebhookVerifier>(std::move(keys), options.tolerance, options.principal);
}

}  // namespace

Result<Secret> key_of(const Secret& written) {
  std::string_view text = written.reveal();
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  std::string bytes;
  if (!from_base64(text, bytes)) return Error{Fault::rejected, "a key of standard_webhooks is base64, with or without `whsec_` before it"};
  if (bytes.size() < least_bytes || bytes.size() > most_bytes)
    return Error{Fault::rejected, "a key of standard_webhooks has 24 to 64 bytes, this one " + std::to_string(bytes.size()) + "; `openssl rand -base64 32` makes one"};
  return Secret(std::move(bytes));
}

std::string signature(const Secret& key, const Outbound& what) {
  std::string signed_text(what.id);
  signed_text += '.';
  signed_text += std::to_string(what.at_seconds);
  signed_text += '.';
  signed_text += what.body;
  std::string digest;
  invariant(hmac("sha-256", key.reveal(), signed_text, digest), "OpenSSL has SHA-256");
  return "v1," + base64(digest);
}

Result<void> verify(std::span<const Secret> keys, const Outbound& what, std::string_view field, std::int64_t now_seconds, std::int64_t tolerance_seconds) {
  if (what.id.empty() || field.empty()) return Error{Fault::refused, "the request has no webhook-id or no webhook-signature"};
  if (what.at_seconds < now_seconds - tolerance_seconds || what.at_seconds > now_seconds + tolerance_seconds)
    return Error{Fault::refused, "the webhook-timestamp is further from our time than " + std::to_string(tolerance_seconds) + " s"};
  bool fits = false;
  for (const Secret& key : keys) {
    const std::string wanted = signature(key, what);
    for (std::string_view one : split(field, ' ')) fits |= crypto::same_bytes(trim(one), wanted);
  }
  if (!fits) return Error{Fault::refused, "no webhook-signature is of a key that we know"};
  return {};
}

Scheme scheme() {
  return {declare::Settings<Options>{"standard_webhooks", "Standard Webhooks 1.0.0: the fields webhook-id, webhook-timestamp and webhook-signature, the last an "
                                                          "HMAC-SHA256 (`v1`) with a key that the receiver has too."}
              .add(&Options::keys, {.name = "key", .help = "The key: base64 of 24 to 64 bytes, with or without `whsec_`. Of several, each signs, and a caller's may be any: so a key can be changed.",
                                    .required = true, .example = "${env:WEBHOOK_KEY}", .one_alone = true})
              .add(&Options::tolerance, {.name = "tolerance", .help = "Of a channel: how far webhook-timestamp may be from our time, before and after.", .fallback = "5m"})
              .add(&Options::principal, {.name = "principal", .help = "Of a channel: who signs with these keys; becomes $principal.", .fallback = "webhook"})
              .place(&Options::at)
              .shape(),
          make, make_verifier};
}

}  // namespace arint::security::standard_webhooks
