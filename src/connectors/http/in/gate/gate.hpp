// SPDX-License-Identifier: GPL-3.0-or-later
// Gate: what one channel asks of its requests and answers beside having them served: CORS, header rules, another path, a redirect.
// A channel that asks for nothing has none.
#pragma once
#include <memory>
#include <optional>

#include "channel/front.hpp"
#include "connectors/http/in/channel_options.hpp"
#include "connectors/http/in/gate/canary.hpp"
#include "connectors/http/in/gate/compress.hpp"
#include "connectors/http/in/gate/cors.hpp"
#include "connectors/http/in/gate/path_template.hpp"
#include "connectors/http/in/gate/throttle.hpp"
#include "http/server/exchange.hpp"

namespace arint::connectors::http {

class Gate {
 public:
  // Null when the channel asks for nothing. Reports what is wrong.
  static std::unique_ptr<Gate> make(const channel::Channel& channel, const ChannelOptions& options, const channel::Node& node,
                                    declare::Reading& reading);

  const Cors* cors() const noexcept { return cors_ ? &*cors_ : nullptr; }
  const Throttle* throttle() const noexcept { return throttle_.get(); }
  // Where a request that is forwarded goes.
  outgoing::Outgoing* target(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) const;
  bool redirects() const noexcept { return redirect_.has_value(); }
  runtime::Task<Result<void>> redirect(arint::http::Exchange& exchange, const Captures& captures) const;

 private:
  friend class Passage;
  bool shapes_answers() const noexcept { return cors_ || compression_ || !response_.empty(); }

  std::optional<Cors> cors_{};
  std::optional<Compression> compression_{};
  arint::http::HeaderRules request_{}, response_{};
  std::optional<PathTemplate> rewrite_{}, redirect_{};
  int redirect_status_ = 0;
  std::unique_ptr<Throttle> throttle_{};
  std::optional<CanarySplit> canary_{};
};

// One request on its way through a gate; lives in the handler's frame.
class Passage : public arint::http::AnswerFilter {
 public:
  Passage(const Gate& gate, arint::http::Exchange& exchange, const Captures& captures);
  ~Passage() override { exchange_.pass(nullptr); }
  Passage(const Passage&) = delete;

  void head(arint::http::AnswerHead& head) override;
  bool takes_body() const noexcept override { return encoder_ != nullptr; }
  Result<std::string_view> data(std::string_view piece) override;
  Result<std::string_view> end() override;

 private:
  const Gate& gate_;
  arint::http::Exchange& exchange_;
  arint::http::Passing passing_{};
  std::unique_ptr<arint::http::Encoder> encoder_{};
  std::string encoded_{};
  bool streams_ = false;  // the length was not known: each piece goes out at once
};

}  // namespace arint::connectors::http
