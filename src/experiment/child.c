#include "experiment/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "experiment/work.h"
#include "hardware/own_units.h"
#include "measure/clock.h"

/* No event of ours is nearly as long, and lists of nothing in so many bytes fit into memory. */
#define LINE_BYTES_MAX ((size_t)8 << 20)
/* So much is read at once. */
#define HEARING_BYTES 65536

void child_init(struct child *child)
{
    *child = (struct child){.socket = -1, .log = -1};
}

/* Moves a descriptor, or -1, out of the way of those that the worker expects. */
static int out_of_the_way(int descriptor)
{
    int copy = descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD, 10);
    if (copy < 0 && descriptor >= 0)
        _exit(127);
    return copy;
}

/* Makes a descriptor the one that the worker expects there: nothing, where it is -1. What the
 * parent has at that number is never the worker's. */
static void hand_over(int descriptor, int number)
{
    if (descriptor < 0)
        close(number);
    else if (dup2(descriptor, number) < 0)
        _exit(127);
}

/* In the new process: puts the descriptors where work.h says and becomes a worker. Only calls that
 * are safe after fork. */
static _Noreturn void become_worker(pid_t parent, int socket, const struct handover *files, int log)
{
    static char *const arguments[] = {(char *)(uintptr_t) "quantop", (char *)(uintptr_t) "worker",
                                      NULL};
    process_follow_aside(parent);
    own_units_return();
    int null = open("/dev/null", O_RDWR);
    if (null < 0)
        _exit(127);
    socket = out_of_the_way(socket);
    int artifact = out_of_the_way(files->model);
    int inputs = out_of_the_way(files->inputs);
    int reference = out_of_the_way(files->reference);
    int decoded = out_of_the_way(files->decoded);
    log = out_of_the_way(log);
    hand_over(null, STDIN_FILENO);
    hand_over(null, STDOUT_FILENO);
    hand_over(log, STDERR_FILENO);
    hand_over(socket, WORK_SOCKET);
    hand_over(artifact, WORK_ARTIFACT);
    hand_over(inputs, WORK_INPUTS);
    hand_over(reference, WORK_REFERENCE);
    hand_over(decoded, WORK_DECODED);
    close_range(WORK_DECODED + 1, ~0U, 0);
    execv("/proc/self/exe", arguments);
    _exit(127);
}

enum status child_start(struct child *child, const struct handover *files, struct error *error)
{
    int ends[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return error_set_errno(error, STATUS_SYSTEM, NULL, "cannot start a worker");
    int log = memfd_create("quantop-worker-log", MFD_CLOEXEC);
    pid_t pid = log >= 0 ? fork() : -1;
    if (pid == 0)
        become_worker(parent, ends[1], files, log);
    if (pid < 0)
        error_set_errno(error, STATUS_SYSTEM, NULL, "cannot start a worker");
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        if (log >= 0)
            close(log);
        return STATUS_SYSTEM;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    child->pid = pid;
    child->socket = ends[0];
    child->log = log;
    return STATUS_OK;
}

bool child_is_alive(const struct child *child)
{
    return child->pid > 0;
}

bool child_send(struct child *child, json_t *message)
{
    char *line = json_dumps(message, JSON_COMPACT);
    struct text bytes = {0};
    json_decref(message);
    text_printf(&bytes, "%s\n", line);
    free(line);
    /* An order is far smaller than a socket's buffer, so a short write means trouble. */
    ssize_t sent = send(child->socket, bytes.bytes, bytes.length, MSG_NOSIGNAL);
    bool whole = sent == (ssize_t)bytes.length;
    text_release(&bytes);
    return whole;
}

/* Forgets what was taken. */
static void drop_taken(struct child *child)
{
    struct text *heard = &child->heard;
    if (child->taken == 0)
        return;
    memmove(heard->bytes, heard->bytes + child->taken, heard->length - child->taken);
    heard->length -= child->taken;
    child->searched -= child->taken;
    child->taken = 0;
}

enum child_state child_listen(struct child *child)
{
    char bytes[HEARING_BYTES];
    ssize_t got;
    drop_taken(child);
    do
        got = recv(child->socket, bytes, sizeof(bytes), 0);
    while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return CHILD_QUIET;
    if (got <= 0 || child->heard.length + (size_t)got > LINE_BYTES_MAX)
        return CHILD_GONE;
    text_add(&child->heard, bytes, (size_t)got);
    return CHILD_SPOKE;
}

bool child_take(struct child *child, json_t **message)
{
    const struct text *heard = &child->heard;
    const char *line = heard->bytes + child->taken;
    size_t left = heard->length - child->searched;
    const char *end = left ? memchr(heard->bytes + child->searched, '\n', left) : NULL;
    if (!end) {
        child->searched = heard->length;
        return false;
    }
    *message = json_loadb(line, (size_t)(end - line), 0, NULL);
    child->taken = child->searched = (size_t)(end + 1 - heard->bytes);
    return true;
}

/* The first line that the worker wrote to stderr, without what precedes the message. */
static void read_log(int log, char *text, size_t size)
{
    ssize_t got = pread(log, text, size - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    char *line = text;
    while (*line == '\n' || *line == '=')
        line++;
    line[strcspn(line, "\n")] = '\0';
    memmove(text, line, strlen(line) + 1);
    text_make_printable(text);
}

static void describe_end(int status, int log, char *reason, size_t size)
{
    char text[160];
    read_log(log, text, sizeof(text));
    const char *separator = text[0] ? ": " : "";
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        snprintf(reason, size,
                 "the sandbox killed the worker: it asked the system for what no model needs%s%s",
                 separator, text);
    else if (WIFSIGNALED(status))
        snprintf(reason, size, "the worker was killed by signal %d (%s)%s%s", WTERMSIG(status),
                 strsignal(WTERMSIG(status)), separator, text);
    else
        snprintf(reason, size, "the worker ended with status %d%s%s", WEXITSTATUS(status),
                 separator, text);
}

bool child_await(struct child *child, double seconds, json_t **message)
{
    double until = clock_seconds() + seconds;
    while (!child_take(child, message)) {
        enum child_state state = child_listen(child);
        double left = until - clock_seconds();
        struct pollfd socket = {.fd = child->socket, .events = POLLIN};
        if (state == CHILD_GONE || left <= 0.0)
            return false;
        if (state == CHILD_QUIET && poll(&socket, 1, (int)(left * 1e3) + 1) < 0 && errno != EINTR)
            return false;
    }
    return *message != NULL;
}

void child_kill(struct child *child)
{
    if (child->pid > 0)
        kill(child->pid, SIGKILL);
}

/* Waits until the worker is gone; one that does not go by itself within half a second is killed. */
static int reap(pid_t pid)
{
    int status = 0;
    for (int tries = 0; tries < 500; tries++) {
        pid_t done = waitpid(pid, &status, WNOHANG);
        if (done == pid || (done < 0 && errno != EINTR))
            return status;
        usleep(1000);
    }
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

void child_end(struct child *child, char *reason, size_t size)
{
    if (child->pid > 0) {
        int status = reap(child->pid);
        if (reason)
            describe_end(status, child->log, reason, size);
        close(child->socket);
        close(child->log);
    }
    text_release(&child->heard);
    child_init(child);
}
