// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/scheme.hpp"
#include "security/standard_webhooks/standard_webhooks.hpp"

namespace arint::security {

const std::vector<Scheme>& schemes() {
  static const std::vector<Scheme> all{
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
  for (const Scheme& scheme : schemes())
    if (scheme.options.name == options.kind.kind && scheme.signer && options.kind.options) return scheme.signer(options.kind, reading);
  return nullptr;
}

}  // namespace arint::security
