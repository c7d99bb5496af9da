// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "log/actions/fixture.hpp"
#include "log/metrics/page.hpp"
#include "log/metrics/process.hpp"
#include "log/metrics/registry.hpp"

namespace arint::log {
namespace {

TEST(Histogram, BucketsDoubleAndTheirBoundsBelongToThem) {
  EXPECT_EQ(Histogram::bucket_of(-5), 0u);
  EXPECT_EQ(Histogram::bucket_of(0), 0u);
  for (unsigned bucket = 0; bucket < Histogram::bounds; ++bucket) {
    std::int64_t bound = std::llround(Histogram::bound_seconds(bucket) * 1e9);
    EXPECT_EQ(Histogram::bucket_of(bound), bucket);
    EXPECT_EQ(Histogram::bucket_of(bound + 1), bucket + 1);
  }
  EXPECT_EQ(Histogram::bucket_of(INT64_MAX), Histogram::bounds);
  EXPECT_DOUBLE_EQ(Histogram::bound_seconds(0), 0.000016);
  EXPECT_DOUBLE_EQ(Histogram::bound_seconds(Histogram::bounds - 1), 67.108864);
}

TEST(Metrics, CountsOfAllCoresAreAddedUp) {
  Registry registry(2);
  Generation next = registry.next();
  std::shared_ptr<Part> erp = next.part(PartKind::outgoing, "erp");
  registry.use(std::move(next));
  std::vector<std::thread> cores;
  for (unsigned core = 0; core < 2; ++core)
    cores.emplace_back([&, core] {
      Cell& cell = erp->on(core);
      for (int i = 0; i < 1000; ++i) {
        cell.begin();
        cell.sent(100);
        if (i % 4 == 0) cell.fault(Fault::unreachable);
        else cell.received(10);
        cell.end(20'000);
      }
      cell.begin();
    });
  std::string while_running = registry.text();
  for (std::thread& core : cores) core.join();
  std::string text = registry.text();
  EXPECT_EQ(sample(text, "arint_outgoing_faults_total{outgoing=\"erp\",fault=\"unreachable\"}"), 500);
  EXPECT_EQ(sample(text, "arint_outgoing_faults_total{outgoing=\"erp\",fault=\"timeout\"}"), 0);
  EXPECT_EQ(sample(text, "arint_outgoing_sent_total{outgoing=\"erp\"}"), 2000);
  EXPECT_EQ(sample(text, "arint_outgoing_sent_bytes_total{outgoing=\"erp\"}"), 200000);
  EXPECT_EQ(sample(text, "arint_outgoing_received_total{outgoing=\"erp\"}"), 1500);
  EXPECT_EQ(sample(text, "arint_outgoing_in_flight{outgoing=\"erp\"}"), 2);
  EXPECT_EQ(sample(text, "arint_outgoing_send_seconds_bucket{outgoing=\"erp\",le=\"1.6e-05\"}"), 0);
  EXPECT_EQ(sample(text, "arint_outgoing_send_seconds_bucket{outgoing=\"erp\",le=\"3.2e-05\"}"), 2000);
  EXPECT_EQ(sample(text, "arint_outgoing_send_seconds_bucket{outgoing=\"erp\",le=\"+Inf\"}"), 2000);
  EXPECT_EQ(sample(text, "arint_outgoing_send_seconds_count{outgoing=\"erp\"}"), 2000);
  EXPECT_DOUBLE_EQ(sample(text, "arint_outgoing_send_seconds_sum{outgoing=\"erp\"}").value_or(0), 0.04);
  EXPECT_EQ(sample(text, "arint_outgoing_sent_total{outgoing=\"er\"}"), std::nullopt);
  EXPECT_EQ(sample(text, "sent_total{outgoing=\"erp\"}"), std::nullopt);
}

TEST(Metrics, AReloadKeepsWhatPersistsAddsWhatIsNewAndDropsWhatIsGone) {
  Registry registry(1);
  Generation first = registry.next();
  std::shared_ptr<Part> orders = first.part(PartKind::channel, "orders"), old = first.part(PartKind::channel, "old");
  std::shared_ptr<Counter> rows = first.counter({"arint_sql_rows_total", "Rows."}, {{"outgoing", "db"}});
  registry.use(std::move(first));
  orders->on(0).received(5);
  rows->on(0).add(3);

  Generation refused = registry.next();  // a wrong configuration, never used
  refused.part(PartKind::channel, "wrong");

  Generation second = registry.next();
  EXPECT_EQ(second.part(PartKind::channel, "orders"), orders);
  EXPECT_EQ(second.counter({"arint_sql_rows_total", "Rows."}, {{"outgoing", "db"}}), rows);
  second.part(PartKind::channel, "fresh");
  registry.use(std::move(second));
  old->on(0).received(1);  // work in flight ends on the old configuration
  std::string text = registry.text();
  EXPECT_EQ(sample(text, "arint_channel_received_total{channel=\"orders\"}"), 1);
  EXPECT_EQ(sample(text, "arint_channel_received_total{channel=\"fresh\"}"), 0);
  EXPECT_EQ(sample(text, "arint_sql_rows_total{outgoing=\"db\"}"), 3);
  EXPECT_EQ(text.find("\"old\""), std::string::npos);
  EXPECT_EQ(text.find("\"wrong\""), std::string::npos);
}

TEST(Metrics, LabelsAndHelpAreEscaped) {
  EXPECT_EQ(label_text({}), "");
  EXPECT_EQ(label_text({{"a", "x\"y\\z\n"}, {"b", ""}}), "{a=\"x\\\"y\\\\z\\n\",b=\"\"}");
  Registry registry(1);
  registry.fixed().gauge({"arint_x", "One\nline \\ \"quoted\"."}, {}, [] { return 0.5; });
  EXPECT_EQ(registry.text(), "# HELP arint_x One\\nline \\\\ \"quoted\".\n# TYPE arint_x gauge\narint_x 0.5\n");
}

TEST(Metrics, ANameHasOneTypeAndOneHelp) {
  Registry registry(1);
  registry.fixed().counter({"arint_x_total", "X."});
  EXPECT_THROW(registry.fixed().durations({"arint_x_total", "X."}), Bug);
  EXPECT_THROW(registry.fixed().counter({"arint_x_total", "Y."}), Bug);
  EXPECT_THROW(registry.fixed().counter({"1x", ""}), Bug);
  EXPECT_THROW(registry.fixed().counter({"a b", ""}), Bug);
}

TEST(Metrics, AFamilyInBothGenerationsIsWrittenOnce) {
  Registry registry(1);
  registry.fixed().counter({"arint_x_total", "X."}, {{"of", "node"}});
  Generation next = registry.next();
  next.counter({"arint_x_total", "X."}, {{"of", "part"}});
  registry.use(std::move(next));
  EXPECT_EQ(registry.text(), "# HELP arint_x_total X.\n# TYPE arint_x_total counter\narint_x_total{of=\"node\"} 0\narint_x_total{of=\"part\"} 0\n");
}

TEST(Metrics, TheProcessAndTheLogTellAboutThemselves) {
  Folder folder;
  std::unique_ptr<ActionLog> log = open_log(options_in(folder));
  ASSERT_TRUE(log->flush().ok());
  Registry registry(1);
  declare_process(registry.fixed(), "0.1.0");
  declare_log(registry.fixed(), *log);
  std::string text = registry.text();
  EXPECT_EQ(sample(text, "arint_build_info{version=\"0.1.0\"}"), 1);
  EXPECT_GT(sample(text, "process_resident_memory_bytes").value_or(0), 1e6);
  EXPECT_GT(sample(text, "process_open_fds").value_or(0), 3);
  EXPECT_GT(sample(text, "process_max_fds").value_or(0), 3);
  EXPECT_GE(sample(text, "arint_uptime_seconds").value_or(-1), 0);
  EXPECT_GT(sample(text, "process_cpu_seconds_total").value_or(0), 0);
  EXPECT_GT(sample(text, "process_start_time_seconds").value_or(0), 1.7e9);
  EXPECT_EQ(sample(text, "arint_log_lines_total"), 1);
  EXPECT_EQ(sample(text, "arint_log_dropped_lines_total"), 0);
  EXPECT_EQ(sample(text, "arint_log_accepting"), 1);
}

// Everything but the values: families with their help and type, and each series once.
std::string names_of(const std::string& text) {
  std::string out;
  for (const std::string& line : lines_of(text)) out += (line[0] == '#' ? line : line.substr(0, line.rfind(' '))) + "\n";
  return out;
}

TEST(Metrics, NamesAreFrozen) {
  Folder folder;
  std::unique_ptr<ActionLog> log = open_log(options_in(folder));
  Registry registry(1);
  declare_process(registry.fixed(), "0.0.0");
  declare_log(registry.fixed(), *log);
  declare_loop_lag(registry.fixed());
  Generation next = registry.next();
  next.part(PartKind::channel, "orders");
  next.part(PartKind::service, "accept-order");
  next.part(PartKind::outgoing, "erp");
  const std::shared_ptr<AddressPart> held = next.addresses("erp")->of("10.0.0.1:8080");
  registry.use(std::move(next));
  std::string now = names_of(registry.text());
  std::string path = "tests/golden/metrics.txt";
  if (const char* mode = std::getenv("ARINT_GOLDEN"); mode && std::string(mode) == "write") spill(path, now);
  EXPECT_EQ(now, slurp(path)) << "ARINT_GOLDEN=write rewrites the file; others have dashboards on these names";
}

}  // namespace
}  // namespace arint::log
