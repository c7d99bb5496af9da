// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/action.hpp"

#include <array>

namespace arint::log {
namespace {

constexpr std::array<std::string_view, kind_count> kinds{"received",  "step",   "sent",      "notified", "failed", "replayed", "configured",
                                                         "restarted", "logged", "logged_in", "started",  "stopped",   "settled"};
constexpr std::array<std::string_view, outcome_count> outcomes{"",         "ok",   "accepted", "failed",  "refused",
                                                               "retrying", "held", "dead",     "expired", "dropped"};

template <class T, std::size_t n>
std::optional<T> named(const std::array<std::string_view, n>& words, std::string_view word) noexcept {
  for (std::size_t i = 0; i < n; ++i)
    if (!word.empty() && words[i] == word) return static_cast<T>(i);
  return std::nullopt;
}

}  // namespace

std::string_view word(Kind kind) noexcept { return kinds[static_cast<std::size_t>(kind)]; }
std::string_view word(Outcome outcome) noexcept { return outcomes[static_cast<std::size_t>(outcome)]; }
std::optional<Kind> kind_named(std::string_view word) noexcept { return named<Kind>(kinds, word); }
std::optional<Outcome> outcome_named(std::string_view word) noexcept { return named<Outcome>(outcomes, word); }

}  // namespace arint::log
