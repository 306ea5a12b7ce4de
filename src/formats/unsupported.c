#include "formats/unsupported.h"

#include <stdio.h>
#include <string.h>

void unsupported_add(struct unsupported *list, const char *name, const char *where)
{
    char kept[sizeof(list->kinds[0].name)];
    int kind = 0;
    snprintf(kept, sizeof(kept), "%s", name);
    if (!list->first[0])
        snprintf(list->first, sizeof(list->first), "%s", where);
    while (kind < list->n_kinds && strcmp(list->kinds[kind].name, kept) != 0)
        kind++;
    if (kind == UNSUPPORTED_KINDS) {
        list->others++;
        return;
    }
    if (kind == list->n_kinds)
        memcpy(list->kinds[list->n_kinds++].name, kept, sizeof(kept));
    list->kinds[kind].count++;
}

void unsupported_describe(const struct unsupported *list, const char *what, struct text *out)
{
    if (list->n_kinds == 0)
        return;
    text_printf(out, "%sunsupported %s: ", out->length > 0 ? "; " : "", what);
    for (int i = 0; i < list->n_kinds; i++)
        text_printf(out, "%s%s x%zu", i > 0 ? ", " : "", list->kinds[i].name, list->kinds[i].count);
    if (list->others > 0)
        text_printf(out, " and %zu others", list->others);
    text_printf(out, " (first: %s)", list->first);
}

#define CONTROL  "export the model without control flow: with fixed sizes, and loops unrolled"
#define TEXT     "cut off what handles text, and feed numbers"
#define BOXES    "cut off the choice of boxes, and make it outside of the model"
#define SPECTRUM "cut off the spectrum, and compute it outside of the model"

/* What stands in the name of a kind, and what may help. */
static const struct {
    const char *part, *remedy;
} remedies[] = {
    {"Loop", CONTROL},
    {"Scan", CONTROL},
    {"WHILE", CONTROL},
    {"IF", CONTROL},
    {"CALL", CONTROL},
    {"ai.onnx.ml", "only networks are quantized, not the trees and tables of ai.onnx.ml"},
    {"STRING", TEXT},
    {"String", TEXT},
    {"HASHTABLE", TEXT},
    {"Tokenizer", TEXT},
    {"custom 'Flex", "convert the model without Select TensorFlow operators"},
    {"NonMaxSuppression", BOXES},
    {"NON_MAX_SUPPRESSION", BOXES},
    {"COMPLEX", SPECTRUM},
    {"FFT", SPECTRUM},
    {"DFT", SPECTRUM},
    {"STFT", SPECTRUM},
};

/* The remedy for the first kind that has one, or NULL. */
static const char *remedy_of(const struct unsupported *list)
{
    for (int k = 0; k < list->n_kinds; k++)
        for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
            if (strstr(list->kinds[k].name, remedies[i].part))
                return remedies[i].remedy;
    return NULL;
}

void unsupported_advise(const struct unsupported *operators, const struct unsupported *types,
                        struct text *out)
{
    const char *remedy = remedy_of(operators);
    if (operators->n_kinds + types->n_kinds == 0)
        return;
    if (!remedy)
        remedy = remedy_of(types);
    text_printf(out, "; %s",
                remedy
                    ? remedy
                    : "fold what is constant (onnxsim, a newer converter), or cut the model there");
}
