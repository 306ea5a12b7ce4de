/* A start screen with some of everything, whose models become known one by one. */
#ifndef TESTS_START_FIXTURE_H
#define TESTS_START_FIXTURE_H

#include "ui/start.h"

#define FIXTURE_ITEMS 6

struct start_fixture {
    struct start start;
    struct start_item items[FIXTURE_ITEMS];
    struct start_fact facts[FIXTURE_ITEMS][2];
    int works;         /* calls of work so far */
    int rests;         /* calls after which all is known */
    size_t last_asked; /* what was selected at the last one */
};

static inline double fixture_work(void *context, size_t selected)
{
    struct start_fixture *fixture = context;
    fixture->last_asked = selected;
    if (++fixture->works < fixture->rests)
        return 0.5;
    fixture->items[0].text = "float32 1x49x10x1, 13 operators";
    fixture->facts[0][0] = (struct start_fact){"operators", "13, all of them float"};
    fixture->items[0].n_facts = 1;
    return 0.0;
}

/* Not to be moved: it points into itself. */
static inline void fixture_init(struct start_fixture *fixture)
{
    static const struct start_item items[FIXTURE_ITEMS] = {
        {.kind = START_MODEL, .name = "kws.tflite", .figure = "98.0 KiB", .text = "tflite"},
        {.kind = START_MODEL,
         .name = "a rather long name of a model, indeed.onnx",
         .figure = "2.05 MiB",
         .text = "onnx"},
        {.kind = START_FOREIGN,
         .name = "net.h5",
         .figure = "12 B",
         .text = "a Keras HDF5 file",
         .n_facts = 1,
         .refusal = "convert it: tflite_convert"},
        {.kind = START_PROFILE, .name = "default", .figure = "18 rows", .text = "Six modes"},
        {.kind = START_JOURNAL,
         .name = "2026-11-30 12:48",
         .figure = "18/18",
         .text = "complete  Six modes: ship int8"},
        {.kind = START_JOURNAL, .name = "2026-11-29 08:00", .figure = "3/6", .text = "stopped"},
    };
    *fixture = (struct start_fixture){.rests = 1};
    for (size_t i = 0; i < FIXTURE_ITEMS; i++) {
        fixture->items[i] = items[i];
        fixture->items[i].facts = fixture->facts[i];
    }
    fixture->facts[2][0] = (struct start_fact){"to do", "convert it: tflite_convert"};
    fixture->start = (struct start){.folder = "~/w",
                                    .items = fixture->items,
                                    .count = FIXTURE_ITEMS,
                                    .trouble = "",
                                    .work = fixture_work,
                                    .context = fixture,
                                    .chosen = START_NOTHING};
}

#endif
