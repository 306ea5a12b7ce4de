/* What a confined process may ask of the system beside what every test of workers shows. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "worker/sandbox_calls.h"

/* How a confined process that does this ends: its exit status, or the negative signal. */
static int ending_of(int (*act)(void))
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        bool is_ready = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && sandbox_filter_calls();
        _exit(is_ready ? act() : 99);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* Of asm/prctl.h: who may use which registers, and where a segment of memory is. */
enum { REGISTERS_ALLOWED = 0x1022, ALLOW_REGISTERS = 0x1023, SET_SEGMENT = 0x1001 };
#define TILES 18

#ifdef SYS_arch_prctl
/* Whether the CPU has them or not. */
static int ask_for_tiles(void)
{
    unsigned long allowed = 0;
    syscall(SYS_arch_prctl, ALLOW_REGISTERS, TILES);
    syscall(SYS_arch_prctl, REGISTERS_ALLOWED, &allowed);
    return 7;
}

static int move_segment(void)
{
    return syscall(SYS_arch_prctl, SET_SEGMENT, 0L) == 0;
}

static void libraries_may_multiply_by_tiles(void **state)
{
    (void)state;
    if (sandbox_why_no_filter())
        skip();
    assert_int_equal(ending_of(ask_for_tiles), 7);
    assert_int_equal(ending_of(move_segment), -SIGSYS);
}
#else
static void libraries_may_multiply_by_tiles(void **state)
{
    (void)state;
    skip();
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libraries_may_multiply_by_tiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
