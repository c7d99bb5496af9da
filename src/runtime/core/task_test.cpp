// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

Task<int> plus_one(int value) { co_return value + 1; }

Task<std::int64_t> add_up(int times) {
  std::int64_t sum = 0;
  for (int i = 0; i < times; ++i) sum += co_await plus_one(i);
  co_return sum;
}

TEST(Task, ten_million_calls_that_finish_at_once_use_no_stack) {
  Loop loop(Loop::Backend::automatic, 0);
  std::int64_t sum = 0;
  auto main = [](std::int64_t& out) -> Task<> { out = co_await add_up(10'000'000); };
  loop.run(main(sum));
  EXPECT_EQ(sum, 50'000'005'000'000);
}

Task<std::unique_ptr<int>> boxed(int value) { co_return std::make_unique<int>(value); }
Task<int&> same(int& value) { co_return value; }
Task<> fails() {
  (void)co_await sleep(Millis(0));
  throw std::runtime_error("inner");
}

Task<> values(std::string& out) {
  const std::unique_ptr<int> box = co_await boxed(7);
  out += std::to_string(*box);
  int value = 1;
  (co_await same(value)) = 2;
  out += std::to_string(value);
  try {
    co_await fails();
  } catch (const std::runtime_error& error) {
    out += error.what();
  }
}

TEST(Task, gives_moved_values_references_and_exceptions) {
  Loop loop(Loop::Backend::automatic, 0);
  std::string out;
  loop.run(values(out));
  EXPECT_EQ(out, "72inner");
}

Task<> touch(bool& ran) {
  ran = true;
  co_return;
}

TEST(Task, never_awaited_never_runs) {
  bool ran = false;
  { const Task<> task = touch(ran); }
  EXPECT_FALSE(ran);
}

Task<> suspends_each_time(int times, int& done) {
  for (int i = 0; i < times; ++i) {
    (void)co_await sleep(Millis(0));
    ++done;
  }
}

TEST(Task, may_suspend_a_hundred_thousand_times) {
  Loop loop(Loop::Backend::automatic, 0);
  int done = 0;
  loop.run(suspends_each_time(100'000, done));
  EXPECT_EQ(done, 100'000);
}

}  // namespace
}  // namespace arint::runtime
