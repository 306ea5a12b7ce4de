#include "ui/meters.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/ui.h"
#include "ui/widget/spark.h"

/* Seconds between two looks. */
#define LOOK_INTERVAL 1.0

/* --- readings --------------------------------------------------------------------------------- */

/* What needs all rows and blocks, once for each revision of the results. */
static void count_all(struct ui *ui)
{
    struct meters *meters = &ui->meters;
    size_t blocks;
    const double *paces = results_paces(ui->results, &blocks);
    uint64_t revision = results_revision(ui->results);
    if (meters->has_counted && meters->counted == revision)
        return;
    meters->has_counted = true;
    meters->counted = revision;
    meters->finished = ui_rows_finished(ui, &meters->failed);
    spark_range(paces, blocks, &meters->slowest, &meters->fastest);
    for (size_t grade = 0; grade < TRUST_GRADES; grade++) {
        meters->grades[grade] = 0;
        for (int i = 0; i < results_count(ui->results); i++)
            meters->grades[grade] +=
                strcmp(results_row(ui->results, i)->trust, trust_grades[grade]) == 0;
    }
}

int meters_rows_finished(struct ui *ui, int *failed)
{
    count_all(ui);
    *failed = ui->meters.failed;
    return ui->meters.finished;
}

/* The share of the run, of its replay, or of the rows of a journal, that is over. */
static double progress(struct ui *ui)
{
    int failed, rows = results_count(ui->results);
    double share = 0.0;
    if (ui->runner)
        share = runner_progress(ui->runner).fraction;
    else if (ui_is_replaying(ui))
        share = replay_position(ui->replay) / replay_length(ui->replay);
    else if (rows > 0)
        share = (double)meters_rows_finished(ui, &failed) / rows;
    return share > 0.0 ? fmin(share, 1.0) : 0.0;
}

static void absent(struct meter_reading *reading, const char *why)
{
    reading->view.share = NAN;
    snprintf(reading->text, sizeof(reading->text), "%s", why);
}

/* Rounded down: 100 % is said of nothing that is not finished. */
static void read_progress(struct ui *ui, struct meter_reading *reading)
{
    reading->view.share = progress(ui);
    int percent = (int)(reading->view.share * 100.0);
    snprintf(reading->text, sizeof(reading->text), "%d %%", percent);
    snprintf(reading->digits, sizeof(reading->digits), "%d%%", percent);
}

/* Units that computed, all together, and how many there are. */
static void read_load(struct ui *ui, struct meter_reading *reading)
{
    const struct meters *meters = &ui->meters;
    double busy = 0.0;
    size_t count = 0;
    for (size_t i = 0; i < meters->n_units; i++) {
        busy += isnan(meters->units[i]) ? 0.0 : meters->units[i];
        count += !isnan(meters->units[i]);
    }
    if (count == 0) {
        absent(reading, meters_are_live(ui) ? "not known yet" : "not live");
        return;
    }
    reading->view.share = busy / (double)count;
    snprintf(reading->text, sizeof(reading->text), "%.1f of %zu", busy, count);
    snprintf(reading->digits, sizeof(reading->digits), "%.1f", busy);
}

/* Frequencies themselves are not looked at: asking for them interrupts the units. */
static void read_clock(struct ui *ui, struct meter_reading *reading)
{
    const struct meters *meters = &ui->meters;
    size_t blocks;
    const double *paces = results_paces(ui->results, &blocks);
    count_all(ui);
    if (blocks == 0) {
        absent(reading, results_count(ui->results) > 0 ? "not known" : "not known yet");
        return;
    }
    double share = paces[blocks - 1] / meters->fastest;
    reading->view.share = share;
    reading->view.history = paces;
    reading->view.n_history = blocks;
    reading->view.low = meters->slowest;
    reading->view.high = meters->fastest;
    snprintf(reading->range, sizeof(reading->range), "%.0f to 100 %%",
             100.0 * meters->slowest / meters->fastest);
    snprintf(reading->text, sizeof(reading->text), "%.0f %%", 100.0 * share);
    snprintf(reading->digits, sizeof(reading->digits), "%.0f%%", 100.0 * share);
}

