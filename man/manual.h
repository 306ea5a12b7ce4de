/* The documents that are made from the program's tables; each prints itself. */
#ifndef MAN_MANUAL_H
#define MAN_MANUAL_H

#include "base/text.h"

void page_quantop(struct text *out) __attribute__((nonnull(1)));
void page_profile(struct text *out) __attribute__((nonnull(1)));
void page_config(struct text *out) __attribute__((nonnull(1)));
void page_operators(struct text *out) __attribute__((nonnull(1)));
void completion_bash(struct text *out) __attribute__((nonnull(1)));
void completion_zsh(struct text *out) __attribute__((nonnull(1)));
void completion_fish(struct text *out) __attribute__((nonnull(1)));

#endif
