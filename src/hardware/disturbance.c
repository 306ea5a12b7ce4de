#include "hardware/disturbance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

const struct disturbance_row disturbance_table[DISTURBANCE_COUNT] = {
#define X(identifier, name, remedy) [identifier] = {(name), (remedy)},
    DISTURBANCE_LIST(X)
#undef X
};

/* Counters tick every hundredth of a second: fewer than these seconds say too little. */
#define LEAST_SECONDS 0.5
/* The last minute's load from which some unit had to be shared. The programs of a run that has just
 * ended count, too: below this there was a unit for each. */
#define LOAD_PER_UNIT 1.0
/* What others may use of all units: it costs clock, cache and memory bandwidth even where the units
 * of a trial are its own. On small machines a quarter of one unit is noise of the system. */
#define OTHERS_SHARE 0.1
#define OTHERS_UNITS 0.25
/* Speedups are to be known to about 1 %: time that the host takes must be less. */
#define STEAL_SHARE 0.01

/* Counters at one moment; seconds of processor time over all units. */
struct sample {
    double busy, steal, total, own;
    int units;
    double throttled; /* times, over all units */
};

struct watch {
    const char *root; /* the caller's */
    struct sample last;
};

static FILE *open_below(const char *root, const char *path)
{
    char *whole = xasprintf("%s%s", root, path);
    FILE *file = fopen(whole, "re");
    free(whole);
    return file;
}

/* One number or word of a file of a unit; false: there is no such file. */
static bool read_unit(const char *root, int unit, const char *name, char word[32])
{
    char *path = xasprintf("/sys/devices/system/cpu/cpu%d/%s", unit, name);
    FILE *file = open_below(root, path);
    bool found = file && fscanf(file, "%31s", word) == 1;
    if (file)
        fclose(file);
    free(path);
    return found;
}

/* The sum of all units and how many there are; guests' time is part of user time. */
static bool read_times(const char *root, struct sample *sample)
{
    FILE *file = open_below(root, "/proc/stat");
    char line[512];
    double t[8] = {0}, tick = (double)sysconf(_SC_CLK_TCK);
    bool found = false;
    while (file && fgets(line, sizeof(line), file) && strncmp(line, "cpu", 3) == 0) {
        if (line[3] == ' ')
            found = sscanf(line + 4, "%lf %lf %lf %lf %lf %lf %lf %lf", &t[0], &t[1], &t[2], &t[3],
                           &t[4], &t[5], &t[6], &t[7]) == 8;
        else
            sample->units++;
    }
    if (file)
        fclose(file);
    sample->steal = t[7] / tick;
    sample->busy = (t[0] + t[1] + t[2] + t[5] + t[6]) / tick;
    sample->total = sample->busy + sample->steal + (t[3] + t[4]) / tick;
    return found && sample->units > 0;
}

static bool take_sample(const char *root, double own, struct sample *sample)
{
    char word[32];
    *sample = (struct sample){.own = own};
    if (!read_times(root, sample))
        return false;
    for (int unit = 0; unit < sample->units; unit++)
        if (read_unit(root, unit, "thermal_throttle/core_throttle_count", word))
            sample->throttled += strtod(word, NULL);
    return true;
}

static void find(struct finding *finding, double amount)
{
    finding->present = true;
    finding->amount = amount;
}

static void look_at_load(const char *root, int units, struct finding *finding)
{
    FILE *file = open_below(root, "/proc/loadavg");
    double load = 0.0;
    if (file && fscanf(file, "%lf", &load) == 1 && load > LOAD_PER_UNIT * units) {
        find(finding, load);
        snprintf(finding->text, sizeof(finding->text),
                 "in the last minute %.1f programs shared %d processing unit%s", load, units,
                 units == 1 ? "" : "s");
    }
    if (file)
        fclose(file);
}

/* Governors other than these two change the clock with the load. */
static bool is_steady(const char *governor)
{
    return strcmp(governor, "performance") == 0 || strcmp(governor, "userspace") == 0;
}

static void look_at_governor(const char *root, int units, struct finding *finding)
{
    char word[32], governor[32] = "";
    int unsteady = 0;
    for (int unit = 0; unit < units; unit++)
        if (read_unit(root, unit, "cpufreq/scaling_governor", word) && !is_steady(word)) {
            unsteady++;
            memcpy(governor, word, sizeof(governor));
        }
    if (unsteady == 0)
        return;
    find(finding, unsteady);
    snprintf(finding->text, sizeof(finding->text),
             "the frequency governor '%s' changes the clock of %d of %d processing units", governor,
             unsteady, units);
}

struct watch *watch_new(const char *root, double cpu_seconds,
                        struct finding findings[DISTURBANCE_COUNT])
{
    struct watch *watch = xcalloc(1, sizeof(*watch));
    watch->root = root;
    memset(findings, 0, DISTURBANCE_COUNT * sizeof(*findings));
    if (!take_sample(root, cpu_seconds, &watch->last))
        return watch;
    look_at_load(root, watch->last.units, &findings[DISTURBED_BY_LOAD]);
    look_at_governor(root, watch->last.units, &findings[DISTURBED_BY_GOVERNOR]);
    return watch;
}

void watch_free(struct watch *watch)
{
    free(watch);
}

static void compare_others(const struct sample *since, double seconds, struct finding *finding)
{
    double units = (since->busy - since->own) / seconds;
    if (units <= fmax(OTHERS_UNITS, OTHERS_SHARE * since->units))
        return;
    find(finding, units);
    snprintf(finding->text, sizeof(finding->text),
             "other programs use %.1f of %d processing unit%s", units, since->units,
             since->units == 1 ? "" : "s");
}

static void compare_steal(const struct sample *since, struct finding *finding)
{
    double share = since->steal / since->total;
    if (share <= STEAL_SHARE)
        return;
    find(finding, share);
    snprintf(finding->text, sizeof(finding->text),
             "the host of this virtual machine takes %.0f %% of its time", 100.0 * share);
}

static void compare_heat(const struct sample *since, struct finding *finding)
{
    if (!(since->throttled > 0.0))
        return;
    find(finding, since->throttled);
    snprintf(finding->text, sizeof(finding->text),
             "the processor was throttled for heat, %.0f time%s", since->throttled,
             since->throttled < 1.5 ? "" : "s");
}

bool watch_look(struct watch *watch, double cpu_seconds, struct finding findings[DISTURBANCE_COUNT])
{
    struct sample now;
    const struct sample *last = &watch->last;
    memset(findings, 0, DISTURBANCE_COUNT * sizeof(*findings));
    if (!take_sample(watch->root, cpu_seconds, &now) || now.units != last->units)
        return false;
    struct sample since = {
        .busy = now.busy - last->busy,
        .steal = now.steal - last->steal,
        .total = now.total - last->total,
        .own = now.own - last->own,
        .units = now.units,
        .throttled = now.throttled - last->throttled,
    };
    double seconds = since.total / since.units;
    if (seconds < LEAST_SECONDS)
        return false;
    watch->last = now;
    compare_others(&since, seconds, &findings[DISTURBED_BY_OTHERS]);
    compare_steal(&since, &findings[DISTURBED_BY_HOST]);
    compare_heat(&since, &findings[DISTURBED_BY_HEAT]);
    return true;
}
