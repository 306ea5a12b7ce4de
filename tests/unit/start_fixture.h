/* A start screen with some of everything, whose models become known one by one. */
#ifndef TESTS_START_FIXTURE_H
#define TESTS_START_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "ui/form.h"
#include "ui/start.h"

#define FIXTURE_ITEMS  6
#define FIXTURE_FIELDS 3
#define FIXTURE_SIDE   12

struct start_fixture {
    struct start start;
    struct start_item items[FIXTURE_ITEMS];
    struct start_fact facts[FIXTURE_ITEMS][2];
    struct form form;
    struct form_field fields[FIXTURE_FIELDS];
    const char *types[3], *modes[8];
    bool checked[8];
    struct form options; /* of a mode */
    struct form_field option;
    const char *grains[2];
    unsigned char pixels[FIXTURE_SIDE * FIXTURE_SIDE];
    char caption[32];
    int sample;
    int tries;
    int changes;       /* of the form */
    char written[64];  /* path of the profile that was asked for last */
    size_t opened;     /* item of the form */
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

static inline void fixture_changed(void *context)
{
    struct start_fixture *fixture = context;
    fixture->changes++;
    fixture->form.trouble =
        strcmp(fixture->fields[0].text, "bad") == 0 ? "samples: no such file" : "";
}

static inline void fixture_try(void *context)
{
    struct start_fixture *fixture = context;
    fixture->tries++;
    fixture->form.tried = "model kws: kws.tflite\nwarning: kws: fp32 is no better than guessing\n";
    fixture->form.is_trying = true;
}

static inline void fixture_step(void *context, int samples)
{
    struct start_fixture *fixture = context;
    fixture->sample += samples;
    snprintf(fixture->caption, sizeof(fixture->caption), "sample %d (%d of 9), label 7",
             fixture->sample, fixture->sample + 1);
}

/* All modes but the first have an option. */
static inline bool fixture_open(void *context, size_t field, size_t name)
{
    struct start_fixture *fixture = context;
    fixture->form.nested = &fixture->options;
    return field == 2 && name > 0;
}

static inline bool fixture_write(void *context, const char *path, char *said, size_t size)
{
    struct start_fixture *fixture = context;
    bool is_new = strcmp(path, "old.yaml") != 0;
    snprintf(fixture->written, sizeof(fixture->written), "%s", path);
    snprintf(said, size, is_new ? "written" : "is there already");
    return is_new;
}

static inline void fixture_open_form(void *context, size_t item)
{
    static const char *const types[] = {"as found", "int8", "float32"};
    static const char *const modes[] = {"fp32", "dynamic", "int8", "int8-io",
                                        "16x8", "fp16",    "bf16", "as-is"};
    struct start_fixture *fixture = context;
    for (size_t i = 0; i < 3; i++)
        fixture->types[i] = types[i];
    for (size_t i = 0; i < 8; i++) {
        fixture->modes[i] = modes[i];
        fixture->checked[i] = i < 6;
    }
    fixture->fields[0] = (struct form_field){.kind = FORM_TEXT,
                                             .label = "samples",
                                             .help = "What is fed.",
                                             .text = "x.npy",
                                             .remark = "found beside the model",
                                             .without = "default random:32"};
    fixture->fields[1] = (struct form_field){.kind = FORM_CHOICE,
                                             .label = "type",
                                             .help = "Of raw tensors.",
                                             .names = fixture->types,
                                             .n_names = 3,
                                             .remark = "",
                                             .without = ""};
    fixture->fields[2] = (struct form_field){.kind = FORM_CHECKS,
                                             .label = "modes",
                                             .help = "What is compared.",
                                             .names = fixture->modes,
                                             .n_names = 8,
                                             .checked = fixture->checked,
                                             .remark = "",
                                             .without = ""};
    fixture->grains[0] = "per-channel";
    fixture->grains[1] = "per-tensor";
    fixture->option = (struct form_field){.kind = FORM_CHOICE,
                                          .label = "weights",
                                          .help = "Scales of the weights.",
                                          .names = fixture->grains,
                                          .n_names = 2,
                                          .remark = "",
                                          .without = ""};
    fixture->options = (struct form){.title = "options of a mode",
                                     .fields = &fixture->option,
                                     .count = 1,
                                     .changed = fixture_changed,
                                     .context = fixture};
    /* Brighter to the right, and black below a diagonal. */
    for (int y = 0; y < FIXTURE_SIDE; y++)
        for (int x = 0; x < FIXTURE_SIDE; x++)
            fixture->pixels[y * FIXTURE_SIDE + x] =
                (unsigned char)(x >= y ? 255 * x / (FIXTURE_SIDE - 1) : 0);
    fixture_step(fixture, 0);
    fixture->form =
        (struct form){.title = "kws.tflite",
                      .fields = fixture->fields,
                      .count = FIXTURE_FIELDS,
                      .command = "quantop run kws.tflite --data x.npy",
                      .summary = "6 rows",
                      .trouble = "",
                      .file = "kws.yaml",
                      .changed = fixture_changed,
                      .write = fixture_write,
                      .try_out = fixture_try,
                      .look = {.picture = {FIXTURE_SIDE, FIXTURE_SIDE, 1, fixture->pixels},
                               .caption = fixture->caption,
                               .about = "'image', float32 1x12x12x1: 0 to 255",
                               .ids = "",
                               .check = "plausible: top-1 88 %",
                               .verdict = FORM_GOOD},
                      .step = fixture_step,
                      .open = fixture_open,
                      .context = fixture};
    fixture->opened = item;
    fixture->start.form = &fixture->form;
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
                                    .open_form = fixture_open_form,
                                    .chosen = START_NOTHING,
                                    .beside = START_NOTHING};
}

#endif