/* "3 A, 2 B, 1 D", and the share of A and B. */
static void read_trust(struct ui *ui, struct meter_reading *reading)
{
    const int *grades = ui->meters.grades;
    int all = 0, length = 0;
    count_all(ui);
    for (size_t grade = 0; grade < TRUST_GRADES; grade++) {
        all += grades[grade];
        if (grades[grade] > 0) /* at most 100,000 rows: four of them have room */
            length +=
                snprintf(reading->text + length, sizeof(reading->text) - (size_t)length, "%s%d %s",
                         length > 0 ? ", " : "", grades[grade], trust_grades[grade]);
    }
    if (all == 0) {
        absent(reading, "not known yet");
        return;
    }
    reading->view.share = (double)(grades[0] + grades[1]) / all;
    snprintf(reading->digits, sizeof(reading->digits), "%.0f%%", 100.0 * reading->view.share);
}

static const struct {
    const char *name;
    enum setting setting;
    enum meter_mode mode; /* where nobody says another */
    void (*read)(struct ui *ui, struct meter_reading *reading);
} rows[METER_COUNT] = {
#define X(meter, name, setting, mode, read) [meter] = {name, setting, mode, read},
    METER_LIST(X)
#undef X
};

/* The course so far where the reading has none of its own. */
void meters_read(struct ui *ui, enum meter meter, struct meter_reading *reading)
{
    const struct meters *meters = &ui->meters;
    *reading = (struct meter_reading){.view = {.title = rows[meter].name,
                                               .history = meters->history[meter],
                                               .n_history = meters->n_history,
                                               .high = 1.0}};
    rows[meter].read(ui, reading);
    reading->view.text = reading->text;
    reading->view.digits = reading->digits;
    reading->view.range = reading->range;
}

enum meter_mode meters_mode(const struct ui *ui, enum meter meter)
{
    const char *name = ui->settings ? ui->settings->values[rows[meter].setting] : NULL;
    for (enum meter_mode mode = 0; name && mode < METER_MODE_COUNT; mode++)
        if (strcmp(meter_mode_names[mode], name) == 0)
            return mode;
    return rows[meter].mode;
}

/* --- looking ---------------------------------------------------------------------------------- */

bool meters_are_live(const struct ui *ui)
{
    bool is_followed = !ui->runner && !ui->replay && ui->following;
    return ui->live &&
           (ui_is_running(ui) || (is_followed && results_progress(ui->results) == RUN_GOES_ON));
}

static bool goes_on(const struct ui *ui)
{
    return ui_is_replaying(ui) || meters_are_live(ui);
}

static void keep(struct ui *ui)
{
    struct meters *meters = &ui->meters;
    bool is_full = meters->n_history == METER_HISTORY;
    for (enum meter meter = 0; meter < METER_COUNT; meter++) {
        struct meter_reading reading;
        double *history = meters->history[meter];
        meters_read(ui, meter, &reading);
        if (is_full)
            memmove(history, history + 1, (METER_HISTORY - 1) * sizeof(*history));
        history[meters->n_history - is_full] = reading.view.share;
    }
    meters->n_history += !is_full;
}

void meters_update(struct ui *ui)
{
    struct meters *meters = &ui->meters;
    if (!goes_on(ui)) {
        meters->n_units = 0;
        meters->has_looked = false;
        return;
    }
    if (meters->has_looked && ui->now - meters->looked < LOOK_INTERVAL)
        return;
    meters->has_looked = true;
    meters->looked = ui->now;
    if (!meters_are_live(ui) || !ui->live->look(ui->live->context, meters->units, &meters->n_units))
        meters->n_units = 0;
    keep(ui);
}

double meters_wait(struct ui *ui)
{
    const struct meters *meters = &ui->meters;
    if (!meters->has_looked)
        return -1.0;
    return fmax(meters->looked + LOOK_INTERVAL - ui->now, 1e-3);
}

/* --- actions ---------------------------------------------------------------------------------- */

unsigned meters_next_mode(struct ui *ui, int argument)
{
    struct meters *meters = &ui->meters;
    if (argument > 0)
        meters->chosen = (enum meter)(argument - 1);
    enum meter_mode mode = (meters_mode(ui, meters->chosen) + 1) % METER_MODE_COUNT;
    settings_set(ui->settings, rows[meters->chosen].setting, meter_mode_names[mode]);
    ui_notice(ui, "the meter of %s is drawn as %s", rows[meters->chosen].name,
              meter_mode_names[mode]);
    return 0;
}

unsigned meters_choose(struct ui *ui, int argument)
{
    struct meters *meters = &ui->meters;
    char key[KEY_SAID_SIZE];
    (void)argument;
    meters->chosen = (meters->chosen + 1) % METER_COUNT;
    ui_notice(ui, "%s is for the meter of %s", ui_key(ui, CONTEXT_TABLE, "meter", key),
              rows[meters->chosen].name);
    return 0;
}
