#include "ui/rescue.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

#define CRASH_COUNT (sizeof(crashes) / sizeof(crashes[0]))

static struct {
    volatile sig_atomic_t armed;
    int terminal;
    struct termios settings;
    char bytes[RESCUE_BYTES_MAX];
    size_t length;
    int error_output; /* what standard error was; -1: it was left alone */
    FILE *file;       /* what was written there, */
    int kept;         /* and its descriptor */
    struct sigaction before[CRASH_COUNT];
    stack_t stack_before;
} rescue = {.error_output = -1};

/* A stack of its own, so that even an overflow of the stack can be reported. */
static char crash_stack[64 * 1024];

static void copy_kept(void)
{
    char bytes[4096];
    ssize_t got;
    off_t at = 0;
    while ((got = pread(rescue.kept, bytes, sizeof(bytes), at)) > 0) {
        if (!write_all(STDERR_FILENO, bytes, (size_t)got))
            return;
        at += got;
    }
}

static void release_error_output(void)
{
    if (rescue.error_output < 0)
        return;
    dup2(rescue.error_output, STDERR_FILENO);
    copy_kept();
}

void rescue_now(void)
{
    if (!rescue.armed)
        return;
    rescue.armed = 0;
    write_all(rescue.terminal, rescue.bytes, rescue.length);
    tcsetattr(rescue.terminal, TCSANOW, &rescue.settings);
    release_error_output();
}

/* The handler of before (the system's, or a sanitizer's) gets the signal next. */
static void on_crash(int number)
{
    rescue_now();
    for (size_t i = 0; i < CRASH_COUNT; i++)
        if (crashes[i] == number)
            sigaction(number, &rescue.before[i], NULL);
    raise(number);
}

static void hold_error_output(void)
{
    if (!isatty(STDERR_FILENO))
        return;
    rescue.file = tmpfile();
    if (rescue.file == NULL)
        return;
    rescue.kept = fileno(rescue.file);
    fcntl(rescue.kept, F_SETFD, FD_CLOEXEC);
    fcntl(rescue.kept, F_SETFL, O_APPEND);
    fflush(stderr);
    rescue.error_output = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(rescue.kept, STDERR_FILENO);
}

void rescue_begin(int terminal, const struct termios *settings)
{
    rescue.terminal = terminal;
    rescue.settings = *settings;
    rescue.length = 0;
    hold_error_output();
    stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof(crash_stack)};
    sigaltstack(&stack, &rescue.stack_before);
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < CRASH_COUNT; i++)
        sigaction(crashes[i], &action, &rescue.before[i]);
    memory_on_exhausted(rescue_now);
    rescue.armed = 1;
}

void rescue_prepare(const char *bytes, size_t length)
{
    rescue.length = 0;
    memcpy(rescue.bytes, bytes, length < RESCUE_BYTES_MAX ? length : RESCUE_BYTES_MAX);
    rescue.length = length < RESCUE_BYTES_MAX ? length : RESCUE_BYTES_MAX;
}

void rescue_end(void)
{
    rescue.armed = 0;
    memory_on_exhausted(NULL);
    for (size_t i = 0; i < CRASH_COUNT; i++)
        sigaction(crashes[i], &rescue.before[i], NULL);
    sigaltstack(&rescue.stack_before, NULL);
    if (rescue.error_output >= 0) {
        fflush(stderr);
        release_error_output();
        close(rescue.error_output);
        fclose(rescue.file);
    }
    rescue.error_output = -1;
    rescue.file = NULL;
}
