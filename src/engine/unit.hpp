// SPDX-License-Identifier: GPL-3.0-or-later
// Unit: every part of a configuration on one core. Building has no side effects, so that `check` builds one and throws it away.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "channel/front.hpp"
#include "delivery/events.hpp"
#include "delivery/worker.hpp"
#include "engine/configuration.hpp"
#include "engine/pinned.hpp"
#include "engine/versions.hpp"
#include "flow/build.hpp"
#include "flow/service.hpp"
#include "log/metrics/registry.hpp"

namespace arint::engine {

// What the units of a node share.
struct Shared {
  std::map<std::string, std::shared_ptr<void>> kinds{};   // by kind of channel
  delivery::Delivery* delivery = nullptr;                 // of a node with a store
};

class Unit : public delivery::Plans {
 public:
  // Reports what is wrong to `reading`; the unit is then only good for finding more.
  Unit(const Configuration& configuration, declare::Reading& reading, message::Core core, log::Generation& numbers, const Shared& shared,
       Versions versions = {});

  // On the core's loop: outgoings first, so that there is a way out before anybody is let in. `before`: the unit that serves now,
  // at a reload; nobody comes here before take_over().
  runtime::Task<Result<void>> open(const Unit* before);
  // Cannot fail: from now on whoever comes, comes here. `before` is closed next.
  void take_over(Unit& before) noexcept;
  // In the data's direction: channels, then outgoings.
  runtime::Task<void> close();

  // What is not of this configuration is compiled again from the store.
  runtime::Task<Result<delivery::Plan>> plan(Digest version, std::string_view channel) override;

 private:
  void make_outgoings(const Configuration& configuration, declare::Reading& reading, log::Generation& numbers);
  void make_services(const Configuration& configuration, declare::Reading& reading, log::Generation& numbers);
  void make_channels(const Configuration& configuration, declare::Reading& reading, log::Generation& numbers,
                     const Shared& shared);
  std::shared_ptr<const security::Signer> signer_of(const outgoing::Options& options, bool signs, declare::Reading& reading) const;

  document::Arena arena_;  // $config, tables
  format::Named formats_;
  mapping::Tables tables_;
  message::Core core_;
  std::map<std::string, std::unique_ptr<outgoing::Outgoing>> outgoings_;
  std::map<std::string, bool> forwards_;
  std::map<std::string, std::shared_ptr<const security::Signer>> signers_;
  std::map<std::string, std::unique_ptr<flow::Service>> services_;
  std::map<std::string, std::unique_ptr<channel::Channel>> channels_;
  std::map<std::string, std::unique_ptr<channel::Front>> fronts_;  // by kind
  Versions versions_;
  std::string folder_;
  Millis drain_;
  std::map<Digest, Result<std::unique_ptr<Pinned>>> pinned_;  // other versions, or why they do not fit
  std::unique_ptr<delivery::Worker> worker_;                  // of a node with a store
  std::unique_ptr<delivery::StoreEvents> events_;             // the same
  std::vector<outgoing::Outgoing*> opened_outgoings_;
  std::vector<channel::Front*> opened_fronts_;
};

// What each kind of channel shares between its cores; made once per start.
std::map<std::string, std::shared_ptr<void>> make_shared_state();

}  // namespace arint::engine
