#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace cartwright {

/// The program, started with its output in files.
class Program {
 public:
  Program(const std::vector<std::string>& arguments, const std::string& output) : output_(output) {
    pid_ = fork();
    if (pid_ == 0) {
      const int file = open(output_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
      dup2(file, STDOUT_FILENO);
      dup2(file, STDERR_FILENO);
      std::vector<char*> argv;
      std::string program = CARTWRIGHT_PROGRAM;
      std::vector<std::string> copy = arguments;
      argv.push_back(program.data());
      for (std::string& argument : copy) {
        argv.push_back(argument.data());
      }
      argv.push_back(nullptr);
      execv(program.c_str(), argv.data());
      _exit(127);
    }
  }
  void Signal(int number) const { kill(pid_, number); }
  int Wait() const {
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string Output() const {
    std::ifstream stream(output_);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }

 private:
  std::string output_;
  pid_t pid_;
};

}  // namespace cartwright
