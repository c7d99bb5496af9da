// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/metrics/process.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace arint::log {
namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double open_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  if (!folder) return 0;
  double out = -1;  // the folder itself is one while it is read
  while (const dirent* entry = ::readdir(folder)) out += entry->d_name[0] != '.';
  ::closedir(folder);
  return out;
}

double most_descriptors() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

}  // namespace

// proc(5): the second number of statm is the resident set in pages; it is what /proc/self/status calls VmRSS.
std::uint64_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (!file) return 0;
  unsigned long whole = 0, resident = 0;
  const bool read = std::fscanf(file, "%lu %lu", &whole, &resident) == 2;
  std::fclose(file);
  return read ? std::uint64_t{resident} * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

void declare_process(Generation& into, const std::string& version) {
  double started = seconds_of(CLOCK_REALTIME), monotonic = seconds_of(CLOCK_BOOTTIME);
  into.gauge({"arint_build_info", "Always 1; the label tells the version."}, {{"version", version}}, [] { return 1.0; });
  into.gauge({"arint_uptime_seconds", "Time since the start, also while the machine slept."}, {}, [monotonic] { return seconds_of(CLOCK_BOOTTIME) - monotonic; });
  into.gauge({"process_start_time_seconds", "When the process started, since 1970."}, {}, [started] { return started; });
  into.counter({"process_cpu_seconds_total", "Processor time used, user and system."}, {}, [] { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); });
  into.gauge({"process_resident_memory_bytes", "Resident memory (VmRSS)."}, {}, [] { return static_cast<double>(resident_bytes()); });
  into.gauge({"process_open_fds", "Open file descriptors."}, {}, open_descriptors);
  into.gauge({"process_max_fds", "File descriptors the process may open."}, {}, most_descriptors);
}

void declare_log(Generation& into, std::function<State()> read) {
  auto count = [&](std::string name, std::string help, std::uint64_t State::*member) {
    into.counter({std::move(name), std::move(help)}, {}, [read, member] { return static_cast<double>(read().*member); });
  };
  count("arint_log_lines_total", "Lines written to the action log.", &State::lines);
  count("arint_log_bytes_total", "Bytes written to the action log.", &State::bytes);
  count("arint_log_blocks_total", "Blocks written to the action log.", &State::blocks);
  count("arint_log_dropped_lines_total", "Lines that found no room because the action log could not be written.", &State::dropped);
  count("arint_log_write_errors_total", "Failed attempts to write, sync, rotate or anchor the action log.", &State::write_errors);
  into.gauge({"arint_log_accepting", "0 while channels answer 503 because the action log cannot be written."}, {},
             [read] { return read().accepting ? 1.0 : 0.0; });
}

void declare_memory_pressure(Generation& into, Generation::Read read) {
  into.gauge({"arint_memory_pressure", "0 none, 1 connections are closed behind their answer, 2 callers get 503; see node.memory."}, {}, std::move(read));
}

std::shared_ptr<Durations> declare_loop_lag(Generation& into) {
  return into.durations({"arint_loop_lag_seconds", "How long what was due waited for its event loop, looked at once a second on each core."});
}

}  // namespace arint::log
