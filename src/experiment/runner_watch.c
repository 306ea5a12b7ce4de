/* The runner's eye on the machine. */
#include <sys/resource.h>
#include <time.h>

#include "experiment/runner_internal.h"
#include "measure/clock.h"

/* Rarely enough to cost nothing, often enough to notice a program that runs for some seconds. */
#define WATCH_SECONDS 2.0
/* A trouble is told of once more when it has grown by this. */
#define GROWN 2.0

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + 1e-6 * (double)time->tv_usec;
}

/* Processor time of this process, of its workers that have ended, and of those that live. */
static double own_seconds(const struct runner *runner)
{
    struct rusage ended;
    struct timespec now;
    clockid_t clock;
    double seconds = clock_cpu_seconds();
    if (getrusage(RUSAGE_CHILDREN, &ended) == 0)
        seconds += seconds_of(&ended.ru_utime) + seconds_of(&ended.ru_stime);
    for (size_t i = 0; i < runner->n_trials; i++)
        if (child_is_alive(&runner->children[i]) &&
            clock_getcpuclockid(runner->children[i].pid, &clock) == 0 &&
            clock_gettime(clock, &now) == 0)
            seconds += (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
    return seconds;
}

static void warn(struct runner *runner, const struct finding findings[DISTURBANCE_COUNT])
{
    for (int kind = 0; kind < DISTURBANCE_COUNT; kind++) {
        const struct finding *finding = &findings[kind];
        if (!finding->present || finding->amount < GROWN * runner->disturbed[kind])
            continue;
        runner->disturbed[kind] = finding->amount;
        runner_announce(runner, announce_warning(disturbance_table[kind].name, finding->text,
                                                 disturbance_table[kind].remedy));
    }
}

void runner_begin_watch(struct runner *runner)
{
    runner_count_own_cost(runner);
    watch_free(runner->watch);
    runner->watch = NULL;
}

void runner_watch(struct runner *runner, bool is_last)
{
    struct finding findings[DISTURBANCE_COUNT];
    double now = clock_seconds();
    if (!runner->watch)
        runner->watch = watch_new("", own_seconds(runner), findings);
    else if ((now - runner->watched < WATCH_SECONDS && !is_last) ||
             !watch_look(runner->watch, own_seconds(runner), findings))
        return;
    runner->watched = now;
    warn(runner, findings);
}
