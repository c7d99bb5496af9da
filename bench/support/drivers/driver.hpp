// SPDX-License-Identifier: GPL-3.0-or-later
// What a peer of bench/mapping, bench/json and bench/schema is: a process that answers lines, so that its start is not counted and
// turns can alternate. `driver.js` speaks the same.
//
//   prepare ID PROGRAM DOCUMENT    two files          -> ok
//   answer ID MODE                 once               -> answer JSON
//   time ID MODE COUNT             so many times      -> took NANOSECONDS   of CPU, all threads
//   anything that goes wrong                          -> failed SENTENCE
#pragma once
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace bench {

// One question about one document. A mode is a word of the bench: `tree` is from tree to tree, `bytes` from bytes to bytes.
class Job {
 public:
  virtual ~Job() = default;
  virtual void run(const std::string& mode) = 0;
  virtual std::string answer(const std::string& mode) = 0;  // what run() computes, as JSON in one line
};

using Make = std::function<std::unique_ptr<Job>(const std::string& program, const std::string& document)>;

inline std::string whole_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no file " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline long long cpu_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

inline int serve(const Make& make) {
  std::map<std::string, std::unique_ptr<Job>> jobs;
  for (std::string verb; std::cin >> verb;) {
    try {
      std::string id, first, second;
      std::cin >> id >> first;
      if (verb == "prepare") {
        std::cin >> second;
        jobs[id] = make(whole_file(first), whole_file(second));
        std::cout << "ok" << std::endl;
      } else if (verb == "answer") {
        std::cout << "answer " << jobs.at(id)->answer(first) << std::endl;
      } else {
        long long count = 0;
        std::cin >> count;
        Job& job = *jobs.at(id);
        long long began = cpu_nanoseconds();
        for (long long i = 0; i < count; ++i) job.run(first);
        std::cout << "took " << cpu_nanoseconds() - began << std::endl;
      }
    } catch (const std::exception& problem) {
      std::cout << "failed " << problem.what() << std::endl;
    }
  }
  return 0;
}

}  // namespace bench
