#include "formats/unsupported.h"

#include <stdbool.h>
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

#define CONTROL   "export the model without control flow: with fixed sizes, and loops unrolled"
#define SEQUENCES "export the model with tensors in the place of sequences and of optional values"
#define TEXT      "cut off what handles text, and feed numbers"
#define BOXES     "cut off the choice of boxes, and make it outside of the model"
#define SPECTRUM  "cut off the spectrum, and compute it outside of the model"

/* What stands in the name of a kind, and what may help. In capital letters: as a word, or the
 * beginning of one with a number, so that IF is none of SHIFT or UNIFORM. */
static const struct {
    const char *part, *remedy;
} remedies[] = {
    {"Loop", CONTROL},
    {"Scan", CONTROL},
    {"WHILE", CONTROL},
    {"IF", CONTROL},
    {"CASE", CONTROL},
    {"CUSTOM_CALL", "convert the model without custom calls"},
    {"CALL", CONTROL},
    {"VARIANT", CONTROL},
    {"SequenceAt", SEQUENCES},
    {"SequenceConstruct", SEQUENCES},
    {"SequenceEmpty", SEQUENCES},
    {"SequenceErase", SEQUENCES},
    {"SequenceInsert", SEQUENCES},
    {"SequenceLength", SEQUENCES},
    {"SequenceMap", SEQUENCES},
    {"ToSequence", SEQUENCES},
    {"FromSequence", SEQUENCES},
    {"Optional", SEQUENCES},
    {"sequence", SEQUENCES},
    {"optional", SEQUENCES},
    {"ai.onnx.ml", "only networks are quantized, not the trees and tables of ai.onnx.ml"},
    {"preview.training", "export the model for inference, not for training"},
    {"STRING", TEXT},
    {"String", TEXT},
    {"TfIdf", TEXT},
    {"HASHTABLE", TEXT},
    {"Tokeniz", TEXT},
    {"custom 'Flex", "convert the model without Select TensorFlow operators"},
    {"NonMaxSuppression", BOXES},
    {"NON_MAX_SUPPRESSION", BOXES},
    {"COMPLEX", SPECTRUM},
    {"FFT", SPECTRUM},
    {"RFFT", SPECTRUM},
    {"DFT", SPECTRUM},
    {"STFT", SPECTRUM},
};

static bool is_capital(char letter)
{
    return letter >= 'A' && letter <= 'Z';
}

static bool has_part(const char *name, const char *part)
{
    size_t length = strlen(part);
    bool is_word = is_capital(part[0]) && is_capital(part[1]);
    const char *at = name;
    while ((at = strstr(at, part)) != NULL) {
        if (!is_word || !((at > name && is_capital(at[-1])) || is_capital(at[length])))
            return true;
        at++;
    }
    return false;
}

const char *unsupported_remedy(const char *kind)
{
    for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
        if (has_part(kind, remedies[i].part))
            return remedies[i].remedy;
    return NULL;
}

/* The remedy for the first kind that has one, or NULL. */
static const char *remedy_of(const struct unsupported *list)
{
    const char *remedy = NULL;
    for (int k = 0; k < list->n_kinds && !remedy; k++)
        remedy = unsupported_remedy(list->kinds[k].name);
    return remedy;
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
