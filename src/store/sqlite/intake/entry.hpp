// SPDX-License-Identifier: GPL-3.0-or-later
// Entry: one accepted message as the intake's journal holds it, and its bytes.
//
// On the disk: check (8 bytes, of all that follows), size of the whole entry (8), epoch (8), serial (8), all little-endian, then the
// pieces (store/pieces.hpp), then zeros up to a multiple of 8. Serials count on by one; another epoch is an older life of the file.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "store/write.hpp"

namespace arint::store {

struct Entry {
  Number number = 0;
  std::int64_t lease = 0;                 // 0: nobody has claimed it
  std::uint8_t priority = 5;
  std::int64_t received_ms = 0, due_ms = 0, expires_ms = 0;
  Id id{}, cid{};
  Digest version{}, body_digest{};
  std::string_view channel{}, head{}, body{};   // into the bytes it was read from
};

// Whether an entry can hold it: what needs the tables to be decided (a key, a line, a schedule) or has a file cannot.
bool fits_entry(const Accept& accept) noexcept;
// What a message that was accepted becomes; views into `accept` and its message.
Entry entry_of(const Accept& accept, Number number, std::int64_t lease);

// At most what its entry takes on the disk.
std::size_t room_of(const Accept& accept) noexcept;
void write_entry(const Entry& entry, std::int64_t epoch, std::int64_t serial, std::string& out);

struct EntryRead {
  Entry entry{};
  std::int64_t serial = 0;
  std::size_t size = 0;                   // to the next one
};
constexpr std::size_t entry_front = 32;
// Whether the first `entry_front` bytes may be those of an entry of this epoch: else it need not be read.
bool begins_entry(std::string_view bytes, std::int64_t epoch);
// At the front of `bytes`. None: not an entry of this epoch, or not a whole one.
std::optional<EntryRead> read_entry(std::string_view bytes, std::int64_t epoch);
// The same of bytes that were just written.
EntryRead entry_at(std::string_view bytes);

}  // namespace arint::store
