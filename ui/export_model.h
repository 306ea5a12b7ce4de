/* The model of the selected row as a file. */
#ifndef UI_EXPORT_MODEL_H
#define UI_EXPORT_MODEL_H

#include "ui/ui.h"

/* Action; returns bits of enum loop_request. */
unsigned export_model(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Looks whether a file that was asked for is there; of ui_update and ui_wait. */
void export_model_update(struct ui *ui) __attribute__((nonnull(1)));
double export_model_wait(const struct ui *ui) __attribute__((nonnull(1)));

#endif
