// SPDX-License-Identifier: GPL-3.0-or-later
// Standard Webhooks 1.0.0 (the specification of standardwebhooks.com), symmetric signatures `v1`: HMAC-SHA256 over
// "id.timestamp.body", in base64. Keys are 24 to 64 bytes, written as base64, with or without "whsec_" before it.
#pragma once
#include <span>

#include "base/secret.hpp"
#include "security/scheme.hpp"

namespace arint::security::standard_webhooks {

Scheme scheme();

// The bytes of a key as it is written. Fault rejected; the sentence does not repeat it.
Result<Secret> key_of(const Secret& written);

// "v1,K6Gn..." of one key.
std::string signature(const Secret& key, const Outbound& what);

// A receiver's check: one of the signatures in `field` (webhook-signature) is of one of the keys, and the time is within `tolerance` of
// ours. Takes as long whatever is wrong with a signature. Faults: refused, saying what does not fit.
Result<void> verify(std::span<const Secret> keys, const Outbound& what, std::string_view field, std::int64_t now_seconds, std::int64_t tolerance_seconds);

}  // namespace arint::security::standard_webhooks
