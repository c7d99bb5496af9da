// SPDX-License-Identifier: GPL-3.0-or-later
// HttpFront: all HTTP channels of one core, by the address they listen on.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "channel/front.hpp"
#include "connectors/http/in/listener.hpp"

namespace arint::connectors::http {

class HttpFront : public channel::Front {
 public:
  explicit HttpFront(const channel::Node& node);
  void add(channel::Channel& channel, declare::Reading& reading) override;
  runtime::Task<Result<void>> open(const channel::Front* before) override;
  void take_over(channel::Front& before) noexcept override;
  runtime::Task<Result<channel::Told>> submit(channel::Channel& channel, const channel::Submitted& message) override;
  runtime::Task<void> close() override;

 private:
  Listener* listener_at(const std::string& address) const noexcept;

  channel::Node node_;
  std::map<std::string, std::unique_ptr<Listener>> listeners_;
};

}  // namespace arint::connectors::http
