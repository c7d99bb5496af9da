// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/gate/compress.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::connectors::http {
namespace {

// "application/json" of "application/json; charset=utf-8".
std::string_view media_type(std::string_view content_type) { return trim(content_type.substr(0, content_type.find(';'))); }

bool has_member(std::string_view list, std::string_view member) {
  for (std::string_view one : split(list, ','))
    if (equals_ignoring_case(trim(one), member)) return true;
  return false;
}

}  // namespace

declare::Settings<CompressionOptions> compression_settings() {
  return declare::Settings<CompressionOptions>{"compression", "Compresses answers for callers whose Accept-Encoding takes it (RFC 9110, 12.5.3)."}
      .add(&CompressionOptions::codings, {.name = "codings", .help = "Content codings, best first.", .fallback = "[zstd, br, gzip]", .choices = {"gzip", "zstd", "br"},
                                          .one_alone = true})
      .add(&CompressionOptions::types, {.name = "types", .help = "Media types; `text/*` is every text. Not for answers that hold a secret beside what a caller chose "
                                                                 "(BREACH), nor for what is compressed already.",
                                        .fallback = "[text/plain, text/html, text/css, text/csv, text/xml, text/javascript, application/json, application/problem+json, "
                                                    "application/xml, application/javascript, image/svg+xml]"})
      .add(&CompressionOptions::min_length, {.name = "min_length", .help = "Shorter answers go as they are; one of unknown length is compressed.", .fallback = "1KiB",
                                             .least = "0B"})
      .add(&CompressionOptions::level, {.name = "level", .help = "From fast to small, of each coding alike.", .unit = "level", .fallback = "3", .least = 1, .most = 9});
}

Compression::Compression(const CompressionOptions& options)
    : types_(options.types), min_length_(options.min_length.bytes), level_(static_cast<int>(options.level)) {
  for (const std::string& name : options.codings) {
    arint::http::Coding coding{};
    if (arint::http::coding_named(name, coding)) codings_.push_back(coding);
  }
}

bool Compression::fits(const arint::http::AnswerHead& head) const {
  if (head.status < 200 || head.status == 204 || head.status == 205 || head.status == 206 || head.status == 304) return false;
  if (head.has("Content-Encoding") || head.has("Content-Range") || has_member(head.get("Cache-Control"), "no-transform")) return false;
  if (head.length && *head.length < std::max<std::uint64_t>(min_length_, 1)) return false;
  const std::string_view type = media_type(head.get("Content-Type"));
  return std::any_of(types_.begin(), types_.end(), [&](const std::string& one) {
    if (!one.ends_with("/*")) return equals_ignoring_case(one, type);
    const std::size_t size = one.size() - 1;
    return type.size() > size && equals_ignoring_case(type.substr(0, size), std::string_view(one).substr(0, size));
  });
}

std::unique_ptr<arint::http::Encoder> Compression::begin(const arint::http::Exchange& exchange, arint::http::AnswerHead& head) const {
  if (!fits(head)) return nullptr;
  head.add_to_list("Vary", "Accept-Encoding");
  using arint::http::Name;
  const arint::http::Coding coding = negotiate(exchange.fields().has(Name::accept_encoding), exchange.field(Name::accept_encoding), codings_);
  if (coding == arint::http::Coding::identity) return nullptr;
  head.field("Content-Encoding", word(coding));
  head.length.reset();
  // Of other bytes than these; RFC 9110, 8.8.1: the same meaning in other bytes has a weak tag at most.
  for (std::string_view name : {"Accept-Ranges", "Content-MD5", "Content-Digest", "Repr-Digest"}) head.remove(name);
  if (const std::string_view tag = head.get("ETag"); !tag.empty() && !tag.starts_with("W/")) head.set("ETag", "W/" + std::string(tag));
  return make_encoder(coding, level_);
}

}  // namespace arint::connectors::http
