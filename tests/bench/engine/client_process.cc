// Runs one client process and prints what it took, as the last line after the client's own output.
//
// The kernel counts what a process held before exec as its peak memory. Started from here, that is
// next to nothing; started from the benchmark's interpreter it would be the interpreter's memory.

#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

int Fail(const char* what) {
  std::perror(what);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "Usage: bench_client_process COMMAND [ARGUMENT...]\n");
    return 64;
  }
  const pid_t child = fork();
  if (child < 0) {
    return Fail("bench_client_process: cannot fork");
  }
  if (child == 0) {
    // Who ends this process early means the client.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(argv[1], argv + 1);
    std::perror(argv[1]);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) {
    return Fail("bench_client_process: cannot wait");
  }
  if (status != 0) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  fmt::print(R"({{"cpu_seconds":{:.6f},"peak":{}}})"
             "\n",
             Seconds(usage.ru_utime) + Seconds(usage.ru_stime), usage.ru_maxrss);
  return 0;
}
