#pragma once

#include <cstdio>
#include <cstdlib>

/// Aborts with the reason when an invariant of ours is broken. Input never reaches a check.
#define CARTWRIGHT_CHECK(condition, reason)                                                 \
  do {                                                                                      \
    if (!(condition)) {                                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s: %s\n", __FILE__, __LINE__, #condition, \
                   reason);                                                                 \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)
