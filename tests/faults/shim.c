/* Preloaded into a test process: the n-th write or sync after shim_arm() fails, or ends the process. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static int kind = -1, error_number, forever;
static long left;

void shim_arm(int sync, long at, int error, int always)
{
    kind = at > 0 ? sync : -1;
    left = at;
    error_number = error;
    forever = always;
}

static int fails(int sync)
{
    if (kind != sync || left < 1) return 0;
    if (left > 1) { left--; return 0; }
    if (!forever) left = 0;
    if (error_number == 0) _exit(137);
    errno = error_number;
    return 1;
}

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at)
{
    return fails(0) ? -1 : REAL(pwrite)(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
    return fails(0) ? -1 : REAL(pwrite64)(file, bytes, count, at);
}

int fsync(int file) { return fails(1) ? -1 : REAL(fsync)(file); }

int fdatasync(int file) { return fails(1) ? -1 : REAL(fdatasync)(file); }
