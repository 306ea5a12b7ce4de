/* To be loaded in front of the C library (LD_PRELOAD): lets one call of the kind FAULT_KIND fail,
 * the FAULT_AT-th of the processes that FAULT_ROLE names ("parent" or "worker"), and writes how
 * many there were into the file FAULT_COUNT when a process ends. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_long calls;
static long at;
static int counts = -1; /* opened before a sandbox forbids that */
static const char *kind = "";
static bool is_meant;
static bool is_away; /* in what is not ours and would not bear it */

/* Whether this call, of that kind, is the one that fails. */
static bool fails(const char *name)
{
    return is_meant && !is_away && strcmp(kind, name) == 0 && atomic_fetch_add(&calls, 1) + 1 == at;
}

static void open_counts(void)
{
    if (getenv("FAULT_COUNT"))
        counts = open(getenv("FAULT_COUNT"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

__attribute__((constructor)) static void begin(void)
{
    char line[256] = "";
    int descriptor = open("/proc/self/cmdline", O_RDONLY);
    ssize_t got = descriptor >= 0 ? read(descriptor, line, sizeof(line) - 1) : 0;
    const char *role = getenv("FAULT_ROLE"), *wanted = getenv("FAULT_KIND");
    bool is_program = strstr(line, "quantop") != NULL;
    bool is_worker = got > 0 && strcmp(line + strlen(line) + 1, "worker") == 0;
    if (descriptor >= 0)
        close(descriptor);
    at = getenv("FAULT_AT") ? atol(getenv("FAULT_AT")) : 0;
    kind = wanted ? wanted : "";
    open_counts();
    is_meant = is_program && role && strcmp(role, is_worker ? "worker" : "parent") == 0;
}

__attribute__((destructor)) static void end(void)
{
    bool tells = is_meant && counts >= 0;
    is_meant = false;
    if (tells)
        dprintf(counts, "%ld\n", (long)calls);
}

void *malloc(size_t size)
{
    if (!fails("malloc"))
        return __libc_malloc(size);
    errno = ENOMEM;
    return NULL;
}

void *calloc(size_t count, size_t size)
{
    if (!fails("malloc"))
        return __libc_calloc(count, size);
    errno = ENOMEM;
    return NULL;
}

void *realloc(void *old, size_t size)
{
    if (!fails("malloc"))
        return __libc_realloc(old, size);
    errno = ENOMEM;
    return NULL;
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (fails("malloc"))
        return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))
/* Defines a function that fails with an error, or goes on. */
#define BREAK(type, name, error, bad, parameters, ...)                                             \
    type name parameters                                                                           \
    {                                                                                              \
        if (!fails(#name))                                                                         \
            return REAL(name)(__VA_ARGS__);                                                        \
        errno = (error);                                                                           \
        return (bad);                                                                              \
    }

/* hwloc looks for the machine without looking whether it has memory: it asserts that it has, or
 * reads where nothing is (version 2.9). libseccomp loads a part of a filter then, which kills
 * (version 2.5). */
#define AWAY(name)                                                                                 \
    int name(void *subject)                                                                        \
    {                                                                                              \
        is_away = true;                                                                            \
        int status = ((int (*)(void *))dlsym(RTLD_NEXT, #name))(subject);                          \
        is_away = false;                                                                           \
        return status;                                                                             \
    }
AWAY(hwloc_topology_init)
AWAY(hwloc_topology_load)
AWAY(seccomp_load)

BREAK(ssize_t, write, ENOSPC, -1, (int descriptor, const void *bytes, size_t size), descriptor,
      bytes, size)
BREAK(int, fsync, EIO, -1, (int descriptor), descriptor)
BREAK(int, fdatasync, EIO, -1, (int descriptor), descriptor)
BREAK(int, rename, ENOSPC, -1, (const char *from, const char *to), from, to)
BREAK(pid_t, fork, EAGAIN, -1, (void), )
BREAK(int, socketpair, EMFILE, -1, (int domain, int type, int protocol, int ends[2]), domain, type,
      protocol, ends)
BREAK(int, memfd_create, EMFILE, -1, (const char *name, unsigned flags), name, flags)
BREAK(int, epoll_create1, EMFILE, -1, (int flags), flags)
BREAK(int, timerfd_create, EMFILE, -1, (int clock, int flags), clock, flags)
BREAK(ssize_t, read, EIO, -1, (int descriptor, void *bytes, size_t size), descriptor, bytes, size)
BREAK(ssize_t, recv, ECONNRESET, -1, (int socket_, void *bytes, size_t size, int flags), socket_,
      bytes, size, flags)
BREAK(ssize_t, send, EPIPE, -1, (int socket_, const void *bytes, size_t size, int flags), socket_,
      bytes, size, flags)
BREAK(void *, mmap, ENOMEM, MAP_FAILED,
      (void *address, size_t size, int protection, int flags, int descriptor, off_t offset),
      address, size, protection, flags, descriptor, offset)

BREAK(ssize_t, pread, EIO, -1, (int descriptor, void *bytes, size_t size, off_t at_), descriptor,
      bytes, size, at_)
BREAK(ssize_t, pwrite, ENOSPC, -1, (int descriptor, const void *bytes, size_t size, off_t at_),
      descriptor, bytes, size, at_)
BREAK(int, ftruncate, ENOSPC, -1, (int descriptor, off_t size), descriptor, size)
BREAK(off_t, lseek, ESPIPE, -1, (int descriptor, off_t at_, int whence), descriptor, at_, whence)
BREAK(int, flock, ENOLCK, -1, (int descriptor, int operation), descriptor, operation)
BREAK(int, fstat, EIO, -1, (int descriptor, struct stat *info), descriptor, info)
BREAK(int, stat, EIO, -1, (const char *path, struct stat *info), path, info)
BREAK(FILE *, fopen, EMFILE, NULL, (const char *path, const char *mode), path, mode)
BREAK(int, pipe2, EMFILE, -1, (int ends[2], int flags), ends, flags)
BREAK(int, dup2, EMFILE, -1, (int from, int to), from, to)
BREAK(int, poll, ENOMEM, -1, (struct pollfd * list, nfds_t count, int ms), list, count, ms)
BREAK(int, epoll_ctl, ENOSPC, -1,
      (int set, int operation, int descriptor, struct epoll_event *event), set, operation,
      descriptor, event)
BREAK(int, epoll_wait, EINVAL, -1, (int set, struct epoll_event *events, int most, int ms), set,
      events, most, ms)
BREAK(int, signalfd, EMFILE, -1, (int descriptor, const sigset_t *set, int flags), descriptor, set,
      flags)
BREAK(int, setrlimit, EPERM, -1, (__rlimit_resource_t what, const struct rlimit *limit), what,
      limit)
BREAK(int, sched_setaffinity, EINVAL, -1, (pid_t who, size_t size, const cpu_set_t *set), who, size,
      set)
BREAK(int, pthread_create, EAGAIN, EAGAIN,
      (pthread_t * thread, const pthread_attr_t *how, void *(*start)(void *), void *argument),
      thread, how, start, argument)

/* A process that becomes another one ends as itself. It has closed what it had open. */
int execv(const char *path, char *const arguments[])
{
    if (fails("execv")) {
        errno = ENOEXEC;
        return -1;
    }
    is_away = true;
    open_counts();
    end();
    return REAL(execv)(path, arguments);
}

/* What a C library makes of a call whose buffer it knows. */
ssize_t __read_chk(int descriptor, void *bytes, size_t size, size_t room)
{
    if (size > room)
        abort();
    return read(descriptor, bytes, size);
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(more, int) : 0;
    va_end(more);
    if (!fails("open"))
        return REAL(open)(path, flags, mode);
    errno = EMFILE;
    return -1;
}

int __open_2(const char *path, int flags)
{
    return open(path, flags);
}
