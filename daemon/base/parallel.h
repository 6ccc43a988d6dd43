#pragma once

#include <cstddef>
#include <functional>

namespace cartwright {

/// Runs task(0) .. task(count - 1), each once, on the threads of the process, and returns when all
/// have run. Tasks are begun in order; which thread runs which is not stated, so what they give
/// must not depend on it: each writes to a place of its own.
///
/// There is one pool of threads, the caller's among them. A call from inside a task, and one while
/// another thread's call is running, runs its tasks one after another on the caller's thread, so
/// that no call ever adds threads to those that are busy. The first exception by task number is
/// thrown again once all begun tasks have ended; tasks that were not begun by then never run.
void RunParallel(std::size_t count, const std::function<void(std::size_t)>& task);

/// How many threads a call uses: at least 1, and 1 inside a task.
int ParallelThreads();

/// Sets it; 0: as many as there are cores to run on. Not from inside a task.
void SetParallelThreads(int threads);

}  // namespace cartwright
