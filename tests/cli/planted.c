/* quantop with something planted in its inferences, as a model might that had taken a kernel over:
 * it tries what the environment variable QUANTOP_PLANTED says. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/session.h"

void __real_session_run(struct session *session);
void __wrap_session_run(struct session *session);

static const char *target(void)
{
    const char *path = getenv("QUANTOP_PLANTED_PATH");
    return path ? path : "/nowhere";
}

static bool try_write(void)
{
    return open(target(), O_WRONLY | O_CREAT, 0600) >= 0;
}

/* As a library makes a file: what such a call may be diverted to, nobody has armed here. */
static bool try_make(void)
{
    return open(target(), O_WRONLY | O_CREAT | O_TRUNC, 0600) >= 0;
}

static bool try_connect(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(descriptor, (struct sockaddr *)&address, sizeof(address)) == 0 ||
           descriptor >= 0;
}

static bool try_exec(void)
{
    execl("/bin/sh", "sh", "-c", "touch \"$QUANTOP_PLANTED_PATH\"", (char *)NULL);
    return false;
}

static bool try_fork(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static bool try_ptrace(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool try_kill(void)
{
    return kill(getppid(), SIGTERM) == 0;
}

static bool try_unlink(void)
{
    return unlink(target()) == 0;
}

static bool try_read(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool try_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

static const struct {
    const char *name;
    bool (*attempt)(void);
} attempts[] = {
    {"write", try_write},   {"make", try_make},     {"connect", try_connect}, {"exec", try_exec},
    {"fork", try_fork},     {"ptrace", try_ptrace}, {"kill", try_kill},       {"code", try_code},
    {"unlink", try_unlink}, {"read", try_read},
};

/* What was wanted and came off is told by the way the process ends. */
void __wrap_session_run(struct session *session)
{
    const char *name = getenv("QUANTOP_PLANTED");
    for (size_t i = 0; name && i < sizeof(attempts) / sizeof(attempts[0]); i++)
        if (strcmp(name, attempts[i].name) == 0) {
            fprintf(stderr, "planted: %s %s\n", name,
                    attempts[i].attempt() ? "came off" : "failed");
            _exit(99);
        }
    __real_session_run(session);
}
