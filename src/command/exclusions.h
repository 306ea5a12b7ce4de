/* Layers that are to stay float32, in the forms in which other quantizers take them. */
#ifndef COMMAND_EXCLUSIONS_H
#define COMMAND_EXCLUSIONS_H

#include <jansson.h>

#include "base/text.h"

struct exclusion_form {
    const char *name, *text;
    /* Appends it: mode is the text of the plan ("int8:skip=a+b"), layers a list of {"node", "op",
     * "name"}, where the name is that of the tensor that a layer writes. */
    void (*write)(const char *model, const char *mode, const json_t *layers, struct text *out);
};

extern const struct exclusion_form exclusion_forms[];
extern const size_t exclusion_form_count;

/* By name, or NULL. */
const struct exclusion_form *exclusion_form_find(const char *name) __attribute__((nonnull(1)));

#endif
