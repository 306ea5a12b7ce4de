/* What a confined process may ask of the system: one file that it makes, when it is told to, is in
 * memory; and it may ask for the registers of tiles. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "worker/diversion.h"
#include "worker/sandbox.h"
#include "worker/sandbox_calls.h"

/* Nowhere: what comes through to the kernel fails. */
#define PATH "/proc/self/fd/none/file"
#define NEW  (O_WRONLY | O_CREAT | O_TRUNC)

/* How a confined process that does this ends: its exit status, or the negative signal. */
static int ending_of(int (*act)(void))
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        bool is_ready = diversion_prepare() && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                        sandbox_filter_calls();
        _exit(is_ready ? act() : 99);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int make(void)
{
    return open(PATH, NEW, 0600) >= 0;
}

static int make_armed(void)
{
    char text[8] = "";
    diversion_arm();
    int file = open(PATH, NEW, 0600);
    bool is_written =
        file >= 0 && file != diversion_file() && write(file, "told", 4) == 4 && close(file) == 0;
    return is_written && pread(diversion_file(), text, 7, 0) == 4 && strcmp(text, "told") == 0 ? 7
                                                                                               : 1;
}

static int make_two(void)
{
    diversion_arm();
    return open(PATH, NEW, 0600) >= 0 && open(PATH, NEW, 0600) >= 0;
}

static int make_late(void)
{
    diversion_arm();
    diversion_disarm();
    return open(PATH, NEW, 0600) >= 0;
}

static int change(void)
{
    diversion_arm();
    return open(PATH, O_WRONLY | O_APPEND) >= 0;
}

static int change_anew(void)
{
    diversion_arm();
    return open(PATH, O_RDWR | O_CREAT | O_TRUNC, 0600) >= 0;
}

static int read_something(void)
{
    diversion_arm();
    return open("/dev/null", O_RDONLY) >= 0 ? 7 : 1;
}

static void one_file_is_made_and_it_is_in_memory(void **state)
{
    static const struct {
        int (*act)(void);
        int ending;
    } acts[] = {
        {make_armed, 7},      {read_something, 7}, {make, -SIGSYS},        {make_two, -SIGSYS},
        {make_late, -SIGSYS}, {change, -SIGSYS},   {change_anew, -SIGSYS},
    };
    (void)state;
    if (!sandbox_probe().filters_calls)
        skip();
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
        if (ending_of(acts[i].act) != acts[i].ending)
            fail_msg("act %zu ended with %d, expected %d", i, ending_of(acts[i].act),
                     acts[i].ending);
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
    if (!sandbox_probe().filters_calls)
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
        cmocka_unit_test(one_file_is_made_and_it_is_in_memory),
        cmocka_unit_test(libraries_may_multiply_by_tiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
