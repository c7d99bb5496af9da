// SPDX-License-Identifier: GPL-3.0-or-later
// What every JOSE object is made of: base64url without padding, and JSON in which no name stands twice.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "document/value.hpp"

namespace arint::security::jose {

// RFC 7515, section 2 and appendix C: the alphabet of RFC 4648, section 5 and nothing else: no padding, no blank, and the bits that
// belong to no byte are zero, so that two spellings of the same bytes are never both accepted.
std::optional<std::string> from_base64url(std::string_view text);

// A JSON document that owns what it points at. RFC 7515, 4: a name that stands twice is refused. Nesting at most 16.
class Json {
 public:
  // `what` is how a fault names it: "the protected header". The sentence repeats nothing of the text, which may be a key.
  static Result<Json> parse(std::string text, std::string_view what);

  const document::Value& root() const noexcept { return root_; }  // an object or an array
  const std::string& text() const noexcept { return *text_; }

 private:
  std::unique_ptr<std::string> text_{};
  std::unique_ptr<document::Arena> arena_{};
  document::Value root_{};
};

// The member as text. False when it is there and is none, or longer than 1 KiB where `most` says nothing else; absent gives an empty `out`.
bool text_member(const document::Value& object, std::string_view name, std::string_view& out, std::size_t most = 1024);
// The member, which is base64url of bytes; absent gives empty ones.
bool bytes_member(const document::Value& object, std::string_view name, std::string& out, std::size_t most = 4096);

std::string json_text(const document::Value& value);

}  // namespace arint::security::jose
