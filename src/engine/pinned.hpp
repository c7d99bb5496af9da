// SPDX-License-Identifier: GPL-3.0-or-later
// Pinned: the services of a version that is served no longer, compiled again from the store for the messages that are bound to it. They
// call the outgoings of the unit that serves now, by name.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "delivery/plan.hpp"
#include "engine/configuration.hpp"
#include "flow/build.hpp"
#include "mapping/expression.hpp"
#include "store/store.hpp"

namespace arint::engine {

// What it takes from the unit.
struct Around {
  const message::Core& core;
  const std::map<std::string, std::unique_ptr<outgoing::Outgoing>>& outgoings;
  const std::map<std::string, bool>& forwards;
  std::string folder{};             // of the project
  std::string redirect{};           // "one=other", see delivery::Plans
};

class Pinned {
 public:
  // Fault rejected: it does not fit what is there now; the sentence says all that is wrong.
  static Result<std::unique_ptr<Pinned>> compile(const store::VersionRead& version, const Around& around);
  const flow::Service* service() const noexcept { return service_; }
  message::Core& core() noexcept { return core_; }

 private:
  explicit Pinned(const message::Core& core) : core_(core) {}
  void build(const Configuration& configuration, declare::Reading& reading, const Around& around);

  document::Arena arena_;
  format::Named formats_;
  mapping::Tables tables_;
  message::Core core_;
  std::map<std::string, std::unique_ptr<flow::Service>> services_;
  const flow::Service* service_ = nullptr;
};

void make_formats(const Configuration& configuration, declare::Reading& reading, format::Named& formats);

}  // namespace arint::engine
