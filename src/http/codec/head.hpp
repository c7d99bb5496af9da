// SPDX-License-Identifier: GPL-3.0-or-later
// What a parsed message head is: offsets into the buffer the bytes arrived in. Nothing is copied and nothing allocated;
// every view is good for as long as that buffer holds the head. rebase() follows a buffer that moved.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "http/codec/method.hpp"
#include "http/codec/names.hpp"

namespace arint::http {

struct Slice {
  std::uint32_t at = 0;
  std::uint32_t size = 0;
};

// One field line. `name` and `value` are offsets; the value is without the white space around it.
struct FieldSlice {
  std::uint32_t name = 0;
  std::uint32_t value = 0;
  std::uint32_t value_size = 0;
  std::uint16_t name_size = 0;
  Name id = Name::other;
  bool underscore = false;  // the name holds '_': some back ends read it as '-'
};

// A field by its text, for whoever builds a message. Views: the caller keeps the bytes until the call has returned.
struct Field {
  std::string_view name;
  std::string_view value;
};

// How the end of the body is known. RFC 9112, 6.3.
enum class Framing : std::uint8_t { none, length, chunked, until_close };

inline constexpr std::size_t most_fields = 128;  // what a head can hold; the limit in use may be lower

// The fields of a head (or of a trailer section).
class Fields {
 public:
  std::size_t count() const noexcept { return count_; }
  const FieldSlice& at(std::size_t i) const noexcept { return list_[i]; }
  std::string_view name(const FieldSlice& field) const noexcept { return {base_ + field.name, field.name_size}; }
  std::string_view value(const FieldSlice& field) const noexcept { return {base_ + field.value, field.value_size}; }
  Field field(std::size_t i) const noexcept { return {name(list_[i]), value(list_[i])}; }

  // First field of that name; "" when there is none (has() tells absent from empty). By Name it costs one load.
  bool has(Name id) const noexcept { return first_[static_cast<std::size_t>(id)] != 0; }
  std::string_view get(Name id) const noexcept { return has(id) ? value(list_[first_[static_cast<std::size_t>(id)] - 1u]) : std::string_view{}; }
  const FieldSlice* find(std::string_view name) const noexcept;  // any case; nullptr when absent
  std::string_view get(std::string_view name) const noexcept {
    const FieldSlice* found = find(name);
    return found ? value(*found) : std::string_view{};
  }

  const char* base() const noexcept { return base_; }
  void rebase(const char* base) noexcept { base_ = base; }
  void clear(const char* base) noexcept {
    base_ = base;
    count_ = 0;
    first_.fill(0);
  }
  void add(const FieldSlice& field) noexcept {
    list_[count_++] = field;
    std::uint8_t& first = first_[static_cast<std::size_t>(field.id)];
    if (!first && field.id != Name::other) first = static_cast<std::uint8_t>(count_);
  }

 private:
  const char* base_ = nullptr;
  std::uint16_t count_ = 0;
  std::array<std::uint8_t, name_count> first_{};  // index + 1 of the first field of each known name
  std::array<FieldSlice, most_fields> list_;      // not initialised on purpose: count_ says what is there
};

// What every message says about its connection and its body, taken from the fields once, by the parser.
struct MessageFacts {
  std::uint32_t head_size = 0;  // bytes up to and including the empty line
  std::uint8_t minor = 1;       // HTTP/1.<minor>
  Framing framing = Framing::none;
  std::uint64_t length = 0;     // framing == length
  bool close = false;           // the sender closes after this message, or must be taken to
  bool connection_names_fields = false;  // Connection names fields that end here as well
  bool upgrade = false;         // Connection: upgrade
};

enum class TargetForm : std::uint8_t { origin, absolute, asterisk };

// A request target, split and checked. RFC 9112, 3.2 and RFC 3986.
struct TargetSlices {
  TargetForm form = TargetForm::origin;
  bool normal = true;    // the path as sent is its normalised form already
  bool has_query = false;
  Slice path{};          // as sent, begins with '/', or "*"; empty for an absolute form without a path
  Slice query{};         // as sent, without '?'
  Slice authority{};     // absolute form only
};

struct RequestHead : MessageFacts {
  Method method = Method::unknown;
  bool expects_continue = false;
  Slice method_text{}, target_text{};
  TargetSlices target{};
  Fields fields;

  std::string_view text(Slice slice) const noexcept { return {fields.base() + slice.at, slice.size}; }
  std::string_view host() const noexcept { return fields.get(Name::host); }
};

struct ResponseHead : MessageFacts {
  int status = 0;
  Slice reason{};
  Fields fields;

  std::string_view text(Slice slice) const noexcept { return {fields.base() + slice.at, slice.size}; }
};

}  // namespace arint::http
