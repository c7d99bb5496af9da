// SPDX-License-Identifier: GPL-3.0-or-later
// Foreign signature fields over a small request: never a crash, and never a signature that verifies.
#include <cstdlib>

#include "security/signatures/signatures.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arint;
  using namespace arint::security;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t cut = text.find('\n');
  signatures::Message message{"POST", "https", "example.com", text.substr(0, cut), 0, {}, nullptr};
  if (cut == std::string_view::npos) return 0;
  message.fields = {{"Date", "now"}, {"Signature-Input", text.substr(cut + 1)}, {"Signature", "sig=:AAAA:, a=:AA==:"}};
  static const signatures::SigningKey key{"", crypto::Key::oct(Secret(std::string(32, 'k'))), signatures::algorithm_named("hmac-sha256")};
  if (signatures::verify(message, {&key, 1}, {})) std::abort();
  static_cast<void>(signatures::check_content_digest(text.substr(cut + 1), text));
  return 0;
}
