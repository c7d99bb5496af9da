// SPDX-License-Identifier: GPL-3.0-or-later
// Compression of answers: which of them, with which coding, piece by piece. RFC 9110, 8.4, 8.8.3.3 and 12.5.3.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "declare/settings.hpp"
#include "http/coding/coding.hpp"
#include "http/server/exchange.hpp"

namespace arint::connectors::http {

struct CompressionOptions {
  std::vector<std::string> codings{};
  std::vector<std::string> types{};
  Size min_length{};
  std::int64_t level = 0;
};

declare::Settings<CompressionOptions> compression_settings();

class Compression {
 public:
  explicit Compression(const CompressionOptions& options);
  // Changes the head of an answer that is to be compressed; null: it goes as it is.
  std::unique_ptr<arint::http::Encoder> begin(const arint::http::Exchange& exchange, arint::http::AnswerHead& head) const;

 private:
  bool fits(const arint::http::AnswerHead& head) const;

  std::vector<arint::http::Coding> codings_;
  std::vector<std::string> types_;
  std::uint64_t min_length_;
  int level_;
};

}  // namespace arint::connectors::http
