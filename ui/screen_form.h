/* The form of a model: what is measured of it, on which data, and how. */
#ifndef UI_SCREEN_FORM_H
#define UI_SCREEN_FORM_H

#include "ui/ui.h"

/* Actions; each returns bits of enum loop_request. */
unsigned form_screen_step(struct ui *ui, int step) __attribute__((nonnull(1)));
unsigned form_screen_toggle(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned form_screen_edit(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned form_screen_start(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned form_screen_sample(struct ui *ui, int samples) __attribute__((nonnull(1)));
unsigned form_screen_enlarge(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned form_screen_options(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned form_screen_write(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned form_screen_dry_run(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned form_screen_copy(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
