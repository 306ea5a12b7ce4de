#include "report/steps.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/cells.h"
#include "results/step_column.h"

/* The value of a step, or the title where it is NULL. */
static void add_value(const struct step_column *column, const struct step_profile *profile,
                      const struct step *step, struct text *out)
{
    if (step)
        step_column_add(column, profile, step, out);
    else
        text_printf(out, column->unit[0] ? "%s %s" : "%s%s", column->title, column->unit);
    if (out->length == 0)
        text_add_string(out, "");
}

static int width_of(const struct step_column *column, const struct step_profile *profile,
                    const struct step *step, bool ascii)
{
    struct text value = {0};
    add_value(column, profile, step, &value);
    int width = cell_width(value.bytes, ascii);
    text_release(&value);
    return width;
}

static void measure(const struct step_profile *profile, bool ascii, int *widths)
{
    for (size_t c = 0; c < step_column_count; c++) {
        widths[c] = width_of(&step_columns[c], profile, NULL, ascii);
        for (size_t i = 0; i < profile->n_steps; i++) {
            int width = width_of(&step_columns[c], profile, &profile->steps[i], ascii);
            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
}

static void add_line(const struct step_profile *profile, const struct step *step, const int *widths,
                     bool ascii, struct text *out)
{
    int gap = 0; /* that stands open at the end of the line so far */
    for (size_t c = 0; c < step_column_count; c++) {
        struct text value = {0};
        if (!step_columns[c].shown)
            continue;
        add_value(&step_columns[c], profile, step, &value);
        int padding = widths[c] - cell_width(value.bytes, ascii);
        bool is_left = step_columns[c].text != NULL;
        if (value.length > 0) {
            text_printf(out, "%*s", 2 + gap + (is_left ? 0 : padding), "");
            cell_add_value(out, value.bytes, ascii);
            gap = is_left ? padding : 0;
        } else {
            gap += 2 + padding;
        }
        text_release(&value);
    }
    text_add_string(out, "\n");
}

void steps_write_text(struct results *results, int trial, const struct table_style *style,
                      struct text *out)
{
    const struct step_profile *profile = results_profile(results, trial);
    int *widths = xcalloc(step_column_count, sizeof(*widths));
    if (profile) {
        measure(profile, style->ascii, widths);
        add_line(profile, NULL, widths, style->ascii, out);
    }
    for (size_t i = 0; profile && i < profile->n_steps; i++)
        add_line(profile, &profile->steps[i], widths, style->ascii, out);
    free(widths);
}

static json_t *step_object(const struct step_profile *profile, const struct step *step)
{
    json_t *object = json_object();
    for (size_t c = 0; c < step_column_count; c++) {
        const struct step_column *column = &step_columns[c];
        struct text value = {0};
        double number = column->number ? column->number(profile, step) * column->scale : NAN;
        if (column->text)
            column->text(profile, step, &value);
        json_object_set_new(object, column->id,
                            column->text       ? json_string(value.bytes ? value.bytes : "")
                            : isfinite(number) ? json_real(number)
                                               : json_null());
        text_release(&value);
    }
    return object;
}

json_t *steps_json(struct results *results, int trial)
{
    const struct step_profile *profile = results_profile(results, trial);
    json_t *list = profile ? json_array() : json_null();
    for (size_t i = 0; profile && i < profile->n_steps; i++)
        json_array_append_new(list, step_object(profile, &profile->steps[i]));
    return list;
}
