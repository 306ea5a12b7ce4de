/* What disturbs a measurement on this machine: other programs, other guests of the host, a clock
 * that follows the load, heat. */
#ifndef HARDWARE_DISTURBANCE_H
#define HARDWARE_DISTURBANCE_H

#include <stdbool.h>

/* X(identifier, name, remedy). */
#define DISTURBANCE_LIST(X)                                                                        \
    X(DISTURBED_BY_LOAD, "load", "wait until it is idle, or end what runs")                        \
    X(DISTURBED_BY_OTHERS, "others", "end them, or measure when they are through")                 \
    X(DISTURBED_BY_HOST, "steal", "measure on a machine or at a time of its own")                  \
    X(DISTURBED_BY_GOVERNOR, "governor",                                                           \
      "'cpupower frequency-set -g performance' fixes the clock")                                   \
    X(DISTURBED_BY_HEAT, "throttling", "cool the machine, or pause between runs")

enum disturbance {
#define X(identifier, name, remedy) identifier,
    DISTURBANCE_LIST(X)
#undef X
        DISTURBANCE_COUNT
};

struct disturbance_row {
    const char *name, *remedy;
};
extern const struct disturbance_row disturbance_table[DISTURBANCE_COUNT];

/* One kind, as it was found. */
struct finding {
    bool present;
    double amount;  /* grows with the trouble; the same unit for one kind */
    char text[120]; /* "other programs use 1.3 of 2 processing units" */
};

/* Looks at counters of the system, and compares them with those of the look before. */
struct watch;

/* The first look: load and governor. root stands before /proc and /sys, "" but in tests, and
 * outlives the watch. cpu_seconds is the processor time of the program itself so far, its workers
 * included. Freed with watch_free, which takes NULL. */
struct watch *watch_new(const char *root, double cpu_seconds,
                        struct finding findings[DISTURBANCE_COUNT])
    __attribute__((returns_nonnull, warn_unused_result, nonnull(1, 3)));
void watch_free(struct watch *watch);

/* A further look: what happened since the one before. False, and no look, when that was less than
 * half a second ago or the system does not tell. */
bool watch_look(struct watch *watch, double cpu_seconds, struct finding findings[DISTURBANCE_COUNT])
    __attribute__((nonnull(1, 3)));

#endif
