// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/chain/record.hpp"

#include <charconv>

namespace arint::log {
namespace {

constexpr std::string_view head_begin = "{\"file\":\"arint-actions-1\",\"time\":\"";
constexpr std::string_view block_begin = "{\"block\":";
constexpr std::string_view anchor_begin = "{\"anchor\":\"arint-actions-1\",\"time\":\"";
constexpr std::string_view checkpoint_begin = "{\"checkpoint\":\"arint-actions-1\",\"time\":\"";
constexpr std::string_view hash_key = ",\"hash\":\"";
constexpr std::string_view signature_key = "\",\"signature\":\"";

// What is signed: the hash in hex behind words that no other use of the node's key will ever begin with.
std::string signed_text(const Digest& hash) { return "arint action log " + to_hex(hash); }

Sealed sealed(std::string body, const NodeKey* key) {
  if (key) body.append(",\"signed\":\"").append(key->public_key().id()).append("\"");
  Sealed out{{}, sha256(body)};
  out.text = std::move(body);
  out.text.append(hash_key).append(to_hex(out.hash));
  if (key) out.text.append(signature_key).append(to_hex(key->sign(signed_text(out.hash))));
  out.text.append("\"}\n");
  return out;
}

std::string mark_body(std::string_view begin, const Mark& mark) {
  std::string body(begin);
  body.append(mark.time).append("\",\"node\":\"").append(mark.node);
  body.append("\",\"block\":").append(std::to_string(mark.block));
  body.append(",\"sequence\":").append(std::to_string(mark.sequence));
  body.append(",\"head\":\"").append(to_hex(mark.head)).append("\"");
  return body;
}

// Reads a body from left to right; after the first thing that is not as expected everything fails.
class Body {
 public:
  explicit Body(std::string_view text) : text_(text) {}
  bool word(std::string_view expected) {
    if (!ok_ || !text_.starts_with(expected)) return ok_ = false;
    text_.remove_prefix(expected.size());
    return true;
  }
  std::uint64_t number() {
    std::uint64_t out = 0;
    auto [end, problem] = std::from_chars(text_.data(), text_.data() + text_.size(), out);
    if (problem != std::errc()) ok_ = false;
    if (ok_) text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return out;
  }
  // Up to the closing quote, which it takes; escapes stay as they are.
  std::string text() {
    std::size_t end = 0;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size()) ok_ = false;
    if (!ok_) return {};
    std::string out(text_.substr(0, end));
    text_.remove_prefix(end + 1);
    return out;
  }
  Digest digest() {
    Digest out{};
    if (!from_hex(text(), out.data(), out.size())) ok_ = false;
    return out;
  }
  bool at_end() const { return ok_ && text_.empty(); }
  bool more() const { return ok_ && !text_.empty(); }

 private:
  std::string_view text_;
  bool ok_ = true;
};

// Takes the seal off: hash and signature. Returns the body, of which the hash is known to be right unless `fault` is set.
template <class Record>
std::string_view unseal(std::string_view line, Read<Record>& out) {
  std::size_t at = line.rfind(hash_key);
  constexpr std::size_t digits = 64, signature_digits = 128;
  if (at == std::string_view::npos || !from_hex(line.substr(at + hash_key.size(), digits), out.hash.data(), out.hash.size())) {
    out.fault = "it has no hash";
    return {};
  }
  std::string_view body = line.substr(0, at), rest = line.substr(at + hash_key.size() + digits);
  bool with_signature = rest.size() == signature_key.size() + signature_digits + 2 && rest.starts_with(signature_key) &&
                        rest.ends_with("\"}") && from_hex(rest.substr(signature_key.size(), signature_digits), out.signature.data(), 64);
  if (!with_signature && rest != "\"}") out.fault = "its end is not a hash and a signature";
  else if (sha256(body) != out.hash) out.fault = "its hash does not fit its text";
  out.signer = with_signature ? "?" : "";  // until the body names the key
  return body;
}

// The end all bodies share: the id of the key that signed, if one did.
template <class Record>
void finish(Body& body, Read<Record>& out) {
  bool had_signature = !out.signer.empty();
  out.signer.clear();
  if (body.more() && body.word(",\"signed\":\"")) out.signer = body.text();
  if (!out.fault.empty()) return;
  if (!body.at_end()) out.fault = "its fields are not those of this record";
  else if (had_signature != !out.signer.empty()) out.fault = had_signature ? "it has a signature but names no key" : "its signature is gone";
}

Read<Mark> read_mark(std::string_view line, std::string_view begin) {
  Read<Mark> out;
  Body body(unseal(line, out));
  body.word(begin);
  out.record.time = body.text();
  body.word(",\"node\":\"");
  out.record.node = body.text();
  body.word(",\"block\":");
  out.record.block = body.number();
  body.word(",\"sequence\":");
  out.record.sequence = body.number();
  body.word(",\"head\":\"");
  out.record.head = body.digest();
  finish(body, out);
  if (out.good() && out.signer.empty()) out.fault = "it is not signed";
  return out;
}

}  // namespace

