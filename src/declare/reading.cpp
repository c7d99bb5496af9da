// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/reading.hpp"

namespace arint::declare {

Reading::Inside::Inside(Reading& reading, std::string name) : reading_(reading) { reading_.path_.push_back(std::move(name)); }
Reading::Inside::Inside(Reading& reading, std::size_t index) : reading_(reading) {
  reading_.path_.push_back("[" + std::to_string(index) + "]");
}

std::string Reading::path() const {
  std::string out;
  for (const std::string& step : path_) {
    if (!out.empty() && !step.starts_with('[')) out += '.';
    out += step;
  }
  return out;
}

bool Reading::first_time(const Position& at, const std::string& sentence) {
  return said_.emplace(at.file ? *at.file : std::string(), at.line, at.column, sentence).second;
}

void Reading::fault(const Position& at, const std::string& sentence) {
  std::string where = path();
  std::string whole = where.empty() ? sentence : where + ": " + sentence;
  if (first_time(at, whole)) problems_.fault(at, std::move(whole));
}

void Reading::warning(const Position& at, const std::string& sentence) {
  std::string where = path();
  std::string whole = where.empty() ? sentence : where + ": " + sentence;
  if (first_time(at, whole)) problems_.warning(at, std::move(whole));
}

void Reading::refer(const std::string& kind, const Name& name) { references_.push_back({kind, name, path()}); }

void Reading::define(const std::string& kind, const std::string& name, const Position& at) { definitions_[kind].emplace(name, at); }

}  // namespace arint::declare
