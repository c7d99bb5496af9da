// SPDX-License-Identifier: GPL-3.0-or-later
// Names that come twice in one object. RFC 8259, section 4 leaves it open; here the last value wins, at the place of the first.
#include <emmintrin.h>

#include <cstring>

#include "base/ids.hpp"
#include "format/json/reader.hpp"

namespace arint::format::json {

using document::Member;

namespace {

// Unknown to whoever sends us the names, so that he cannot choose them to collide.
std::uint64_t seed() noexcept {
  static const std::uint64_t value = Id::random().low | 1;
  return value;
}

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash(std::string_view name, std::uint64_t key) noexcept {
  std::uint64_t h = key ^ name.size();
  const char* p = name.data();
  std::size_t left = name.size();
  for (; left >= 8; p += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    h = mixed(h ^ word, key ^ 0x9E3779B97F4A7C15ull);
  }
  std::uint64_t word = 0;
  if (left) std::memcpy(&word, p, left);
  return mixed(h ^ word, key ^ 0xD6E8FEB86659FD93ull);
}

bool same(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

// Called before the name's cell is pushed, for the first sixteen (close() looks at more). They are compared by one byte each, in one
// instruction.
void Reader::note_name(std::string_view name, std::size_t before) {
  unsigned signature = static_cast<unsigned>(name.size()) * 7;
  if (!name.empty())
    signature += static_cast<unsigned char>(name.front()) * 31u + static_cast<unsigned char>(name[name.size() / 2]) * 5u +
                 static_cast<unsigned char>(name.back());
  __m128i all = _mm_load_si128(reinterpret_cast<const __m128i*>(frame_->signatures));
  unsigned equal = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8(static_cast<char>(signature)))));
  equal &= (1u << before) - 1;
  const Member* members = reinterpret_cast<const Member*>(cells_ + frame_->first);
  for (; equal; equal &= equal - 1)
    if (same(members[__builtin_ctz(equal)].name, name)) frame_->repeats = true;
  frame_->signatures[before] = static_cast<std::uint8_t>(signature);
}

// The names so far are a shape's and differ, but their signatures have not been taken.
void Reader::stop_following() {
  frame_->following = false;
  const Member* members = reinterpret_cast<const Member*>(cells_ + frame_->first);
  std::size_t count = (static_cast<std::size_t>(top_ - cells_) - frame_->first) / 2;
  for (std::size_t i = 0; i < count && i < Frame::signature_count; ++i) note_name(members[i].name, i);
}

// A shape is good when each name is a slice of the input (what was unescaped cannot be compared with the bytes to come).
void Reader::keep_shape(const Member* members, std::size_t count) noexcept {
  frame_->shape = frame_->shape_end = nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = members[i].name.data();
    if (name < begin_ || name >= end_ || end_ - name < 16) return;
  }
  if (count == 0) return;
  frame_->shape = members;
  frame_->shape_end = members + count;
}

// Moves the members together in place and gives how many are left.
std::size_t Reader::without_repeats(Member* members, std::size_t count) {
  std::uint64_t key = seed();
  std::size_t slots = 64;
  while (slots < 2 * count) slots *= 2;
  table_.assign(slots, 0);  // 0: free, else 1 + the member's number
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t slot = hash(members[i].name, key) & (slots - 1);
    while (table_[slot] && !same(members[table_[slot] - 1].name, members[i].name)) slot = (slot + 1) & (slots - 1);
    if (!table_[slot]) {
      members[kept] = members[i];
      table_[slot] = static_cast<std::uint32_t>(++kept);
      continue;
    }
    if (options_.duplicate_keys == Duplicates::refuse) {
      repeated_ = members[i].name;
      if (repeated_.data() >= begin_ && repeated_.data() < end_) failed_at_ = repeated_.data();
      expected_ = "names that differ";
      return kept;
    }
    members[table_[slot] - 1].value = members[i].value;
  }
  return kept;
}

}  // namespace arint::format::json
