/* The model of the selected row as a file. */
#ifndef UI_EXPORT_MODEL_H
#define UI_EXPORT_MODEL_H

#include "ui/ui.h"

/* Action; returns bits of enum loop_request. */
unsigned export_model(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
