/* What makes rows as fast, or as right, as they are, in a line each. */
#include "results/why.h"
#include "base/arena.h"
#include "report/notes.h"

/* A reason that concerns less of a row's time is left to quantop why. */
#define MATTERS 0.1

static void add_row(struct results *results, int trial, const char *prefix, struct text *out)
{
    const struct row *row = results_row(results, trial);
    struct arena *arena = arena_new();
    struct reason *reasons;
    size_t count = results_why(results, trial, arena, &reasons);
    for (size_t i = 0; i < count && i < WHY_SHORT && reasons[i].weight >= MATTERS; i++) {
        if (i == 0)
            text_printf(out, "%s%s: why %s on %s: ", prefix, row->model, row->label,
                        row->placement);
        text_printf(out, "%s%s (%s)", i > 0 ? "; " : "", reasons[i].text, reasons[i].rule->remedy);
    }
    if (count > 0 && reasons[0].weight >= MATTERS)
        text_add_string(out, "\n");
    arena_free(arena);
}

void report_why(struct results *results, const char *prefix, struct text *out)
{
    for (int i = 0; i < results_count(results); i++)
        add_row(results, i, prefix, out);
}
