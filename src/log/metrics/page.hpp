// SPDX-License-Identifier: GPL-3.0-or-later
// Page: one scrape in the Prometheus text format, version 0.0.4 (prometheus.io, "Exposition formats").
//
//   # HELP name text          text: \\ and \n escaped
//   # TYPE name counter
//   name{label="value"} 12    value: \\, \" and \n escaped
// All lines of a family stand together; a histogram's buckets count upwards and end with le="+Inf".
#pragma once
#include <string>
#include <string_view>

#include "log/metrics/registry.hpp"

namespace arint::log {

// {a="b",c="d"} or "" for none.
std::string label_text(const Labels& labels);

class Page {
 public:
  Page(const Generation& fixed, const Generation& current) : fixed_(fixed), current_(current) {}
  std::string text();

 private:
  void begin(std::string_view name, std::string_view help, std::string_view type);
  void number(std::string_view name, std::string_view labels, double value);
  void count(std::string_view name, std::string_view labels, std::uint64_t value);
  template <class At>
  void histogram(std::string_view name, std::string_view labels, unsigned cores, At&& at);
  void parts(PartKind kind);
  void addresses();
  void families(const Generation& generation);

  const Generation& fixed_;
  const Generation& current_;
  std::string out_;
};

}  // namespace arint::log
