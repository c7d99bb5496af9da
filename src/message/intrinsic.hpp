// SPDX-License-Identifier: GPL-3.0-or-later
// The variables every expression has without anybody setting them: $headers, $path, $query, $principal, $claims, $message, $config.
#pragma once
#include <span>
#include <string_view>

#include "document/value.hpp"

namespace arint::message {

class Run;

// Absent when `name` is none of them, or the message has no such thing.
document::Value intrinsic_variable(Run& run, std::string_view name);
// Their names, for `check`.
std::span<const std::string_view> intrinsic_names() noexcept;

}  // namespace arint::message
