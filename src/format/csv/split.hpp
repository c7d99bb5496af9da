// SPDX-License-Identifier: GPL-3.0-or-later
// CSV row by row, in both directions.
#pragma once
#include <memory>

#include "format/csv/csv.hpp"

namespace arint::format::csv {

std::unique_ptr<Splitter> make_splitter(const SplitOptions& options, const Options& csv);
// The header is written from the first row unless the columns are named: later rows may leave columns out, never add one.
std::unique_ptr<Joiner> make_joiner(const JoinOptions& options, const Options& csv);

}  // namespace arint::format::csv
