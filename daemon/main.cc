#include "daemon/app/command_line.h"

int main(int argc, char** argv) { return cartwright::RunCommandLine(argc, argv); }
