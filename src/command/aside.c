#include "command/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"

/* Nothing that people read is longer. */
#define HEARD_MOST ((size_t)1 << 18)

/* In the new process; only calls that are safe after fork. */
static _Noreturn void become(pid_t parent, int out, char *const *arguments)
{
    process_follow_aside(parent);
    dup2(open("/dev/null", O_RDWR), STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execv("/proc/self/exe", arguments);
    _exit(127);
}

enum status aside_begin(struct aside *aside, char *const *arguments, struct error *error)
{
    int ends[2];
    pid_t parent = getpid();
    aside_end(aside);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set_errno(error, STATUS_SYSTEM, NULL, "cannot start a command");
    pid_t pid = fork();
    if (pid == 0)
        become(parent, ends[1], arguments);
    close(ends[1]);
    if (pid < 0) {
        error_set_errno(error, STATUS_SYSTEM, NULL, "cannot start a command");
        close(ends[0]);
        return STATUS_SYSTEM;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *aside = (struct aside){.pid = pid, .out = ends[0]};
    return STATUS_OK;
}

/* Line by line, as line ends are not. */
static void make_printable(struct aside *aside)
{
    char *line = aside->heard.bytes + aside->printable, *end;
    while ((end = strchr(line, '\n')) != NULL) {
        *end = '\0';
        text_make_printable(line);
        *end = '\n';
        line = end + 1;
    }
    aside->printable = (size_t)(line - aside->heard.bytes);
}

static void reap(struct aside *aside)
{
    if (aside->pid <= 0)
        return;
    kill(aside->pid, SIGKILL); /* its workers die with it */
    while (waitpid(aside->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    close(aside->out);
    aside->pid = 0;
}

/* Reads what is there; false: there will be no more. */
static bool hear(struct aside *aside)
{
    char bytes[4096];
    ssize_t got;
    while (aside->heard.length < HEARD_MOST) {
        got = read(aside->out, bytes, sizeof(bytes));
        if (got == 0 || (got < 0 && errno != EINTR))
            return got < 0 && errno == EAGAIN;
        for (ssize_t i = 0; i < got; i++) /* zeros would end the text */
            bytes[i] = bytes[i] ? bytes[i] : '?';
        text_add(&aside->heard, bytes, got > 0 ? (size_t)got : 0);
    }
    return false;
}

bool aside_listen(struct aside *aside)
{
    bool goes_on = aside->pid > 0 && hear(aside);
    if (!goes_on && aside->heard.length > aside->printable)
        text_add_string(&aside->heard, "\n"); /* of a last line that was cut */
    if (aside->heard.length > 0)
        make_printable(aside);
    if (!goes_on)
        reap(aside);
    return goes_on;
}

void aside_end(struct aside *aside)
{
    reap(aside);
    text_release(&aside->heard);
    *aside = (struct aside){0};
}
