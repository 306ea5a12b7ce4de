/* The meters of the header: how far the run is, how busy the machine is, how fast its clock goes,
 * and how far its times can be trusted. Their courses are those of this session, looked at once a
 * second while something goes on; that of the clock is in the journal. */
#ifndef UI_METERS_H
#define UI_METERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "results/results.h"
#include "ui/live.h"
#include "ui/settings.h"
#include "ui/widget/meter.h"

struct ui;

/* X(meter, name, setting, mode at first, what reads it). */
#define METER_LIST(X)                                                                              \
    X(METER_PROGRESS, "progress", SETTING_PROGRESS_METER, METER_BAR, read_progress)                \
    X(METER_LOAD, "load", SETTING_LOAD_METER, METER_BAR, read_load)                                \
    X(METER_CLOCK, "clock", SETTING_CLOCK_METER, METER_GRAPH, read_clock)                          \
    X(METER_TRUST, "trust", SETTING_TRUST_METER, METER_TEXT, read_trust)

enum meter {
#define X(meter, name, setting, mode, read) meter,
    METER_LIST(X)
#undef X
        METER_COUNT
};

/* Looks that are kept: some minutes. */
#define METER_HISTORY 240

struct meters {
    enum meter chosen; /* that the key is for */
    double history[METER_COUNT][METER_HISTORY];
    size_t n_history;
    bool has_looked;
    double looked;                /* when, last */
    double units[LIVE_UNITS_MAX]; /* share of the last second that each computed; NaN: not there */
    size_t n_units;               /* 0: there is no live load */
    /* What follows from all rows and blocks is counted once for each revision of the results. */
    bool has_counted;
    uint64_t counted;         /* that revision */
    int finished, failed;     /* rows, as ui_rows_finished has it */
    int grades[TRUST_GRADES]; /* rows of each */
    double slowest, fastest;  /* of the clock; where there are blocks */
};

/* What is shown of one now; texts in buffers of its own. */
struct meter_reading {
    struct meter_view view;
    char text[64], range[24], digits[16];
};

enum meter_mode meters_mode(const struct ui *ui, enum meter meter) __attribute__((nonnull(1)));
void meters_read(struct ui *ui, enum meter meter, struct meter_reading *reading)
    __attribute__((nonnull(1, 3)));
/* Rows that are finished, without counting them at every drawing. */
int meters_rows_finished(struct ui *ui, int *failed) __attribute__((nonnull(1, 2)));
/* Whether the load is that of the run on the screen: it goes on, on this machine. */
bool meters_are_live(const struct ui *ui) __attribute__((nonnull(1)));
/* Looks where a second has passed. */
void meters_update(struct ui *ui) __attribute__((nonnull(1)));
/* Seconds until the next look; negative: nothing goes on. */
double meters_wait(struct ui *ui) __attribute__((nonnull(1)));

/* Actions. Argument 0: the chosen meter, else one more than the meter, which is chosen. */
unsigned meters_next_mode(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned meters_choose(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
