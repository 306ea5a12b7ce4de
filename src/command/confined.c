#include "command/confined.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "worker/sandbox.h"

/* One message, whole; a signal that comes in between does not count. */
static ssize_t receive(int channel, void *message, size_t size)
{
    ssize_t got;
    do
        got = read(channel, message, size);
    while (got < 0 && errno == EINTR);
    return got;
}

enum status confined_write(const struct confined *confined, const void *bytes, size_t size,
                           struct error *error)
{
    struct error answer;
    if (confined->bytes < 0 || strcmp(confined->output, "-") == 0)
        return file_write(confined->output, bytes, size, error);
    if (!write_all(confined->bytes, bytes, size) || !write_all(confined->channel, "", 1))
        return error_set_errno(error, STATUS_IO, confined->output, "cannot hand it over");
    if (receive(confined->channel, &answer, sizeof(answer)) != sizeof(answer))
        return error_set(error, STATUS_SYSTEM, confined->output, "cannot tell whether it is there");
    if (answer.status != STATUS_OK)
        *error = answer;
    return answer.status;
}

/* Writes the output as the child has left it. That cannot make it smaller while it is read. */
static enum status write_output(const struct confined *confined, struct error *error)
{
    struct stat info;
    if (fcntl(confined->bytes, F_ADD_SEALS, F_SEAL_SHRINK) != 0 ||
        fstat(confined->bytes, &info) != 0)
        return error_set_errno(error, STATUS_SYSTEM, confined->output, "cannot take it over");
    size_t size = (size_t)info.st_size;
    if (size == 0)
        return file_write(confined->output, "", 0, error);
    void *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED, confined->bytes, 0);
    if (bytes == MAP_FAILED)
        return error_set_errno(error, STATUS_SYSTEM, confined->output, "cannot take it over");
    enum status status = file_write(confined->output, bytes, size, error);
    munmap(bytes, size);
    return status;
}

/* Until the child has ended, or asks for the output to be written, once. It does not wait for an
 * answer that does not come. */
static void serve(const struct confined *confined)
{
    struct error answer = {.status = STATUS_OK};
    char request;
    if (receive(confined->channel, &request, 1) == 1) {
        write_output(confined, &answer);
        send(confined->channel, &answer, sizeof(answer), MSG_NOSIGNAL); /* it may be dead */
    }
    close(confined->channel);
}

/* As the child did: what looks at the exit status sees a crash where there was one. */
static void end_by(int signal_number)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none); /* this process has nothing to show */
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static enum exit_status await(const struct confined *confined, pid_t pid)
{
    struct error error;
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) {
            error_set_errno(&error, STATUS_SYSTEM, NULL, "cannot wait for a process");
            return command_fail(&error);
        }
    if (WIFEXITED(status))
        return (enum exit_status)WEXITSTATUS(status);
    if (WTERMSIG(status) == SIGSYS)
        error_set(&error, STATUS_SYSTEM, confined->work.model,
                  "the sandbox killed the process that reads it: it asked the system for what no "
                  "model needs");
    else
        error_set(&error, STATUS_SYSTEM, confined->work.model,
                  "the process that reads it was killed by signal %d (%s)", WTERMSIG(status),
                  strsignal(WTERMSIG(status)));
    if (WTERMSIG(status) != SIGPIPE) /* whoever reads the output has had enough */
        command_fail(&error);
    end_by(WTERMSIG(status));
    return EXIT_TROUBLE;
}

static enum exit_status do_work(const struct confined *confined)
{
    struct error error;
    enum status status = confined->run(confined, confined->context, &error);
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

/* In the new process. Whether standard output is a terminal cannot be asked any more later. */
static enum exit_status do_confined(const struct confined *confined, pid_t parent)
{
    process_follow(parent);
    if (isatty(STDOUT_FILENO))
        setvbuf(stdout, NULL, _IOLBF, 0);
    sandbox_enter(&confined->work);
    return do_work(confined);
}

/* The child's end of the channel, or the parent's, is left in *confined. */
static enum exit_status fork_and_run(struct confined *confined, const int ends[2])
{
    pid_t parent = getpid(), pid = fork();
    struct error error;
    bool is_child = pid == 0;
    if (pid < 0) {
        close(ends[0]);
        close(ends[1]);
        error_set_errno(&error, STATUS_SYSTEM, NULL, "cannot start a process");
        return command_fail(&error);
    }
    close(ends[is_child]);
    confined->channel = ends[!is_child];
    if (is_child)
        return do_confined(confined, parent);
    serve(confined);
    return await(confined, pid);
}

enum exit_status confined_run(struct confined *confined)
{
    struct error error;
    int ends[2];
    confined->channel = confined->bytes = -1;
    if (confined->work.is_unguarded)
        return do_work(confined);
    confined->bytes = memfd_create("quantop-output", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (confined->bytes < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        error_set_errno(&error, STATUS_SYSTEM, NULL, "cannot start a process");
        if (confined->bytes >= 0)
            close(confined->bytes);
        return command_fail(&error);
    }
    fflush(stdout); /* or both would print it */
    enum exit_status status = fork_and_run(confined, ends);
    close(confined->bytes);
    return status;
}
