// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/bytes/bytes.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/place.hpp"
#include "format/scalar.hpp"

namespace arint::format::bytes {

using document::Value;

namespace {

class Bytes : public Format {
 public:
  std::string_view name() const override { return "bytes"; }
  std::span<const std::string_view> media_types() const override {
    static constexpr std::string_view types[] = {"application/octet-stream"};
    return types;
  }
  std::span<const std::string_view> extensions() const override {
    static constexpr std::string_view endings[] = {"bin"};
    return endings;
  }
  std::string content_type() const override { return "application/octet-stream"; }
  RoundTripPromise round_trip() const override { return {RoundTrip::byte_exact, "The bytes are the document."}; }

  Result<Value> read(std::string_view bytes, const ReadOptions&, document::Arena&) const override {
    if (bytes.size() > UINT32_MAX) return malformed("bytes", "a document of 4 GiB and more is not held in memory");
    return Value::bytes(bytes);
  }

  Result<void> write(const Value& value, const WriteOptions& options, std::string& out) const override {
    std::string buffer;
    std::optional<std::string_view> bytes = value.is_bytes() ? std::optional(value.as_text()) : scalar_text(value, buffer);
    if (!bytes) return unwritable("bytes", "", buffer);
    if (bytes->size() > options.limit_bytes) return unwritable("bytes", "", "longer than the " + to_text(Size{options.limit_bytes}) + " allowed");
    out += *bytes;
    return {};
  }
};

}  // namespace

std::unique_ptr<const Format> make() { return std::make_unique<Bytes>(); }

}  // namespace arint::format::bytes
