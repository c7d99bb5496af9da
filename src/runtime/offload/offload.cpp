// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/offload/offload.hpp"

#include <pthread.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/core/engine.hpp"
#include "runtime/core/loop.hpp"

namespace arint::runtime {
namespace detail {

struct OffloadQueue {
  OffloadQueue(std::string the_name, unsigned the_threads, unsigned the_queue)
      : name(std::move(the_name)), most_threads(the_threads), most_waiting(the_queue) {}

  int add(Job& job);
  bool take_back(Job& job) noexcept;
  void serve();
  void run(Job& job);
  void start_thread();
  void unlink(Job& job) noexcept;

  const std::string name;
  const unsigned most_threads, most_waiting;
  std::mutex mutex;
  std::condition_variable work;
  // Guarded by mutex.
  std::vector<std::thread> threads;
  Job* first = nullptr;
  Job* last = nullptr;
  unsigned waiting = 0, running = 0;
  bool ending = false;
};

void OffloadQueue::unlink(Job& job) noexcept {
  (job.before_ ? job.before_->after_ : first) = job.after_;
  (job.after_ ? job.after_->before_ : last) = job.before_;
  --waiting;
}

// Signals belong to the main loop: the new thread inherits a mask that blocks them all.
void OffloadQueue::start_thread() {
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    threads.emplace_back([this] { serve(); });
    ::pthread_setname_np(threads.back().native_handle(), name.substr(0, 15).c_str());
  } catch (const std::system_error&) {
    // No thread to be had now. Fine while another one serves the queue; add() looks.
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

int OffloadQueue::add(Job& job) {
  {
    const std::lock_guard lock(mutex);
    // Counted by jobs, not by which threads have already woken up, so that the limit is exact.
    const unsigned under_way = waiting + running;
    if (under_way >= most_threads + most_waiting) return -EAGAIN;
    if (threads.size() < most_threads && threads.size() <= under_way) start_thread();
    if (threads.empty()) return -EAGAIN;
    job.before_ = last;
    job.after_ = nullptr;
    (last ? last->after_ : first) = &job;
    last = &job;
    ++waiting;
  }
  work.notify_one();
  return 0;
}

bool OffloadQueue::take_back(Job& job) noexcept {
  const std::lock_guard lock(mutex);
  if (job.state_ != Job::State::waiting) return false;
  unlink(job);
  job.state_ = Job::State::done;
  return true;
}

void OffloadQueue::serve() {
  std::unique_lock lock(mutex);
  for (;;) {
    work.wait(lock, [this] { return first || ending; });
    if (!first) return;
    Job& job = *first;
    unlink(job);
    job.state_ = Job::State::running;
    ++running;
    lock.unlock();
    run(job);
    lock.lock();
    --running;
  }
}

void OffloadQueue::run(Job& job) {
  try {
    job.result = job.call_(job.callable_);
  } catch (...) {
    job.exception_ = std::current_exception();
  }
  // From here on the job belongs to its loop again.
  job.engine_->post([&job] {
    Engine& engine = *job.engine_;
    --engine.outstanding;
    if (job.cut_) job.result = -job.cut_;
    engine.finish(job);
  });
}

bool Job::begin() noexcept {
  engine_ = current_engine;
  if (const int error = queue_.add(*this); error < 0) {
    result = error;
    return false;
  }
  ++engine_->outstanding;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Job&>(operation);
    if (self.queue_.take_back(self)) {
      --self.engine_->outstanding;
      self.result = -error;
      self.engine_->finish_later(self);
      return;
    }
    // It runs: it may refer to the frame, so the await lasts until it has ended. A second cut replaces the first.
    Engine::wait(self);
    const bool first_cut = !std::exchange(self.cut_, error);
    if (first_cut && self.interrupt_) self.interrupt_(self.interrupter_);
  };
  Engine::wait(*this);
  return true;
}

IoResult Job::await_resume() {
  if (exception_) std::rethrow_exception(exception_);
  return IoResult{result};
}

OffloadPool& default_pool() noexcept { return Loop::current().offload_pool(); }

}  // namespace detail

OffloadPool::OffloadPool(std::string name, unsigned threads, unsigned queue)
    : queue_(std::make_unique<detail::OffloadQueue>(std::move(name), threads ? threads : 1, queue)) {}

OffloadPool::~OffloadPool() {
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->ending = true;
  }
  queue_->work.notify_all();
  for (std::thread& thread : queue_->threads) thread.join();
}

OffloadPool::Counters OffloadPool::counters() const noexcept {
  const std::lock_guard lock(queue_->mutex);
  return {static_cast<unsigned>(queue_->threads.size()), queue_->waiting, queue_->running};
}

const std::string& OffloadPool::name() const noexcept { return queue_->name; }

}  // namespace arint::runtime
