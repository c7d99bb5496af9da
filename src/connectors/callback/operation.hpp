// SPDX-License-Identifier: GPL-3.0-or-later
// CallbackOperation: one `notify`.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "connectors/callback/connection.hpp"
#include "connectors/http/out/parts.hpp"

namespace arint::connectors::callback {

class CallbackOperation : public outgoing::Operation {
 public:
  // Null when it reported problems.
  static std::unique_ptr<CallbackOperation> compile(CallbackConnection& connection, const declare::Node& options, declare::Reading& reading);

  runtime::Task<Result<document::Value>> perform(message::Run& run, bool wanted) const override;
  // Receivers know repeats by webhook-id and Idempotency-Key; still it is a POST (RFC 9110, 9.2.2).
  bool repeatable() const noexcept override { return false; }
  Result<std::string> endpoint(message::Run& run) const override;
  // scripted.cpp
  runtime::Task<Result<document::Value>> asked(message::Run& run) const override;
  Result<document::Value> answered(message::Run& run, const document::Value& answer, bool wanted) const override;

 private:
  explicit CallbackOperation(CallbackConnection& connection) : connection_(connection) {}
  Result<Url> url(message::Run& run) const;
  static Result<document::Value> result_of(message::Run& run, const arint::http::Response& response, const std::string& peer, bool wanted);

  CallbackConnection& connection_;
  message::Expression url_;
  std::vector<http::NamedTemplate> headers_;
  message::Expression body_;
  const format::Format* as_ = nullptr;
};

// What an answer means for a callback; nullopt: it is well. Other than for a peer that we know, most of what is not 2xx is waited out.
std::optional<Fault> fault_of_answer(int status) noexcept;

}  // namespace arint::connectors::callback
