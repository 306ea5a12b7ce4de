#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static const struct {
    int number;
    enum signal_bit bit;
} handled[] = {
    {SIGINT, SIGNALS_QUIT},       {SIGTERM, SIGNALS_QUIT},     {SIGHUP, SIGNALS_QUIT},
    {SIGQUIT, SIGNALS_QUIT},      {SIGWINCH, SIGNALS_RESIZED}, {SIGTSTP, SIGNALS_SUSPEND},
    {SIGCONT, SIGNALS_CONTINUED},
};

#define HANDLED_COUNT (sizeof(handled) / sizeof(handled[0]))

static struct sigaction before[HANDLED_COUNT];
static int ends[2] = {-1, -1};
static pid_t owner; /* a worker that is just being forked inherits the pipe */

static void note_signal(int number)
{
    int kept = errno;
    unsigned char byte = 0;
    for (size_t i = 0; i < HANDLED_COUNT; i++)
        if (handled[i].number == number)
            byte = (unsigned char)handled[i].bit;
    /* A full pipe holds the same news already. */
    if (getpid() == owner && write(ends[1], &byte, 1) < 0)
        byte = 0;
    errno = kept;
}

enum status signals_open(struct error *error)
{
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
        return error_set_errno(error, STATUS_SYSTEM, NULL, "cannot make a pipe for signals");
    owner = getpid();
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < HANDLED_COUNT; i++)
        sigaction(handled[i].number, &action, &before[i]);
    return STATUS_OK;
}

void signals_close(void)
{
    for (size_t i = 0; i < HANDLED_COUNT; i++)
        sigaction(handled[i].number, &before[i], NULL);
    close(ends[0]);
    close(ends[1]);
    ends[0] = ends[1] = -1;
}

int signals_descriptor(void)
{
    return ends[0];
}

unsigned signals_take(void)
{
    unsigned char bytes[64];
    unsigned bits = 0;
    ssize_t got;
    while ((got = read(ends[0], bytes, sizeof(bytes))) > 0)
        for (ssize_t i = 0; i < got; i++)
            bits |= bytes[i];
    return bits;
}

/* SIGTSTP and not SIGSTOP: the kernel ignores it where no shell could let the process go on. */
void signals_suspend(void)
{
    struct sigaction stop = {.sa_handler = SIG_DFL}, kept;
    sigemptyset(&stop.sa_mask);
    sigaction(SIGTSTP, &stop, &kept);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &kept, NULL);
}
