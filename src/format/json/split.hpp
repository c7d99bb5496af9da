// SPDX-License-Identifier: GPL-3.0-or-later
// JSON larger than memory: its items one by one, in both directions.
#pragma once
#include <memory>

#include "format/format.hpp"
#include "format/json/json.hpp"

namespace arint::format::json {

std::unique_ptr<Splitter> make_splitter(const SplitOptions& options, const Options& json);
std::unique_ptr<Joiner> make_joiner(const JoinOptions& options, const Options& json);  // an array, or lines

}  // namespace arint::format::json
