// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses: what is counted of each address an outgoing calls. They come and go while a configuration runs (DNS), so they are
// shown as long as some core holds them, and forgotten after that.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "log/metrics/cells.hpp"

namespace arint::log {

class alignas(64) AddressCell {
 public:
  Number calls, faults, connects, ejections;
  Number in_flight, up;  // up: 1 while this core sends calls to it
};

// One address, once per core.
class AddressPart {
 public:
  explicit AddressPart(unsigned cores) : cells_(new AddressCell[cores]), cores_(cores) {}
  AddressCell& on(unsigned core) noexcept { return cells_[core]; }  // for the thread of that core only
  std::uint64_t sum(Number AddressCell::*member) const noexcept {
    std::uint64_t out = 0;
    for (unsigned core = 0; core < cores_; ++core) out += (cells_[core].*member).get();
    return out;
  }

 private:
  std::unique_ptr<AddressCell[]> cells_;
  unsigned cores_;
};

class Addresses {
 public:
  explicit Addresses(unsigned cores) : cores_(cores) {}
  // From any thread. The same address gives the same object as long as somebody holds it.
  std::shared_ptr<AddressPart> of(const std::string& address) {
    std::lock_guard lock(mutex_);
    std::weak_ptr<AddressPart>& known = known_[address];
    std::shared_ptr<AddressPart> out = known.lock();
    if (!out) known = out = std::make_shared<AddressPart>(cores_);
    return out;
  }
  // Those that are held now, by name.
  std::vector<std::pair<std::string, std::shared_ptr<const AddressPart>>> all() {
    std::lock_guard lock(mutex_);
    std::erase_if(known_, [](const auto& one) { return one.second.expired(); });
    std::vector<std::pair<std::string, std::shared_ptr<const AddressPart>>> out;
    for (const auto& [address, held] : known_)
      if (std::shared_ptr<const AddressPart> part = held.lock()) out.emplace_back(address, std::move(part));
    return out;
  }

 private:
  unsigned cores_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<AddressPart>> known_;
};

}  // namespace arint::log