template <class Record>
bool Read<Record>::signed_by(const PublicKey& key) const {
  return signer == key.id() && key.verifies(signed_text(hash), signature);
}
template struct Read<FileHead>;
template struct Read<BlockEnd>;
template struct Read<Mark>;

Sealed seal(const FileHead& head, const NodeKey& key) {
  std::string body(head_begin);
  body.append(head.time).append("\",\"node\":\"").append(head.node);
  body.append("\",\"block\":").append(std::to_string(head.block));
  body.append(",\"sequence\":").append(std::to_string(head.sequence));
  body.append(",\"previous\":\"").append(to_hex(head.previous));
  body.append("\",\"public_key\":\"").append(head.public_key).append("\"");
  return sealed(std::move(body), &key);
}

Sealed seal(const BlockEnd& end, const NodeKey* key) {
  std::string body(block_begin);
  body.reserve(640);
  body.append(std::to_string(end.block)).append(",\"first\":").append(std::to_string(end.first));
  body.append(",\"lines\":").append(std::to_string(end.lines)).append(",\"time\":\"").append(end.time);
  body.append("\",\"content\":\"").append(to_hex(end.content));
  body.append("\",\"previous\":\"").append(to_hex(end.previous)).append("\"");
  return sealed(std::move(body), key);
}

Sealed seal_anchor(const Mark& mark, const NodeKey& key) { return sealed(mark_body(anchor_begin, mark), &key); }
Sealed seal_checkpoint(const Mark& mark, const NodeKey& key) { return sealed(mark_body(checkpoint_begin, mark), &key); }

Read<FileHead> read_head(std::string_view line) {
  Read<FileHead> out;
  Body body(unseal(line, out));
  body.word(head_begin);
  out.record.time = body.text();
  body.word(",\"node\":\"");
  out.record.node = body.text();
  body.word(",\"block\":");
  out.record.block = body.number();
  body.word(",\"sequence\":");
  out.record.sequence = body.number();
  body.word(",\"previous\":\"");
  out.record.previous = body.digest();
  body.word(",\"public_key\":\"");
  out.record.public_key = body.text();
  finish(body, out);
  if (out.good() && out.signer.empty()) out.fault = "it is not signed";
  return out;
}

Read<BlockEnd> read_block(std::string_view line) {
  Read<BlockEnd> out;
  Body body(unseal(line, out));
  body.word(block_begin);
  out.record.block = body.number();
  body.word(",\"first\":");
  out.record.first = body.number();
  body.word(",\"lines\":");
  out.record.lines = body.number();
  body.word(",\"time\":\"");
  out.record.time = body.text();
  body.word(",\"content\":\"");
  out.record.content = body.digest();
  body.word(",\"previous\":\"");
  out.record.previous = body.digest();
  finish(body, out);
  return out;
}

Read<Mark> read_anchor(std::string_view line) { return read_mark(line, anchor_begin); }
Read<Mark> read_checkpoint(std::string_view line) { return read_mark(line, checkpoint_begin); }

bool is_head(std::string_view line) noexcept { return line.starts_with("{\"file\":"); }
bool is_block(std::string_view line) noexcept { return line.starts_with(block_begin); }

}  // namespace arint::log
