#include "worker/sandbox_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Makes or changes a file: neither is to be had by opening. */
#define OPEN_CHANGES (O_ACCMODE | O_CREAT | O_TRUNC)
/* As a library opens a file that it makes. */
#define OPEN_NEW (O_WRONLY | O_CREAT | O_TRUNC)

/* Of the kernel's interface (asm/prctl.h): which registers a process may use beyond the usual ones.
 * A library that multiplies matrices by tiles (AMX) asks for these before it does. */
enum {
    ARCH_REGISTERS_THERE = 0x1021,
    ARCH_REGISTERS_ALLOWED = 0x1022,
    ARCH_ALLOW_REGISTERS = 0x1023
};

/* What is asked of one argument of a call. */
enum condition { ALWAYS, MASKED_IS, IS_OWN_PROCESS };

/* A call that is let through, or that fails with an error or is trapped instead of killing. */
struct call {
    int number; /* negative: this architecture has none */
    int error;  /* 0: it is let through */
    bool traps; /* it does not happen: a handler of this process is called (worker/diversion.h) */
    enum condition condition;
    unsigned argument;
    uint64_t mask, value;
};

#define CALL(name)                                                                                 \
    {                                                                                              \
        .number = SCMP_SYS(name)                                                                   \
    }
#define FAILS(name, error_)                                                                        \
    {                                                                                              \
        .number = SCMP_SYS(name), .error = (error_)                                                \
    }
#define WHERE(name, at, mask_, value_)                                                             \
    {                                                                                              \
        .number = SCMP_SYS(name), .condition = MASKED_IS, .argument = (at), .mask = (mask_),       \
        .value = (value_)                                                                          \
    }
#define TRAPS_WHERE(name, at, mask_, value_)                                                       \
    {                                                                                              \
        .number = SCMP_SYS(name), .traps = true, .condition = MASKED_IS, .argument = (at),         \
        .mask = (mask_), .value = (value_)                                                         \
    }
#define WHERE_OWN(name, at)                                                                        \
    {                                                                                              \
        .number = SCMP_SYS(name), .condition = IS_OWN_PROCESS, .argument = (at)                    \
    }

static const struct call calls[] = {
    /* Memory, which never becomes code: libraries are loaded by now. */
    CALL(brk),
    CALL(munmap),
    CALL(mremap),
    CALL(madvise),
    CALL(membarrier),
    WHERE(mmap, 2, PROT_EXEC, 0),
    WHERE(mprotect, 2, PROT_EXEC, 0),
    /* Descriptors that are open: events, the artifact, inputs, outputs of fp32, decoded data. */
    CALL(read),
    CALL(readv),
    CALL(pread64),
    CALL(preadv),
    CALL(write),
    CALL(writev),
    CALL(pwrite64),
    CALL(pwritev),
    CALL(lseek),
    CALL(close),
    CALL(dup),
    CALL(fcntl),
    CALL(ftruncate),
    CALL(fallocate),
    CALL(fsync),
    CALL(fdatasync),
    CALL(fadvise64),
    CALL(fstatfs),
    CALL(poll),
    CALL(ppoll),
    /* Files to read: models with their weights, samples, what the kernel says of the machine. */
    WHERE(open, 1, OPEN_CHANGES, O_RDONLY),
    WHERE(openat, 2, OPEN_CHANGES, O_RDONLY),
    TRAPS_WHERE(open, 1, OPEN_CHANGES, OPEN_NEW),
    TRAPS_WHERE(openat, 2, OPEN_CHANGES, OPEN_NEW),
    CALL(stat),
    CALL(lstat),
    CALL(fstat),
    CALL(newfstatat),
    CALL(statx),
    CALL(statfs),
    CALL(access),
    CALL(faccessat),
    CALL(faccessat2),
    CALL(readlink),
    CALL(readlinkat),
    CALL(getdents64),
    CALL(getcwd),
    FAILS(ioctl, ENOTTY), /* the C library asks whether standard error is a terminal */
    FAILS(openat2, ENOSYS),
    /* Time, and what was used of it. */
    CALL(clock_gettime),
    CALL(clock_getres),
    CALL(clock_nanosleep),
    CALL(nanosleep),
    CALL(gettimeofday),
    CALL(time),
    CALL(times),
    CALL(getrusage),
    /* Threads of this process, and where they run. The flags of clone3 cannot be looked at: the C
     * library takes clone where there is none. */
    WHERE(clone, 0, CLONE_THREAD, CLONE_THREAD),
    FAILS(clone3, ENOSYS),
    CALL(futex),
    CALL(set_robust_list),
    CALL(rseq),
    CALL(set_tid_address),
    CALL(gettid),
    CALL(getpid),
    CALL(getppid),
    CALL(getcpu),
    CALL(sched_getaffinity),
    CALL(sched_setaffinity),
    CALL(sched_yield),
    CALL(sched_getparam),
    CALL(sched_getscheduler),
    CALL(sched_get_priority_max),
    CALL(sched_get_priority_min),
    CALL(get_mempolicy),
    WHERE(prctl, 0, ~UINT64_C(0), PR_SET_NAME),
    WHERE(arch_prctl, 0, ~UINT64_C(0), ARCH_REGISTERS_THERE),
    WHERE(arch_prctl, 0, ~UINT64_C(0), ARCH_REGISTERS_ALLOWED),
    WHERE(arch_prctl, 0, ~UINT64_C(0), ARCH_ALLOW_REGISTERS),
    CALL(exit),
    CALL(exit_group),
    CALL(restart_syscall),
    /* Signals of its own: abort tells of a defect. */
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(rt_sigreturn),
    CALL(sigaltstack),
    WHERE_OWN(tgkill, 0),
    WHERE_OWN(kill, 0),
    /* The machine and this process, as numbers. */
    CALL(uname),
    CALL(sysinfo),
    CALL(getrandom),
    CALL(getrlimit),
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    WHERE(prlimit64, 2, ~UINT64_C(0), 0),
};
/* Left out, so that they kill: socket and what follows it, execve, fork, ptrace, process_vm_readv,
 * bpf, io_uring_setup, mount, rename, unlink, link, chmod and all that is not above. */

static bool add_call(scmp_filter_ctx filter, const struct call *call)
{
    uint32_t action = call->error   ? SCMP_ACT_ERRNO((uint16_t)call->error)
                      : call->traps ? SCMP_ACT_TRAP
                                    : SCMP_ACT_ALLOW;
    struct scmp_arg_cmp compared =
        SCMP_CMP(call->argument, SCMP_CMP_MASKED_EQ, call->mask, call->value);
    if (call->condition == IS_OWN_PROCESS)
        compared = (struct scmp_arg_cmp){
            .arg = call->argument, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)getpid()};
    int added = call->condition == ALWAYS
                    ? seccomp_rule_add(filter, action, call->number, 0)
                    : seccomp_rule_add(filter, action, call->number, 1, compared);
    return added == 0 || call->number < 0;
}

const char *sandbox_why_no_filter(void)
{
    return prctl(PR_GET_SECCOMP) >= 0 ? NULL : "no seccomp: the kernel has none";
}

/* Branches and stores are left as they are: a filter must not change what is measured. Threads that
 * a library started when it was loaded are confined, too. */
bool sandbox_filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool is_made = filter && seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
    if (filter)
        seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1); /* old kernels cannot, and need not */
    for (size_t i = 0; is_made && i < sizeof(calls) / sizeof(calls[0]); i++)
        is_made = add_call(filter, &calls[i]);
    is_made = is_made && seccomp_load(filter) == 0;
    if (filter)
        seccomp_release(filter);
    return is_made;
}
