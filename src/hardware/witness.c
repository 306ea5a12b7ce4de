#include "hardware/witness.h"

#include <dirent.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

/* Chains of multiplications, the fastest of which nothing interrupted: some microseconds each. */
#define CHAINS       8
#define CHAIN_LENGTH 2000

static double seconds_on(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static FILE *open_below(const char *root, const char *path)
{
    char *whole = xasprintf("%s%s", root, path);
    FILE *file = fopen(whole, "re");
    free(whole);
    return file;
}

static bool is_among(const int *pus, int n_pus, int unit)
{
    for (int i = 0; i < n_pus; i++)
        if (pus[i] == unit)
            return true;
    return false;
}

/* Steal of the units, and what all units computed; guests' time is part of user time. */
static void read_times(const char *root, const int *pus, int n_pus, struct witness_mark *mark)
{
    FILE *file = open_below(root, "/proc/stat");
    char line[512];
    double t[8], tick = (double)sysconf(_SC_CLK_TCK);
    mark->steal = mark->busy = NAN;
    while (file && fgets(line, sizeof(line), file) && strncmp(line, "cpu", 3) == 0) {
        char *rest;
        bool is_sum = line[3] == ' ';
        long unit = strtol(line + 3, &rest, 10);
        if (sscanf(is_sum ? line + 4 : rest, "%lf %lf %lf %lf %lf %lf %lf %lf", &t[0], &t[1], &t[2],
                   &t[3], &t[4], &t[5], &t[6], &t[7]) != 8)
            continue;
        if (is_sum)
            mark->busy = (t[0] + t[1] + t[2] + t[5] + t[6]) / tick;
        else if (is_among(pus, n_pus, (int)unit))
            mark->steal = (isnan(mark->steal) ? 0.0 : mark->steal) + t[7] / tick;
    }
    if (file)
        fclose(file);
}

/* Nanoseconds that a thread has waited for a unit: the second number of its schedstat. */
static bool read_waited(const char *root, const char *thread, double *waited)
{
    double ran, waited_ns;
    char *path = xasprintf("/proc/self/task/%s/schedstat", thread);
    FILE *file = open_below(root, path);
    bool found = file && fscanf(file, "%lf %lf", &ran, &waited_ns) == 2;
    if (found)
        *waited += 1e-9 * waited_ns;
    if (file)
        fclose(file);
    free(path);
    return found;
}

/* Seconds, of all threads of the process; NaN: the system does not count them. */
static double waited_seconds(const char *root)
{
    char *path = xasprintf("%s/proc/self/task", root);
    DIR *folder = opendir(path);
    const struct dirent *entry;
    double waited = 0.0;
    bool any = false;
    while (folder && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.' && read_waited(root, entry->d_name, &waited))
            any = true;
    if (folder)
        closedir(folder);
    free(path);
    return any ? waited : NAN;
}

static void take(const char *root, const int *pus, int n_pus, struct witness_mark *mark)
{
    struct rusage usage;
    mark->switches = getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_nivcsw : NAN;
    mark->waited = waited_seconds(root);
    mark->own = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
    read_times(root, pus, n_pus, mark);
}

void witness_begin(const char *root, const int *pus, int n_pus, struct witness_mark *mark)
{
    take(root, pus, n_pus, mark);
    mark->time = seconds_on(CLOCK_MONOTONIC);
}

/* Each multiplication waits for the one before, so that what they take follows the clock alone. */
static double measure_pace(void)
{
    double best = 0.0;
    volatile uint64_t kept = 1;
    for (int chain = 0; chain < CHAINS; chain++) {
        uint64_t value = kept | 1;
        double start = seconds_on(CLOCK_MONOTONIC);
        for (int i = 0; i < CHAIN_LENGTH; i++)
            value = value * UINT64_C(6364136223846793005) + 1;
        kept = value;
        double seconds = seconds_on(CLOCK_MONOTONIC) - start;
        best = fmax(best, seconds > 0.0 ? CHAIN_LENGTH / (1e9 * seconds) : 0.0);
    }
    return best > 0.0 ? best : NAN;
}

struct witness witness_end(const char *root, const int *pus, int n_pus,
                           const struct witness_mark *mark)
{
    struct witness_mark now;
    double seconds = seconds_on(CLOCK_MONOTONIC) - mark->time;
    take(root, pus, n_pus, &now);
    return (struct witness){
        .seconds = seconds,
        .waited = now.waited - mark->waited,
        .steal = now.steal - mark->steal,
        .others = now.busy - mark->busy - (now.own - mark->own),
        .switches = now.switches - mark->switches,
        .pace = measure_pace(),
    };
}
