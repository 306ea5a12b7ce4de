#include "ui/machine_load.h"

#include <math.h>
#include <stdio.h>

#include "results/machine.h"
#include "ui/widget/spark.h"

/* So many units are told one by one. */
#define TOLD_MOST 4

static const char *why_not_live(const struct ui *ui)
{
    if (meters_are_live(ui))
        return "not known yet";
    if (ui->replay)
        return "not live: the run is played again";
    if (results_run(ui->results)->ended)
        return "not live: the run is over";
    return ui->runner ? "not live: no run goes on"
                      : "not live: nothing is measured on this machine now";
}

void machine_load_print(struct ui *ui, struct text *out)
{
    struct meter_reading reading;
    meters_read(ui, METER_LOAD, &reading);
    if (isnan(reading.view.share))
        text_add_string(out, why_not_live(ui));
    else
        text_printf(out, "%s units compute (%.0f %%)", reading.text, 100.0 * reading.view.share);
}

void machine_load_print_units(const struct ui *ui, const char *units, const struct draw *draw,
                              struct text *out)
{
    double shares[LIVE_UNITS_MAX], sum = 0.0, most = 0.0;
    size_t count = 0;
    for (size_t unit = 0; unit < ui->meters.n_units; unit++) {
        double share = ui->meters.units[unit];
        char number[24];
        snprintf(number, sizeof(number), "%zu", unit);
        if (isnan(share) || !units_overlap(units, number))
            continue;
        shares[count++] = share;
        sum += share;
        most = fmax(most, share);
    }
    if (count == 0)
        return;
    text_add_string(out, "  load ");
    spark_print_between(shares, count, 0.0, 1.0, draw, out);
    for (size_t i = 0; i < count && count <= TOLD_MOST; i++)
        text_printf(out, "%s%.0f", i == 0 ? " " : ", ", 100.0 * shares[i]);
    if (count > TOLD_MOST)
        text_printf(out, " %.0f on average, %.0f at most", 100.0 * sum / (double)count,
                    100.0 * most);
    text_add_string(out, " %");
}
