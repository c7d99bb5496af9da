// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.hpp"

#include <array>

namespace arint {
namespace {
constexpr std::array<std::string_view, fault_count> words{"unreachable", "timeout",   "busy",      "refused",
                                                          "rejected",    "malformed", "cancelled", "bug"};
}

Remedy remedy(Fault fault) noexcept {
  switch (fault) {
    case Fault::unreachable: return Remedy::retry_later;
    case Fault::timeout: return Remedy::as_on_unknown_says;
    case Fault::busy: return Remedy::wait_as_told;
    case Fault::refused: return Remedy::stop_and_alarm;
    case Fault::rejected: return Remedy::dead_letter;
    case Fault::cancelled: return Remedy::give_back;
    case Fault::malformed:
    case Fault::bug: return Remedy::dead_letter_and_alarm;
  }
  return Remedy::dead_letter_and_alarm;
}

std::string_view word(Fault fault) noexcept { return words[static_cast<std::size_t>(fault)]; }

std::optional<Fault> fault_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == name) return static_cast<Fault>(i);
  return std::nullopt;
}

void broken_invariant(const char* why, const char* file, int line) {
  throw Bug{std::string(file) + ":" + std::to_string(line) + ": this should hold and did not: " + why};
}

}  // namespace arint
