// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/api_key/api_key.hpp"
#include "security/basic/basic.hpp"
#include "security/bearer/bearer.hpp"
#include "security/combined/combined.hpp"
#include "security/jwt/jwt.hpp"
#include "security/scheme.hpp"
#include "security/standard_webhooks/standard_webhooks.hpp"

namespace arint::security {
namespace {

const Scheme* scheme_of(const Options& options) {
  for (const Scheme& scheme : schemes())
    if (scheme.options.name == options.kind.kind && options.kind.options) return &scheme;
  return nullptr;
}

}  // namespace

const std::vector<Scheme>& schemes() {
  static const std::vector<Scheme> all{
      combined::all_of(),
      combined::any_of(),
      api_key::scheme(),
      basic::scheme(),
      bearer::scheme(),
      jwt::scheme(),
      standard_webhooks::scheme(),
  };
  return all;
}

declare::Settings<Options> settings() {
  std::vector<declare::Shape> kinds;
  for (const Scheme& scheme : schemes()) kinds.push_back(scheme.options);
  return declare::Settings<Options>{"security", "How senders prove who they are."}.one_of(&Options::kind, std::move(kinds),
                                                                                            {.help = "The scheme.", .required = true});
}

std::shared_ptr<const Signer> make_signer(const Options& options, declare::Reading& reading) {
  const Scheme* scheme = scheme_of(options);
  if (!scheme || !scheme->signer) return nullptr;
  return scheme->signer(options.kind, reading);
}

std::shared_ptr<const Applier> make_applier(const Options& options, declare::Reading& reading) {
  const Scheme* scheme = scheme_of(options);
  if (!scheme || !scheme->applier) return nullptr;
  return scheme->applier(options.kind, reading);
}

std::shared_ptr<Verifier> Verifiers::get(const declare::Name& name) {
  if (auto found = made_.find(name.text); found != made_.end()) return found->second;
  auto part = parts_.find(name.text);
  if (part == parts_.end()) return nullptr;  // the check of references says so
  if (!open_.insert(name.text).second) {
    reading_.fault(name.at, "security " + name.text + " is made of itself");
    return nullptr;
  }
  const Scheme* scheme = scheme_of(part->second);
  std::shared_ptr<Verifier> made;
  if (scheme && !scheme->verifier) reading_.fault(name.at, "security " + name.text + " (" + part->second.kind.kind + ") says who we are, not who a caller is: it has no place in a channel");
  if (scheme && scheme->verifier) made = scheme->verifier(part->second.kind, *this);
  open_.erase(name.text);
  made_.emplace(name.text, made);
  return made;
}

}  // namespace arint::security
