/* The table of screens. A new one is a context in keys.h, its keys there, its file, and its row
 * here. */
#ifndef UI_SCREENS_H
#define UI_SCREENS_H

#include "ui/ui.h"

extern const struct screen *const ui_screens[CONTEXT_COUNT];

extern const struct screen screen_start, screen_form, screen_dry_run, screen_table, screen_details,
    screen_sort, screen_layers, screen_compare, screen_charts, screen_machine, screen_steps,
    screen_history, screen_log, screen_present, screen_model, screen_help, screen_prompt,
    screen_question;

#endif
