/* The machine that a run was on, as boxes within boxes. */
#include "report/html.h"
#include "results/machine.h"

void html_add_machine(const struct results *results, struct text *out)
{
    int open = 0; /* boxes that are not closed yet, one per level */
    text_add_string(out, "<div class=\"boxes\">");
    for (size_t i = 0; i < results_machine_count(results); i++) {
        const struct machine_line *line = results_machine_line(results, i);
        for (; open > line->depth; open--)
            text_add_string(out, "</div></div>");
        text_add_string(out, "<div class=\"box\"><div>");
        html_add(out, line->text);
        text_add_string(out, "</div><div class=\"boxes\">");
        open++;
    }
    for (; open > 0; open--)
        text_add_string(out, "</div></div>");
    text_add_string(out, "</div>\n");
}
