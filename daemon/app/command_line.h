#pragma once

namespace cartwright {

/// Parses the arguments, runs the command and returns the exit code of the process (sysexits).
int RunCommandLine(int argc, char** argv);

}  // namespace cartwright
