// SPDX-License-Identifier: GPL-3.0-or-later
// Service: what a channel invokes and `call` calls; here, a flow. One object per core.
#pragma once
#include <memory>
#include <string>

#include "flow/saga.hpp"
#include "flow/step.hpp"
#include "flow/traits.hpp"
#include "log/metrics/registry.hpp"

namespace arint::flow {

class Service {
 public:
  static constexpr int most_nested_calls = 16;

  Service(std::string name, std::shared_ptr<log::Part> numbers) : name_(std::move(name)), numbers_(std::move(numbers)) {}
  void set_steps(Sequence steps) { steps_ = std::move(steps); }

  const std::string& name() const noexcept { return name_; }
  Traits& traits() noexcept { return traits_; }
  const Traits& traits() const noexcept { return traits_; }
  bool uses_body() const noexcept { return steps_.uses_body(); }
  // Runs the flow. A fault: run.failure says which step, where and why; its Error is returned. An exception of ours becomes
  // Fault::bug and the node keeps serving. More than 16 calls inside each other: bug.
  // In a durable run, what it did is undone when it fails for good (saga.hpp).
  runtime::Task<Result<void>> run(message::Run& run) const;

 private:
  runtime::Task<Result<void>> run_steps(message::Run& run) const;
  runtime::Task<Result<void>> run_as_saga(message::Run& run) const;
  runtime::Task<Result<void>> undo(message::Run& run, Saga& own, const Error& why) const;
  Error escaped(message::Run& run) const;  // in a catch block

  std::string name_;
  std::shared_ptr<log::Part> numbers_;
  Sequence steps_;
  Traits traits_{};
};

}  // namespace arint::flow
