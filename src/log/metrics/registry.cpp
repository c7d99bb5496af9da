// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/metrics/registry.hpp"

#include <charconv>

#include "log/metrics/page.hpp"

namespace arint::log {
namespace {

bool valid_name(std::string_view name) noexcept {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == ':'; });
}

}  // namespace

std::string_view word(PartKind kind) noexcept {
  switch (kind) {
    case PartKind::channel: return "channel";
    case PartKind::service: return "service";
    case PartKind::outgoing: return "outgoing";
  }
  return "";
}

std::shared_ptr<Part> Generation::part(PartKind kind, const std::string& name) {
  std::shared_ptr<Part>& out = parts_[{kind, name}];
  if (out) return out;
  if (before_)
    if (auto found = before_->parts_.find({kind, name}); found != before_->parts_.end()) return out = found->second;
  return out = std::make_shared<Part>(cores_);
}

std::shared_ptr<Addresses> Generation::addresses(const std::string& outgoing) {
  std::shared_ptr<Addresses>& out = addresses_[outgoing];
  if (out) return out;
  if (before_)
    if (auto found = before_->addresses_.find(outgoing); found != before_->addresses_.end()) return out = found->second;
  return out = std::make_shared<Addresses>(cores_);
}

Generation::Named& Generation::named(const Family& family, std::string_view type) {
  invariant(valid_name(family.name), "a metric's name is lower case with underscores");
  auto [at, fresh] = families_.try_emplace(family.name, Named{family.help, type, {}});
  invariant(fresh || (at->second.type == type && at->second.help == family.help), "a metric's name has one type and one help text");
  return at->second;
}

template <class T>
std::shared_ptr<T> Generation::shared(const Family& family, std::string_view type, const Labels& labels) {
  Named& home = named(family, type);
  std::string key = label_text(labels);
  auto at = home.series.find(key);
  if (at == home.series.end()) {
    const Series* old = nullptr;
    if (before_)
      if (auto found = before_->families_.find(family.name); found != before_->families_.end() && found->second.type == type)
        if (auto same = found->second.series.find(key); same != found->second.series.end()) old = &same->second;
    bool persists = old && std::holds_alternative<std::shared_ptr<T>>(*old);
    at = home.series.emplace(std::move(key), persists ? *old : Series(std::make_shared<T>(cores_))).first;
  }
  std::shared_ptr<T>* out = std::get_if<std::shared_ptr<T>>(&at->second);
  invariant(out != nullptr, "a series is counted or read, not both");
  return *out;
}

std::shared_ptr<Counter> Generation::counter(const Family& family, const Labels& labels) { return shared<Counter>(family, "counter", labels); }
std::shared_ptr<Durations> Generation::durations(const Family& family, const Labels& labels) {
  return shared<Durations>(family, "histogram", labels);
}
void Generation::counter(const Family& family, const Labels& labels, Read read) {
  named(family, "counter").series.insert_or_assign(label_text(labels), Series(std::move(read)));
}
void Generation::gauge(const Family& family, const Labels& labels, Read read) {
  named(family, "gauge").series.insert_or_assign(label_text(labels), Series(std::move(read)));
}

Registry::Registry(unsigned cores) : cores_(cores), fixed_(new Generation(cores, nullptr)), current_(new Generation(cores, nullptr)) {}

Generation Registry::next() const {
  std::lock_guard lock(mutex_);
  return Generation(cores_, current_);
}

void Registry::use(Generation generation) {
  // Without this, each generation would keep all those before it.
  generation.before_.reset();
  auto next = std::make_shared<const Generation>(std::move(generation));
  std::lock_guard lock(mutex_);
  current_.swap(next);
}

std::string Registry::text() const {
  std::shared_ptr<const Generation> current;
  {
    std::lock_guard lock(mutex_);
    current = current_;
  }
  return Page(*fixed_, *current).text();
}

std::optional<double> sample(std::string_view text, std::string_view series) {
  for (std::size_t at = 0; (at = text.find(series, at)) != std::string_view::npos; at += series.size()) {
    std::size_t value = at + series.size();
    if ((at > 0 && text[at - 1] != '\n') || value >= text.size() || text[value] != ' ') continue;
    double out = 0;
    auto [end, problem] = std::from_chars(text.data() + value + 1, text.data() + text.size(), out);
    if (problem == std::errc()) return out;
  }
  return std::nullopt;
}

}  // namespace arint::log
