// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/intake/entry.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "store/pieces.hpp"

namespace arint::store {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers of 8 bytes are written as they lie in memory");

std::uint64_t word_at(std::string_view bytes, std::size_t at) {
  std::uint64_t out = 0;
  std::memcpy(&out, bytes.data() + at, 8);
  return out;
}

// Tells a torn entry from a whole one. Two lanes of multiply and rotate over words of 8 bytes; nobody has to be kept from forging it.
std::uint64_t check_of(std::string_view bytes) {
  constexpr std::uint64_t a = 0x9E3779B97F4A7C15ull, b = 0xC2B2AE3D27D4EB4Full;
  std::uint64_t left = a ^ bytes.size(), right = b;
  std::size_t at = 0;
  for (; at + 16 <= bytes.size(); at += 16) {
    left = std::rotl((left ^ word_at(bytes, at)) * a, 29);
    right = std::rotl((right ^ word_at(bytes, at + 8)) * b, 31);
  }
  for (; at + 8 <= bytes.size(); at += 8) left = std::rotl((left ^ word_at(bytes, at)) * a, 29);
  std::uint64_t out = (left ^ std::rotl(right, 17)) * b;
  return (out ^ (out >> 32)) * a | 1;  // never that of zeros
}

std::string_view bytes_of(const Id& id) { return {reinterpret_cast<const char*>(&id), sizeof id}; }
std::string_view bytes_of(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }
void append_word(std::uint64_t word, std::string& out) { out.append(reinterpret_cast<const char*>(&word), 8); }

template <class T>
bool take_whole(std::string_view& from, T& out) {
  if (from.size() < sizeof out) return false;
  std::memcpy(&out, from.data(), sizeof out);
  from.remove_prefix(sizeof out);
  return true;
}
bool take_signed(std::string_view& from, std::int64_t& out) {
  std::uint64_t value = 0;
  if (!take(from, value)) return false;
  out = static_cast<std::int64_t>(value);
  return true;
}

}  // namespace

bool fits_entry(const Accept& accept) noexcept {
  return !accept.key && !accept.order && accept.schedule.empty() && accept.body.file.zero();
}

Entry entry_of(const Accept& accept, Number number, std::int64_t lease) {
  const message::Message& message = *accept.message;
  return {number, lease, accept.priority, message.received_ms, accept.due_ms, accept.expires_ms, message.id, message.trace.cid,
          accept.version, accept.body_digest, message.channel, accept.head, accept.body.bytes};
}

void write_entry(const Entry& entry, std::int64_t epoch, std::int64_t serial, std::string& out) {
  const std::size_t begin = out.size();
  out.append(16, '\0');
  append_word(static_cast<std::uint64_t>(epoch), out);
  append_word(static_cast<std::uint64_t>(serial), out);
  for (std::string_view fixed : {bytes_of(entry.id), bytes_of(entry.cid), bytes_of(entry.version), bytes_of(entry.body_digest)}) out += fixed;
  for (std::int64_t number : {entry.number, entry.lease, std::int64_t{entry.priority}, entry.received_ms, entry.due_ms, entry.expires_ms})
    put(static_cast<std::uint64_t>(number), out);
  for (std::string_view text : {entry.channel, entry.head, entry.body}) put(text, out);
  out.append((8 - (out.size() - begin) % 8) % 8, '\0');
  const std::uint64_t size = out.size() - begin;
  std::memcpy(out.data() + begin + 8, &size, 8);
  const std::uint64_t check = check_of(std::string_view(out).substr(begin + 8));
  std::memcpy(out.data() + begin, &check, 8);
}

std::size_t room_of(const Accept& accept) noexcept {
  return 256 + accept.message->channel.size() + accept.head.size() + accept.body.bytes.size();
}

namespace {

bool read_pieces(std::string_view rest, Entry& entry) {
  std::uint64_t priority = 0;
  const bool well = take_whole(rest, entry.id) && take_whole(rest, entry.cid) && take_whole(rest, entry.version) && take_whole(rest, entry.body_digest) &&
                    take_signed(rest, entry.number) && take_signed(rest, entry.lease) && take(rest, priority) && take_signed(rest, entry.received_ms) &&
                    take_signed(rest, entry.due_ms) && take_signed(rest, entry.expires_ms) && take(rest, entry.channel) && take(rest, entry.head) &&
                    take(rest, entry.body);
  entry.priority = static_cast<std::uint8_t>(std::min<std::uint64_t>(priority, 9));
  return well && rest.size() < 8;
}

}  // namespace

bool begins_entry(std::string_view bytes, std::int64_t epoch) {
  if (bytes.size() < entry_front) return false;
  const std::uint64_t size = word_at(bytes, 8);
  return size >= entry_front && size % 8 == 0 && word_at(bytes, 16) == static_cast<std::uint64_t>(epoch);
}

std::optional<EntryRead> read_entry(std::string_view bytes, std::int64_t epoch) {
  if (!begins_entry(bytes, epoch)) return std::nullopt;
  const std::uint64_t size = word_at(bytes, 8);
  if (size > bytes.size()) return std::nullopt;
  if (word_at(bytes, 0) != check_of(bytes.substr(8, size - 8))) return std::nullopt;
  EntryRead out;
  out.size = size;
  out.serial = static_cast<std::int64_t>(word_at(bytes, 24));
  if (!read_pieces(bytes.substr(entry_front, size - entry_front), out.entry)) return std::nullopt;
  return out;
}

EntryRead entry_at(std::string_view bytes) {
  EntryRead out;
  out.size = word_at(bytes, 8);
  out.serial = static_cast<std::int64_t>(word_at(bytes, 24));
  invariant(read_pieces(bytes.substr(entry_front, out.size - entry_front), out.entry), "an entry that was written can be read");
  return out;
}

}  // namespace arint::store
