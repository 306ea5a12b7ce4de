/* Counts how often files are opened while a command runs: count_opens FOLDER... -- COMMAND...
 * watches the files in the folders, not those in folders within, and prints "TIMES NAME" for each
 * that was opened to standard output, in no order. A file that is opened again before any other is
 * may count once. The exit status is the command's; 77 where the kernel lets nobody watch. The
 * command's own output goes to standard error. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

#define SKIPPED 77

/* Of one file; names are taken to differ between folders. */
struct tally {
    char *name;
    unsigned long times;
};

struct tallies {
    struct tally *items;
    size_t count, capacity;
};

static _Noreturn void stop(const char *what, int status)
{
    fprintf(stderr, "count_opens: %s: %s\n", what, strerror(errno));
    exit(status);
}

static void add(struct tallies *tallies, const char *name)
{
    for (size_t i = 0; i < tallies->count; i++)
        if (strcmp(tallies->items[i].name, name) == 0) {
            tallies->items[i].times++;
            return;
        }
    tallies->items =
        list_grow(tallies->items, tallies->count, &tallies->capacity, sizeof(*tallies->items));
    tallies->items[tallies->count++] = (struct tally){xstrdup(name), 1};
}

/* Takes in what the kernel has noted so far. A queue that ran over has lost some: nothing can be
 * said then. */
static void drain(int watcher, struct tallies *tallies)
{
    _Alignas(struct inotify_event) char bytes[65536];
    ssize_t got;
    while ((got = read(watcher, bytes, sizeof(bytes))) > 0)
        for (ssize_t at = 0; at < got;) {
            const struct inotify_event *event = (const struct inotify_event *)(bytes + at);
            at += (ssize_t)(sizeof(*event) + event->len);
            if (event->mask & IN_Q_OVERFLOW) {
                errno = EOVERFLOW;
                stop("events", EXIT_FAILURE);
            }
            if (event->len > 0 && !(event->mask & IN_ISDIR))
                add(tallies, event->name);
        }
}

static pid_t start(char **command)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    dup2(STDERR_FILENO, STDOUT_FILENO);
    execvp(command[0], command);
    stop(command[0], 127);
}

/* Until the command has ended and all that it did is counted. */
static int count_until_end(int watcher, pid_t pid, struct tallies *tallies)
{
    struct pollfd events = {.fd = watcher, .events = POLLIN};
    int status = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        poll(&events, 1, 20);
        drain(watcher, tallies);
    }
    drain(watcher, tallies);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

int main(int count, char **arguments)
{
    struct tallies tallies = {0};
    int watcher = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), i = 1;
    if (watcher < 0)
        stop("inotify", SKIPPED);
    for (; i < count && strcmp(arguments[i], "--") != 0; i++)
        if (inotify_add_watch(watcher, arguments[i], IN_OPEN) < 0)
            stop(arguments[i], errno == ENOSPC ? SKIPPED : EXIT_FAILURE);
    if (i + 1 >= count) {
        errno = EINVAL;
        stop("count_opens FOLDER... -- COMMAND...", EXIT_FAILURE);
    }
    int status = count_until_end(watcher, start(arguments + i + 1), &tallies);
    for (size_t k = 0; k < tallies.count; k++) {
        printf("%lu %s\n", tallies.items[k].times, tallies.items[k].name);
        free(tallies.items[k].name);
    }
    free(tallies.items);
    return status;
}
