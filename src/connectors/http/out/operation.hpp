// SPDX-License-Identifier: GPL-3.0-or-later
// HttpOperation: one `send` to an HTTP outgoing.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "connectors/http/out/connection.hpp"
#include "connectors/http/out/parts.hpp"

namespace arint::connectors::http {

class HttpOperation : public outgoing::Operation {
 public:
  // Null when it reported problems.
  static std::unique_ptr<HttpOperation> compile(HttpConnection& connection, const declare::Node& options, declare::Reading& reading);

  runtime::Task<Result<document::Value>> perform(message::Run& run, bool wanted) const override;
  bool repeatable() const noexcept override;
  const message::Expression* document() const noexcept override { return &body_; }
  // scripted.cpp
  runtime::Task<Result<document::Value>> asked(message::Run& run) const override;
  Result<document::Value> answered(message::Run& run, const document::Value& answer, bool wanted) const override;

 private:
  explicit HttpOperation(HttpConnection& connection) : connection_(connection) {}
  Result<std::string> target(message::Run& run) const;
  Result<message::Body> content(message::Run& run) const;
  bool accepts(int status) const;
  Result<document::Value> result_of(message::Run& run, const arint::http::Response& response, bool wanted) const;

  HttpConnection& connection_;
  std::string method_;
  message::Template path_;
  std::vector<NamedTemplate> query_;
  std::vector<NamedTemplate> headers_;
  message::Expression body_;
  const format::Format* as_ = nullptr;
  std::vector<std::int64_t> accept_;
};

}  // namespace arint::connectors::http
