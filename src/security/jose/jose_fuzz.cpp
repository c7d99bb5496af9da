// SPDX-License-Identifier: GPL-3.0-or-later
// Foreign tokens, keys and headers: never a crash, never a token that verifies or opens without the key.
#include <cstdlib>

#include "base/text.hpp"
#include "security/jose/jwe/jwe.hpp"
#include "security/jose/jws.hpp"

namespace {

using namespace arint;
using namespace arint::security;

const jose::KeySet& keys() {
  static const jose::KeySet set = [] {
    jose::KeySet out;
    // Random for each process, so that no corpus can hold a token of theirs.
    out.keys.push_back({crypto::Key::oct(Secret(crypto::random_bytes(32))), "a", "HS256"});
    out.keys.push_back({crypto::Key::generate(crypto::Curve::p256), "b", "ES256"});
    out.keys.push_back({crypto::Key::oct(Secret(crypto::random_bytes(16))), "c", "A128KW"});
    out.keys.push_back({crypto::Key::generate(crypto::Curve::x25519), "d", "ECDH-ES"});
    out.keys.push_back({crypto::Key::oct(Secret(crypto::random_bytes(16))), "e", "PBES2-HS256+A128KW"});
    return out;
  }();
  return set;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  jose::OpenOptions small;
  small.most_iterations = 100;
  if (jose::verify_compact(text, keys()) || jose::verify_json(text, keys())) std::abort();
  if (jose::open_compact(text, keys(), small) || jose::open_json(text, keys(), small)) std::abort();
  // A header alone, so that what comes after its base64 is reached.
  std::string wrapped = base64url(text) + ".e30.AAAA";
  if (jose::verify_compact(wrapped, keys())) std::abort();
  if (jose::open_compact(base64url(text) + ".AAAA.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA", keys(), small)) std::abort();
  if (Result<jose::KeySet> set = jose::KeySet::parse(std::string(text)))
    for (const jose::Jwk& key : set->keys)
      if (jose::thumbprint(key.key).size() != 43) std::abort();
  return 0;
}
