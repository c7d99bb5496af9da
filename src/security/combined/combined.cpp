// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/combined/combined.hpp"

namespace arint::security::combined {
namespace {

struct Settings {
  std::vector<declare::Name> of{};
  Position at{};
};
// Told apart by their types: each kind of a choice is read as the struct it declares.
struct AnySettings : Settings {};
struct AllSettings : Settings {};

using Members = std::vector<std::shared_ptr<Verifier>>;

class Combined : public Verifier {
 public:
  explicit Combined(Members members) : members_(std::move(members)) {}
  // All of them: who comes without anything learns what there is.
  std::string challenge(std::string_view realm, const Verdict& verdict) const override {
    std::string out;
    for (const std::shared_ptr<Verifier>& each : members_) out += (out.empty() ? "" : ", ") + each->challenge(realm, verdict);
    return out;
  }

 protected:
  const Members members_;
};

class AnyOf : public Combined {
 public:
  using Combined::Combined;
  Verdict verify(const Inbound& request) override {
    Verdict out;
    for (const std::shared_ptr<Verifier>& each : members_) {
      Verdict one = each->verify(request);
      if (one.as == Verdict::As::proved) return one;
      // Of what failed the caller hears of that which came furthest.
      if (one.as > out.as) out = std::move(one);
    }
    return out;
  }
};

class AllOf : public Combined {
 public:
  using Combined::Combined;
  // The first names the principal; claims are of the first that has some.
  Verdict verify(const Inbound& request) override {
    Verdict out;
    for (const std::shared_ptr<Verifier>& each : members_) {
      Verdict one = each->verify(request);
      if (one.as != Verdict::As::proved) return one;
      if (out.as != Verdict::As::proved) out = std::move(one);
      else if (out.principal.claims.empty()) out.principal.claims = std::move(one.principal.claims);
    }
    return out;
  }
};

template <class How, class S>
std::unique_ptr<Verifier> make(const declare::Choice& choice, Verifiers& others) {
  const S& settings = choice.as<S>();
  Members members;
  for (const declare::Name& name : settings.of)
    if (std::shared_ptr<Verifier> one = others.get(name)) members.push_back(std::move(one));
  for (const std::shared_ptr<Verifier>& one : members)
    if (one->needs_body()) {
      others.reading().fault(settings.at, "a scheme that needs the body stands alone in a channel; any_of and all_of are asked before it is read");
      return nullptr;
    }
  if (members.size() != settings.of.size()) return nullptr;  // why was reported
  return std::make_unique<How>(std::move(members));
}

template <class How, class S>
Scheme scheme(const char* name, const char* help, const char* one) {
  Scheme out;
  declare::Settings<S> settings{name, help};
  settings.add(static_cast<std::vector<declare::Name> S::*>(&Settings::of), {.name = "of", .help = one, .required = true, .example = "[partners, keys]", .refers = "security"})
      .shorthand("of");
  out.options = settings.shape();
  out.verifier = make<How, S>;
  return out;
}

}  // namespace

Scheme any_of() {
  return scheme<AnyOf, AnySettings>("any_of", "One of several parts of `security` is enough.", "The parts, tried in this order; the first that holds says who the caller is.");
}
Scheme all_of() {
  return scheme<AllOf, AllSettings>("all_of", "Several parts of `security`, each of which must hold.", "The parts. The first says who the caller is.");
}

}  // namespace arint::security::combined
