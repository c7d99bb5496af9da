// SPDX-License-Identifier: GPL-3.0-or-later
// Step: one verb of a flow, compiled. Sequence: steps one after the other.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/position.hpp"
#include "message/run.hpp"
#include "runtime/runtime.hpp"

namespace arint::flow {

// Made once at load, immutable, used by any number of runs of its core.
class Step {
 public:
  virtual ~Step() = default;
  // Works on the run. A fault ends the flow, unless a `try` around it catches it.
  virtual runtime::Task<Result<void>> run(message::Run& run) const = 0;
  // Does it look at the message's body? False lets the body stay on the wire (`forward` streams it then).
  virtual bool uses_body() const noexcept { return true; }
};

class Sequence {
 public:
  // `undo`: what undoes the step when the service fails for good; null: nothing does.
  void add(std::string_view verb, const Position& at, std::unique_ptr<Step> step, std::unique_ptr<Sequence> undo = nullptr) {
    steps_.push_back({verb, at, std::move(step), std::move(undo)});
  }
  // Until a step fails or the run has ended (`forward`). The failure of the innermost step stays in run.failure.
  runtime::Task<Result<void>> run(message::Run& run) const;
  bool uses_body() const noexcept;
  bool empty() const noexcept { return steps_.empty(); }

 private:
  struct Placed {
    std::string_view verb;  // of the catalogue, lives for ever
    Position at;
    std::unique_ptr<Step> step;
    std::unique_ptr<Sequence> undo;
  };
  std::vector<Placed> steps_;
};

}  // namespace arint::flow
