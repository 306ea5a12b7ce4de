/* Items of the start screen, and what each stands for. */
#ifndef COMMAND_START_ITEMS_H
#define COMMAND_START_ITEMS_H

#include "base/arena.h"
#include "command/start_form.h"
#include "experiment/inquiry.h"
#include "ui/start.h"

/* What an item stands for. */
struct start_entry {
    enum start_kind kind;
    const char *path;
    double bytes;        /* of a file */
    bool is_integer;     /* of a model: it is quantized already */
    bool is_known;       /* there is nothing more to find out */
    const char *started; /* of a run that was looked at, as its journal says; NULL: not known */
};

#define START_FACTS_MOST 8

struct start_lists {
    struct start start;
    struct arena *arena;         /* owns texts, and the items' facts */
    struct start_entry *entries; /* one per item */
    size_t capacity;             /* of entries and items */
    struct asked inquiry;
    struct start_form *form; /* of the model that was opened last; the caller's */
    size_t asked;            /* the item that it is about; START_NOTHING: none */
};

/* Adds an item, or a fact to one. Texts are copied, and made printable. */
void start_add(struct start_lists *lists, enum start_kind kind, const char *path, const char *name,
               double bytes) __attribute__((nonnull(1, 3, 4)));
void start_add_fact(struct start_lists *lists, size_t item, const char *label, const char *format,
                    ...) __attribute__((format(printf, 4, 5), nonnull(1, 3, 4)));
const char *start_text(struct start_lists *lists, const char *format, ...)
    __attribute__((returns_nonnull, format(printf, 2, 3), nonnull(1, 2)));

#endif
