#include "daemon/base/parallel.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

/// Whether this thread is inside a task. Never shared.
bool& InsideTask() {
  thread_local bool inside = false;
  return inside;
}

int Cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

/// One call's tasks: handed out by number under the pool's mutex. Tasks are large, so that taking
/// one costs nothing beside running it.
class Batch {
 public:
  Batch(std::size_t count, const std::function<void(std::size_t)>& task)
      : count_(count), task_(task), failed_(count) {}

  bool has_next() const { return next_ < count_; }
  bool done() const { return next_ >= count_ && running_ == 0; }
  std::size_t Begin() {
    ++running_;
    return next_++;
  }
  /// Runs a begun task; without the mutex.
  std::exception_ptr Run(std::size_t number) const noexcept {
    try {
      task_(number);
    } catch (...) {
      return std::current_exception();
    }
    return nullptr;
  }
  void End(std::size_t number, std::exception_ptr exception) {
    --running_;
    if (exception && number < failed_) {
      failed_ = number;
      exception_ = std::move(exception);
      next_ = count_;
    }
  }
  void Rethrow() const {
    if (exception_) {
      std::rethrow_exception(exception_);
    }
  }

 private:
  std::size_t count_;
  const std::function<void(std::size_t)>& task_;
  std::size_t next_ = 0;
  std::size_t running_ = 0;
  std::size_t failed_;  ///< The lowest number that threw.
  std::exception_ptr exception_;
};

class Pool {
 public:
  static Pool& Instance() {
    static Pool pool;
    return pool;
  }

  Pool() { Resize(Cores()); }
  ~Pool() { StopWorkers(); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() {
    const std::lock_guard lock(mutex_);
    return threads_;
  }

  void Resize(int threads) {
    StopWorkers();
    const std::lock_guard lock(mutex_);
    threads_ = threads;
    stopping_ = false;
  }

  /// False when another call is running: nothing was run.
  bool Run(std::size_t count, const std::function<void(std::size_t)>& task) {
    Batch batch(count, task);
    std::unique_lock lock(mutex_);
    if (batch_ != nullptr) {
      return false;
    }
    StartWorkers();
    batch_ = &batch;
    work_.notify_all();
    WorkOn(batch, lock);
    done_.wait(lock, [&batch] { return batch.done(); });
    batch_ = nullptr;
    lock.unlock();
    batch.Rethrow();
    return true;
  }

 private:
  /// The caller works too. Only a process that asks for work has threads.
  void StartWorkers() {
    while (static_cast<int>(workers_.size()) < threads_ - 1) {
      workers_.emplace_back([this] { Serve(); });
    }
  }

  void StopWorkers() {
    std::unique_lock lock(mutex_);
    CARTWRIGHT_CHECK(batch_ == nullptr, "the number of threads stands while tasks run");
    stopping_ = true;
    work_.notify_all();
    std::vector<std::thread> workers;
    workers.swap(workers_);
    lock.unlock();
    for (std::thread& worker : workers) {
      worker.join();
    }
  }

  void Serve() {
    InsideTask() = true;
    std::unique_lock lock(mutex_);
    for (;;) {
      work_.wait(lock, [this] { return stopping_ || (batch_ != nullptr && batch_->has_next()); });
      if (stopping_) {
        return;
      }
      WorkOn(*batch_, lock);
    }
  }

  void WorkOn(Batch& batch, std::unique_lock<std::mutex>& lock) {
    const bool was_inside = InsideTask();
    InsideTask() = true;
    while (batch.has_next()) {
      const std::size_t number = batch.Begin();
      lock.unlock();
      std::exception_ptr exception = batch.Run(number);
      lock.lock();
      batch.End(number, std::move(exception));
    }
    InsideTask() = was_inside;
    if (batch.done()) {
      done_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::vector<std::thread> workers_;
  Batch* batch_ = nullptr;
  int threads_ = 1;
  bool stopping_ = false;
};

}  // namespace

void RunParallel(std::size_t count, const std::function<void(std::size_t)>& task) {
  const bool alone = count < 2 || InsideTask() || Pool::Instance().threads() == 1;
  if (!alone && Pool::Instance().Run(count, task)) {
    return;
  }
  for (std::size_t number = 0; number < count; ++number) {
    task(number);
  }
}

int ParallelThreads() { return InsideTask() ? 1 : Pool::Instance().threads(); }

void SetParallelThreads(int threads) {
  CARTWRIGHT_CHECK(threads >= 0, "a number of threads is not negative");
  Pool::Instance().Resize(threads == 0 ? Cores() : threads);
}

}  // namespace cartwright
