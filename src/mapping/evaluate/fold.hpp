// SPDX-License-Identifier: GPL-3.0-or-later
// Fold: one number of many as they come, so that `$sum(items.(price * quantity))` makes no array between.
#pragma once
#include "mapping/evaluate/operators.hpp"
#include "mapping/functions/function.hpp"

namespace arint::mapping {

// Whole numbers are added as such while the sum is exact.
class Total {
 public:
  void add(const Value& number) noexcept {
    if (exact_) {
      std::int64_t next = 0;
      if (number.holds_integer() && !__builtin_add_overflow(whole_, number.as_integer(), &next) && next <= exact_integer && next >= -exact_integer) {
        whole_ = next;
        return;
      }
      exact_ = false;
      sum_ = static_cast<double>(whole_);
    }
    sum_ += number_value(number);
  }
  Value value() const noexcept { return exact_ ? Value::integer(whole_) : Value::real(sum_); }

 private:
  std::int64_t whole_ = 0;
  double sum_ = 0;
  bool exact_ = true;
};

class Fold {
 public:
  explicit Fold(FoldKind kind) noexcept : kind_(kind) {}

  // A result of a path's last step, and one item of a sequence. What an array has to be looked at for as a whole spoils the fold.
  void take(const Value& value) noexcept {
    if (!value.is_array()) return item(value);
    if (value.marks & mark::whole) spoilt_ = true;
    for (const Value& each : value.items()) item(each);
  }
  void item(const Value& item) noexcept {
    ++count_;
    if (kind_ == FoldKind::count) return;
    if (!item.is_number()) spoilt_ = true;
    if (spoilt_) return;
    if (kind_ == FoldKind::sum || kind_ == FoldKind::average) return total_.add(item);
    const int order = count_ == 1 ? 0 : compare_numbers(item, best_);
    if (count_ == 1 || (kind_ == FoldKind::largest ? order > 0 : order < 0)) best_ = item;
  }

  bool spoilt() const noexcept { return spoilt_; }
  std::size_t count() const noexcept { return count_; }
  Value value() const noexcept {
    if (kind_ == FoldKind::count) return Value::integer(static_cast<std::int64_t>(count_));
    if (count_ == 0) return {};
    if (kind_ == FoldKind::sum) return total_.value();
    if (kind_ == FoldKind::average) return number_of(number_value(total_.value()) / static_cast<double>(count_));
    return best_;
  }

 private:
  FoldKind kind_;
  bool spoilt_ = false;
  std::size_t count_ = 0;
  Total total_{};
  Value best_{};
};

}  // namespace arint::mapping
