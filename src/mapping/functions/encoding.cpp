// SPDX-License-Identifier: GPL-3.0-or-later
// Functions between texts and their encoded forms: base64, percent escapes.
#include <cstring>

#include "base/text.hpp"
#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

// Each character a byte (ISO 8859-1), as JSONata has it; of a character beyond that, the low byte.
Value base64_encode(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  // The room of both is asked for first: what is beyond the budget is then not computed.
  const std::string_view text = value.as_text();
  char* bytes = static_cast<char*>(call.run.arena().allocate(text.size(), 1));
  char* out = static_cast<char*>(call.run.arena().allocate((text.size() + 2) / 3 * 4, 1));
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count)
    bytes[count] = static_cast<unsigned char>(text[at]) < 0x80 ? text[at++] : static_cast<char>(next_code_point(text, at));
  const std::string encoded = base64({bytes, count});
  return Value::text({static_cast<const char*>(std::memcpy(out, encoded.data(), encoded.size())), encoded.size()});
}

// Lenient, as the reference: foreign characters are skipped, padding may be missing, the URL alphabet is read too.
Value base64_decode(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  TextBuilder out(call.run.arena(), value.size());
  std::uint32_t group = 0;
  int bits = 0;
  std::string character;
  for (char c : value.as_text()) {
    if (c == '=') break;
    int digit = c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 : c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
    if (digit < 0) continue;
    group = group << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    character.clear();
    append_utf8(character, static_cast<char32_t>(group >> bits & 0xFF));
    out.append(character);
  }
  return out.value();
}

constexpr std::string_view marks = "-_.!~*'()";
constexpr std::string_view reserved = ";/?:@&=+$,#";

bool plain(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
}

[[noreturn]] void malformed(Call& call, const Value& value, std::string_view function) {
  fail("D3140", call.offset, "the text given to $" + std::string(function) + " is not well-formed: " + document::described(value), value);
}

// ECMA-262, section 19.2.6.5 (Encode). `keep` characters stay as they are.
Value escaped(Call& call, std::string_view keep, std::string_view function) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  if (!valid_utf8(value.as_text())) malformed(call, value, function);
  TextBuilder out(call.run.arena(), value.size() + 16);
  for (char c : value.as_text()) {
    if (plain(c) || keep.find(c) != std::string_view::npos) {
      out.append(c);
      continue;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    auto byte = static_cast<unsigned char>(c);
    out.append('%');
    out.append(digits[byte >> 4]);
    out.append(digits[byte & 15]);
  }
  return out.value();
}

// ECMA-262, section 19.2.6.6 (Decode). Escapes of `keep` characters stay escapes.
Value unescaped(Call& call, std::string_view keep, std::string_view function) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  std::string_view text = value.as_text();
  TextBuilder out(call.run.arena(), text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.append(text[i]);
      continue;
    }
    int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1, low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) malformed(call, value, function);
    char byte = static_cast<char>(high << 4 | low);
    if (keep.find(byte) != std::string_view::npos)
      out.append(text.substr(i, 3));
    else
      out.append(byte);
    i += 2;
  }
  if (!valid_utf8(out.text())) malformed(call, value, function);
  return out.value();
}

Value encode_component(Call& call) { return escaped(call, "", "encodeUrlComponent"); }
Value encode_url(Call& call) { return escaped(call, reserved, "encodeUrl"); }
Value decode_component(Call& call) { return unescaped(call, "", "decodeUrlComponent"); }
Value decode_url(Call& call) { return unescaped(call, reserved, "decodeUrl"); }

const Builtin table[] = {
    builtin({"base64encode", "<s-:s>", 1, base64_encode, "The text, each character one byte, in base64.", "$base64encode('myuser:mypass')", R"("bXl1c2VyOm15cGFzcw==")"}),
    builtin({"base64decode", "<s-:s>", 1, base64_decode, "The text that stands in base64, each byte one character.", "$base64decode('bXl1c2VyOm15cGFzcw==')", R"("myuser:mypass")"}),
    builtin({"encodeUrlComponent", "<s-:s>", 1, encode_component, "Escaped for one component of a URL.", "$encodeUrlComponent('?x=test')", R"("%3Fx%3Dtest")"}),
    builtin({"encodeUrl", "<s-:s>", 1, encode_url, "Escaped for a whole URL: what has a meaning there stays.", "$encodeUrl('https://a.example/x y')", R"("https://a.example/x%20y")"}),
    builtin({"decodeUrlComponent", "<s-:s>", 1, decode_component, "A component of a URL without its escapes.", "$decodeUrlComponent('%3Fx%3Dtest')", R"("?x=test")"}),
    builtin({"decodeUrl", "<s-:s>", 1, decode_url, "A URL without its escapes, but for those that have a meaning.", "$decodeUrl('https://a.example/x%20y')", R"("https://a.example/x y")"}),
};

}  // namespace

std::span<const Builtin> encoding_functions() { return table; }

}  // namespace arint::mapping
