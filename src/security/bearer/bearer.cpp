// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/bearer/bearer.hpp"

namespace arint::security::bearer {
namespace {

struct Settings {
  Secret token{};
};

class TokenApplier : public Applier {
 public:
  explicit TokenApplier(const Secret& token) : fields_{{"Authorization", "Bearer " + token.reveal()}} {}
  const HeaderFields& fields() const override { return fields_; }

 private:
  HeaderFields fields_;
};

std::unique_ptr<const Applier> make_applier(const declare::Choice& choice, declare::Reading&) {
  return std::make_unique<TokenApplier>(choice.as<Settings>().token);
}

}  // namespace

Scheme scheme() {
  Scheme out;
  out.options = declare::Settings<Settings>{"bearer", "A fixed token that we show a peer (RFC 6750)."}
                    .add(&Settings::token, {.name = "token", .help = "The token.", .required = true, .example = "${env:PARTNER_TOKEN}"})
                    .check([](Settings& settings, const declare::Node& node, declare::Reading& reading) {
                      // b64token of RFC 6750, 2.1.
                      const std::string& text = settings.token.reveal();
                      if (text.empty() || text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") != std::string::npos)
                        reading.fault(node.at, "`token` is empty, or has a character that no bearer token has");
                    })
                    .shape();
  out.applier = make_applier;
  return out;
}

}  // namespace arint::security::bearer
