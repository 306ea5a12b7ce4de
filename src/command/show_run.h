/* An earlier run on the screen, by itself or beside another one. */
#ifndef COMMAND_SHOW_RUN_H
#define COMMAND_SHOW_RUN_H

#include <jansson.h>

#include "experiment/experiment.h"
#include "results/results.h"
#include "ui/app.h"

/* Holds a run against an earlier one, a journal or a JSON report, by the experiment's margins:
 * applies the event that says how it stands, and hands it over. *event stays as it is where the
 * baseline cannot be read. */
enum status show_run_hold(struct results *results, const char *path,
                          const struct experiment *experiment, json_t **event, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

/* Shows a journal as `quantop view` does, with the screen that `ui` describes: colours, and whether
 * there is a start screen to go back to; beside a baseline, on the page of that, unless it is NULL.
 */
enum status show_run(const char *path, const char *baseline, struct ui_options *ui,
                     struct error *error) __attribute__((nonnull(1, 3, 4)));

#endif
