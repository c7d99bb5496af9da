// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into a node (LD_PRELOAD): what a machine does to it, as the file ARINT_SHIM says while it runs. Four numbers of 8 bytes:
//   0 seconds by which the time of day is off   1 how many of the next syncs of the store fail with EIO
//   2 not 0: writes to files fail with ENOSPC   3 syncs that have failed
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t* said(void) {
  static _Atomic int64_t nothing[4];
  static _Atomic int64_t* _Atomic found;
  if (found) return found;
  const char* name = getenv("ARINT_SHIM");
  const int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
  void* memory = file < 0 ? MAP_FAILED : mmap(NULL, 32, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file >= 0) close(file);
  found = memory == MAP_FAILED ? nothing : (_Atomic int64_t*)memory;
  return found;
}

#define REAL(name) \
  static __typeof__(name)* real; \
  if (!real) real = (__typeof__(name)*)dlsym(RTLD_NEXT, #name)

int clock_gettime(clockid_t clock, struct timespec* out) {
  REAL(clock_gettime);
  const int code = real(clock, out);
  if (code == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) out->tv_sec += said()[0];
  return code;
}

// Of the store's files; the action log has syncs of its own.
static int fails(int file) {
  char link[64], name[4096];
  if (atomic_load(&said()[1]) <= 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = readlink(link, name, sizeof name - 1);
  if (size <= 0) return 0;
  name[size] = 0;
  if (!strstr(name, "/store.")) return 0;
  int64_t left = atomic_load(&said()[1]);
  while (left > 0)
    if (atomic_compare_exchange_weak(&said()[1], &left, left - 1)) {
      atomic_fetch_add(&said()[3], 1);
      errno = EIO;
      return 1;
    }
  return 0;
}
int fsync(int file) {
  REAL(fsync);
  return fails(file) ? -1 : real(file);
}
int fdatasync(int file) {
  REAL(fdatasync);
  return fails(file) ? -1 : real(file);
}

static int full(int file) {
  struct stat what;
  if (!said()[2] || fstat(file, &what) != 0 || !S_ISREG(what.st_mode)) return 0;
  errno = ENOSPC;
  return 1;
}
ssize_t pwrite(int file, const void* from, size_t size, off_t at) {
  REAL(pwrite);
  return full(file) ? -1 : real(file, from, size, at);
}
ssize_t pwrite64(int file, const void* from, size_t size, off64_t at) {
  REAL(pwrite64);
  return full(file) ? -1 : real(file, from, size, at);
}
