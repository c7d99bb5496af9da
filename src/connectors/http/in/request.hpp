// SPDX-License-Identifier: GPL-3.0-or-later
// Request: an HTTP request as the message of a run. It lives in the handler's frame, beside the exchange it views into.
#pragma once
#include "channel/channel.hpp"
#include "connectors/http/in/router.hpp"
#include "http/coding/coding.hpp"
#include "http/server/exchange.hpp"
#include "message/run.hpp"

namespace arint::connectors::http {

// Who the caller's certificate says he is; empty without one. Never from a header.
std::string_view principal_of(const arint::http::Exchange& exchange, const channel::Channel& channel);

class Request : public message::Origin {
 public:
  Request(arint::http::Exchange& exchange, channel::Channel& channel, document::Arena& arena)
      : exchange_(exchange), channel_(channel), arena_(arena) {}

  // Fills message(). Faults: rejected with status 415 (format the channel does not take) or 400 (path parameter).
  Result<void> read(const Captures& captures);
  // The same without the body's format: for whoever only asks about the head. Faults: rejected with status 400.
  Result<void> read_head(const Captures& captures);
  const message::Message& message() const noexcept { return message_; }
  void give_body(message::Run& run) const;

  // Decoded when it came compressed; then `limits.body` holds for both forms, and it may not grow more than 100 times.
  runtime::Task<Result<std::string_view>> read_body() override;
  arint::http::Exchange* exchange() noexcept override { return &exchange_; }

 private:
  Result<const format::Format*> format_of_body() const;

  arint::http::Exchange& exchange_;
  channel::Channel& channel_;
  document::Arena& arena_;
  message::Message message_{};
  const format::Format* format_ = nullptr;
  arint::http::Coding coding_ = arint::http::Coding::identity;
  std::string decoded_{};
  std::optional<std::string_view> read_{};  // the body, when it was read before
};

}  // namespace arint::connectors::http
