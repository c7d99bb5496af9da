// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics: what is counted, under which names, and the text Prometheus reads.
//
// One object per process. A configuration asks for its parts in a Generation; `use` makes them the ones that are shown.
// A part that was there before keeps its numbers, one that is gone is no longer shown, and work that still runs on the
// old configuration goes on counting into cells it holds itself. Names are frozen by tests/golden/metrics.txt.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "log/metrics/addresses.hpp"
#include "log/metrics/cells.hpp"

namespace arint::log {

enum class PartKind : std::uint8_t { channel, service, outgoing };
std::string_view word(PartKind kind) noexcept;

// T once per core, each on cache lines of its own.
template <class T>
class PerCore {
 public:
  explicit PerCore(unsigned cores) : slots_(new Slot[cores]), cores_(cores) {}
  T& on(unsigned core) noexcept { return slots_[core].value; }  // for the thread of that core only
  const T& at(unsigned core) const noexcept { return slots_[core].value; }
  unsigned cores() const noexcept { return cores_; }

 private:
  struct alignas(64) Slot {
    T value;
  };
  std::unique_ptr<Slot[]> slots_;
  unsigned cores_;
};

using Part = PerCore<Cell>;
using Counter = PerCore<Number>;
using Durations = PerCore<Histogram>;
using Labels = std::vector<std::pair<std::string, std::string>>;

struct Family {
  std::string name{};  // [a-z_:][a-z0-9_:]*, base unit in the name: _seconds, _bytes; counters end in _total
  std::string help{};
};

// The series of one configuration, or those that are always there. Built by one thread.
class Generation {
 public:
  using Read = std::function<double()>;  // called while scraping, from the scraping thread

  std::shared_ptr<Part> part(PartKind kind, const std::string& name);
  // Of an outgoing that calls addresses: arint_outgoing_address_*.
  std::shared_ptr<Addresses> addresses(const std::string& outgoing);
  // More than what every part counts. The same name and labels give the same object; a name has one type and help.
  std::shared_ptr<Counter> counter(const Family& family, const Labels& labels = {});
  std::shared_ptr<Durations> durations(const Family& family, const Labels& labels = {});
  void counter(const Family& family, const Labels& labels, Read read);
  void gauge(const Family& family, const Labels& labels, Read read);

 private:
  friend class Registry;
  friend class Page;
  using Series = std::variant<std::shared_ptr<Counter>, std::shared_ptr<Durations>, Read>;
  struct Named {
    std::string help{};
    std::string_view type{};
    std::map<std::string, Series> series{};  // by the text of their labels
  };
  Generation(unsigned cores, std::shared_ptr<const Generation> before) : cores_(cores), before_(std::move(before)) {}
  template <class T>
  std::shared_ptr<T> shared(const Family& family, std::string_view type, const Labels& labels);
  Named& named(const Family& family, std::string_view type);

  unsigned cores_;
  std::shared_ptr<const Generation> before_;  // where numbers of parts that persist are taken from
  std::map<std::pair<PartKind, std::string>, std::shared_ptr<Part>> parts_;
  std::map<std::string, std::shared_ptr<Addresses>> addresses_;  // by outgoing
  std::map<std::string, Named> families_;
};

class Registry {
 public:
  explicit Registry(unsigned cores);
  unsigned cores() const noexcept { return cores_; }

  // Series that stay whatever the configuration: the process, the log. Declared at start, before the first scrape.
  Generation& fixed() noexcept { return *fixed_; }
  // A new generation; nothing is shown or changed until `use`. One that is not used leaves no trace.
  Generation next() const;
  void use(Generation generation);

  // text/plain; version=0.0.4. From any thread; about 0.1 ms for ten parts.
  std::string text() const;

 private:
  unsigned cores_;
  std::unique_ptr<Generation> fixed_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Generation> current_;
};

inline constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

// The value of the sample written `series` (name and labels as in the text) in a scraped text; nullopt when it is not there.
std::optional<double> sample(std::string_view text, std::string_view series);

}  // namespace arint::log
