#include "worker/diversion.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static int file = -1;
static atomic_bool is_armed;

/* Where a call leaves what it returns. */
#if defined(__x86_64__)
#define HAS_RESULT 1
static void set_result(ucontext_t *context, long result)
{
    context->uc_mcontext.gregs[REG_RAX] = result;
}
#elif defined(__aarch64__)
#define HAS_RESULT 1
static void set_result(ucontext_t *context, long result)
{
    context->uc_mcontext.regs[0] = (unsigned long long)result;
}
#else
#define HAS_RESULT 0
static void set_result(ucontext_t *context, long result)
{
    (void)context, (void)result;
}
#endif

/* Instead of a call that the filter traps. What nobody waits for ends the process, as a call does
 * that the filter does not know. */
static void divert(int signal_number, siginfo_t *info, void *context)
{
    (void)info;
    if (!atomic_exchange(&is_armed, false)) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
        return;
    }
    set_result(context, fcntl(file, F_DUPFD_CLOEXEC, 0));
}

bool diversion_prepare(void)
{
    struct sigaction action = {.sa_sigaction = divert, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    if (!HAS_RESULT || sigaction(SIGSYS, &action, NULL) != 0)
        return false;
    file = memfd_create("quantop-recording", MFD_CLOEXEC);
    return file >= 0;
}

int diversion_file(void)
{
    return file;
}

void diversion_arm(void)
{
    atomic_store(&is_armed, file >= 0);
}

void diversion_disarm(void)
{
    atomic_store(&is_armed, false);
}
