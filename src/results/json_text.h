/* Texts in JSON, which holds nothing but UTF-8: names in models and paths need not be that. */
#ifndef RESULTS_JSON_TEXT_H
#define RESULTS_JSON_TEXT_H

#include <jansson.h>

#include "base/arena.h"

/* Has the library of JSON allocate as all else does: it is never refused memory, and no event is
 * lost, since the process ends with a message where there is none. To be called first. */
void json_begin(void);

/* A text for people, made printable (base/printable.h). NULL is "". A new reference. */
json_t *json_said(const char *text) __attribute__((returns_nonnull));

/* A text that has to come out as it went in, a path above all: a byte 80..FF that belongs to no
 * UTF-8 becomes the character U+10FF00 + byte, and so do those of these very characters. What is
 * UTF-8 otherwise stays as it is. NULL is null. A new reference. */
json_t *json_carried(const char *text) __attribute__((returns_nonnull));
/* The text in the arena that json_carried had; NULL for anything but a string. */
char *json_carried_value(const json_t *value, struct arena *arena) __attribute__((nonnull(2)));

#endif
