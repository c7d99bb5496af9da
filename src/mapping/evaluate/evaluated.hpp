// SPDX-License-Identifier: GPL-3.0-or-later
// A text that $eval has compiled; kept until the evaluation ends.
#pragma once
#include <memory>
#include <string_view>

#include "mapping/compile/program.hpp"
#include "mapping/evaluate/evaluator.hpp"

namespace arint::mapping {

struct Evaluator::Evaluated {
  std::string_view source;
  const void* site;  // the call: it decides which names are seen
  std::unique_ptr<const Program> program;
};

}  // namespace arint::mapping
