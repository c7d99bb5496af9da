// SPDX-License-Identifier: GPL-3.0-or-later
// Response: an answer that owns its bytes, for callers that want it whole. Two allocations: the head and the body.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/codec/head.hpp"

namespace arint::http {

class Response {
 public:
  Response() = default;
  explicit Response(const ResponseHead& head);  // copies what the head points to

  int status() const noexcept { return status_; }
  std::size_t field_count() const noexcept { return list_.size(); }
  Field field(std::size_t i) const noexcept { return {view(list_[i].name, list_[i].name_size), view(list_[i].value, list_[i].value_size)}; }
  std::string_view get(Name id) const noexcept;               // first of that name, "" when absent
  std::string_view get(std::string_view name) const noexcept;  // any case
  bool has(Name id) const noexcept;

  std::string body{};

 private:
  std::string_view view(std::uint32_t at, std::uint32_t size) const noexcept { return std::string_view(bytes_).substr(at, size); }

  int status_ = 0;
  std::string bytes_{};
  std::vector<FieldSlice> list_{};
};

}  // namespace arint::http
