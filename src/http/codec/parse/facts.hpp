// SPDX-License-Identifier: GPL-3.0-or-later
// From fields to facts: how long the body is, whether the connection stays, and whether the head makes sense as a whole.
// For the parsers of this folder.
#pragma once
#include <optional>
#include <string_view>

#include "http/codec/head.hpp"
#include "http/codec/limits.hpp"
#include "http/codec/refusal.hpp"

namespace arint::http {

enum class FieldsOf : std::uint8_t { request, response, trailer };

// Checks of one field, made when its line is complete; `fields` holds those before it.
Refusal check_field(FieldsOf whose, Name id, std::string_view value, const Fields& fields) noexcept;

// Content-Length = 1*DIGIT, here without leading zeros and at most 18 digits.
std::optional<std::uint64_t> parse_length(std::string_view text) noexcept;
// uri-host [ ":" port ], RFC 9110, 7.2, without percent-encoding and with a port that is one.
bool valid_host(std::string_view host) noexcept;

// The head as a whole; fills MessageFacts, target and method of `head`.
Refusal conclude(RequestHead& head, const HeadLimits& limits) noexcept;
Refusal conclude(ResponseHead& head, Method to) noexcept;

}  // namespace arint::http
