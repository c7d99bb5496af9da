// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/basic/basic.hpp"

#include <crypt.h>

#include "base/text.hpp"
#include "security/crypto/library.hpp"
#include "security/recent.hpp"

namespace arint::security::basic {
namespace {

constexpr std::size_t most_bytes = 1024;
constexpr std::size_t most_remembered = 1024;
constexpr std::int64_t remembered_seconds = 60;

struct Settings {
  std::map<std::string, std::string> users{};
  std::string user{};
  Secret password{};
  Position at{};
};

bool is_crypt(std::string_view stored) { return stored.starts_with("$6$") || stored.starts_with("$5$") || stored.starts_with("$2b$") || stored.starts_with("$y$"); }

class BasicVerifier : public Verifier {
 public:
  explicit BasicVerifier(std::map<std::string, std::string> users)
      : users_(std::move(users)), decoy_(users_.begin()->second), key_(crypto::random_bytes(32)), recent_(most_remembered) {}

  Verdict verify(const Inbound& request) override {
    Credentials shown = credentials_of(request.fields, "basic");
    if (!shown.shown) return {};
    std::string plain;
    if (shown.twice) return refused("the request has Authorization more than once");
    if (shown.text.size() > most_bytes || !from_base64(shown.text, plain)) return refused("the credentials are not base64, or longer than 1 KiB");
    Verdict out = check(plain, request.now_seconds);
    crypto::wipe(plain);
    return out;
  }

  std::string challenge(std::string_view realm, const Verdict&) const override { return challenge_of("Basic", realm) + ", charset=\"UTF-8\""; }

 private:
  Verdict check(const std::string& plain, std::int64_t now) {
    std::size_t colon = plain.find(':');
    if (colon == std::string::npos || plain.find('\0') != std::string::npos || !valid_utf8(plain)) return refused("the credentials are no user-id and password");
    Digest seen = sha256(crypto::hmac(crypto::Hash::sha256, key_.reveal(), plain));
    if (const Principal* known = recent_.find(seen, now)) return {Verdict::As::proved, *known, {}, {}};
    std::string user = plain.substr(0, colon);
    auto found = users_.find(user);
    // Who is unknown takes as long as who is known with a wrong password.
    Result<bool> right = matches(std::string_view(plain).substr(colon + 1), found == users_.end() ? decoy_ : found->second);
    if (found == users_.end() || !right || !*right) return refused("the user " + quoted(user, 40) + " is not known, or the password is wrong");
    recent_.keep(seen, {user, {}}, now + remembered_seconds);
    return {Verdict::As::proved, {std::move(user), {}}, {}, {}};
  }

  const std::map<std::string, std::string> users_;
  const std::string decoy_;
  const Secret key_;  // of this process: what is remembered is worth nothing outside of it
  Recent recent_;
};

class BasicApplier : public Applier {
 public:
  BasicApplier(const std::string& user, const Secret& password) : fields_{{"Authorization", "Basic " + base64(user + ":" + password.reveal())}} {}
  const HeaderFields& fields() const override { return fields_; }

 private:
  HeaderFields fields_;
};

std::unique_ptr<Verifier> make_verifier(const declare::Choice& choice, Verifiers& others) {
  const Settings& settings = choice.as<Settings>();
  if (settings.users.empty()) {
    others.reading().fault(settings.at, "basic has no `users`: with `user` it says who we are, not who a caller is");
    return nullptr;
  }
  for (const auto& [name, stored] : settings.users) {
    Result<bool> tried = matches("", stored);
    if (!tried) others.reading().fault(settings.at, "the password of " + quoted(name) + " " + tried.error().sentence);
    if (name.empty() || name.find(':') != std::string::npos) others.reading().fault(settings.at, "the user " + quoted(name) + " is empty, or has a colon");
  }
  return std::make_unique<BasicVerifier>(settings.users);
}

std::unique_ptr<const Applier> make_applier(const declare::Choice& choice, declare::Reading&) {
  const Settings& settings = choice.as<Settings>();
  if (settings.user.empty()) return nullptr;
  return std::make_unique<BasicApplier>(settings.user, settings.password);
}

}  // namespace

Result<bool> matches(std::string_view password, const std::string& stored) {
  constexpr std::string_view plain_hash = "sha256:";
  if (stored.starts_with(plain_hash)) {
    std::string wanted;
    if (!from_hex(std::string_view(stored).substr(plain_hash.size()), wanted) || wanted.size() != 32) return Error{Fault::malformed, "is not `sha256:` and 64 hexadecimal digits"};
    return crypto::same_bytes(crypto::digest(crypto::Hash::sha256, password), wanted);
  }
  if (!is_crypt(stored)) return Error{Fault::malformed, "is no hash: `openssl passwd -6` makes one ($6$...), for long random ones `sha256:` and what `sha256sum` prints does too"};
  auto data = std::make_unique<crypt_data>();
  std::string text(password);
  const char* made = crypt_r(text.c_str(), stored.c_str(), data.get());
  crypto::wipe(text);
  // A hash that was cut gives one of another length, and would match nothing.
  if (!made || *made == '*' || std::string_view(made).size() != stored.size()) return Error{Fault::malformed, "is no hash that crypt(3) reads"};
  bool same = crypto::same_bytes(made, stored);
  OPENSSL_cleanse(data.get(), sizeof *data);
  return same;
}

Scheme scheme() {
  Scheme out;
  out.options =
      declare::Settings<Settings>{"basic", "User and password in each request (RFC 7617). Of callers (`users`), or ours (`user` and `password`)."}
          .add(&Settings::users, {.name = "users", .help = "Callers by name, each with the hash of its password: what `openssl passwd -6` or `mkpasswd` prints ($6$, $5$, $2b$, $y$), or, "
                                                           "for long random passwords, `sha256:` and what `printf %s PASSWORD | sha256sum` prints. The name becomes $principal.",
                                  .fallback = "{}", .example = "{ acme: \"$6$...\" }"})
          .add(&Settings::user, {.name = "user", .help = "Our name at a peer: for an outgoing.", .fallback = "", .example = "arint"})
          .add(&Settings::password, {.name = "password", .help = "Our password there.", .fallback = "", .example = "${env:PARTNER_PASSWORD}"})
          .check([](Settings& settings, const declare::Node& node, declare::Reading& reading) {
            if (settings.users.empty() == settings.user.empty()) reading.fault(node.at, "either `users`, callers, or `user` and `password`, ours at a peer");
            if (settings.user.empty() && !settings.password.empty()) reading.fault(node.at, "`password` has no `user`");
            if (settings.user.find(':') != std::string::npos) reading.fault(node.at, "`user` has a colon (RFC 7617, 2)");
          })
          .place(&Settings::at)
          .shape();
  out.verifier = make_verifier;
  out.applier = make_applier;
  return out;
}

}  // namespace arint::security::basic
