// SPDX-License-Identifier: GPL-3.0-or-later
// Hashes, keyed hashes, and the forms in which bytes are written: hex, base64, base64url.
#include "base/hash.hpp"
#include "base/text.hpp"
#include "mapping/functions/arint/arguments.hpp"

namespace arint::mapping {
namespace {

constexpr std::array<std::string_view, 3> encodings{"hex", "base64", "base64url"};
constexpr std::array<std::string_view, 4> forms{"base64", "base64url", "hex", "utf-8"};

constexpr std::size_t bytes_per_step = 16;  // hashing needs about 1 ns for each byte, a step of the budget 20

Value written(Call& call, std::size_t encoding, std::string_view raw) {
  return document::text_of(call.run.arena(), encoding == 0 ? hex(raw) : encoding == 1 ? base64(raw) : base64url(raw));
}

Value hash_of(Call& call) {
  if (call.argument(0).is_absent()) return {};
  const std::string_view bytes = bytes_argument(call, 0, "hash");
  const std::size_t algorithm = word_argument(call, 1, "hash", hash_names()), encoding = word_argument(call, 2, "hash", encodings);
  call.run.work(bytes.size() / bytes_per_step);
  std::string raw;
  if (!hash(hash_names()[algorithm], bytes, raw)) unusable(call, 1, "hash", "an algorithm that this machine's OpenSSL allows");
  return written(call, encoding, raw);
}

Value hmac_of(Call& call) {
  if (call.argument(0).is_absent()) return {};
  const std::string_view bytes = bytes_argument(call, 0, "hmac");
  const Value key = call.argument(1);
  // The sentence must not show the key, whatever it is.
  if (!key.is_text() && !key.is_bytes()) fail("U2001", call.offset, "argument 2 of $hmac, the key, must be text or bytes");
  const std::size_t algorithm = word_argument(call, 2, "hmac", hash_names()), encoding = word_argument(call, 3, "hmac", encodings);
  call.run.work(bytes.size() / bytes_per_step);
  std::string raw;
  if (!hmac(hash_names()[algorithm], key.as_text(), bytes, raw)) unusable(call, 2, "hmac", "an algorithm that this machine's OpenSSL allows");
  return written(call, encoding, raw);
}

// The text is a secret often enough (a key in base64), so that errors do not show it.
Value bytes_of(Call& call) {
  const Value value = call.argument(0);
  if (value.is_absent() || value.is_bytes()) return value;
  const std::size_t form = word_argument(call, 1, "bytes", forms);
  std::string raw;
  const std::string_view text = bytes_argument(call, 0, "bytes");
  const bool good = form == 0 ? from_base64(text, raw) : form == 1 ? from_base64url(text, raw) : form == 2 ? from_hex(text, raw) : true;
  if (!good) fail("U2001", call.offset, "argument 1 of $bytes must be well-formed " + std::string(forms[form]));
  return Value::bytes(form == 3 ? text : call.run.arena().copy(raw));
}

Value url_encode(Call& call) {
  if (call.argument(0).is_absent()) return {};
  return document::text_of(call.run.arena(), base64url(bytes_argument(call, 0, "base64urlEncode")));
}

Value url_decode(Call& call) {
  const Value value = call.argument(0);
  if (value.is_absent()) return {};
  std::string raw;
  if (!from_base64url(value.as_text(), raw)) unusable(call, 0, "base64urlDecode", "base64url (RFC 4648, section 5)");
  if (!valid_utf8(raw)) unusable(call, 0, "base64urlDecode", "base64url of UTF-8 text ($bytes reads other bytes)");
  return document::text_of(call.run.arena(), raw);
}

const Builtin table[] = {
    builtin({"hash", "<x-s?s?:s>", 1, hash_of, "The hash of a text (as UTF-8) or of bytes. Second: `sha-256` (default), `sha-384`, `sha-512`, or for old peers `sha-1`, `md5`. Third: `hex` (default), `base64`, `base64url`.",
             "$hash('abc')", R"("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")"}),
    builtin({"hmac", "<xxs?s?:s>", 2, hmac_of, "The keyed hash (HMAC, RFC 2104) of a text or of bytes; second the key, text or bytes; then algorithm and form as of `$hash`.",
             "$hmac('what do ya want for nothing?', 'Jefe', 'sha-256', 'base64')", R"("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=")"}),
    builtin({"bytes", "<x-s?:x>", 1, bytes_of, "The bytes that a text stands for, written in `base64` (default), `base64url`, `hex` or `utf-8`; for keys and hashes.",
             "$hash($bytes('YWJj'), 'md5')", R"("900150983cd24fb0d6963f7d28e17f72")"}),
    builtin({"base64urlEncode", "<x-:s>", 1, url_encode, "A text (as UTF-8) or bytes in base64url, without padding.", "$base64urlEncode('a?b>')", R"("YT9iPg")"}),
    builtin({"base64urlDecode", "<s-:s>", 1, url_decode, "The text whose UTF-8 stands in base64url, with or without padding.", "$base64urlDecode('YT9iPg')", R"("a?b>")"}),
};

}  // namespace

std::span<const Builtin> hash_functions() { return table; }

}  // namespace arint::mapping
