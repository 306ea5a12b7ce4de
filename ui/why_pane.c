#include "ui/why_pane.h"

#include <stdio.h>

/* Where texts begin in the pane, behind their numbers. */
#define TEXT_X 3

void row_why_init(struct row_why *why)
{
    *why = (struct row_why){.trial = -1, .missing = ""};
}

void row_why_release(struct row_why *why)
{
    arena_free(why->arena);
    row_why_init(why);
}

void row_why_update(struct row_why *why, struct results *results, int trial)
{
    uint64_t revision = results_revision(results);
    struct text missing = {0};
    if (why->trial == trial && why->revision == revision)
        return;
    row_why_release(why);
    why->arena = arena_new();
    why->count = results_why(results, trial, why->arena, &why->reasons);
    results_why_missing(results, trial, &missing);
    why->missing = arena_strdup(why->arena, missing.length > 0 ? missing.bytes : "");
    text_release(&missing);
    why->trial = trial;
    why->revision = revision;
}

/* The reason and what to do about it, as tables have them in their notes. */
static void print_reason(const struct reason *reason, int x, const char *label,
                         struct document *document)
{
    struct text text = {0};
    text_printf(&text, "%s (%s)", reason->text, reason->rule->remedy);
    document_entry(document, x, label, ROLE_TEXT, text.bytes);
    text_release(&text);
}

void row_why_print(const struct row_why *why, int x, struct document *document)
{
    for (size_t i = 0; i < why->count; i++)
        print_reason(&why->reasons[i], x, "why", document);
    document_entry(document, x, "why", ROLE_DIM, why->missing);
}

static void print_short(const struct row_why *why, struct document *document)
{
    size_t count = why->count < WHY_SHORT ? why->count : WHY_SHORT;
    for (size_t i = 0; i < count; i++)
        print_reason(&why->reasons[i], TEXT_X, (char[]){(char)('1' + i), '.', '\0'}, document);
    document_entry(document, TEXT_X, "-", ROLE_DIM, why->missing);
}

void why_pane_draw(const struct row_why *why, const struct row *row, const struct draw *draw,
                   struct rect area)
{
    struct rect body = rect_columns(rect_lines(area, 1, area.height - 1), 1, area.width - 2);
    struct document document;
    struct document_view view = {0};
    char title[160];
    snprintf(title, sizeof(title), "why: %s, %s on %s", row->model, row->label, row->placement);
    draw_rule(draw, area, 0, ROLE_RULE, title);
    document_init(&document, body.width, draw->ascii);
    print_short(why, &document);
    document_cut(&document, (size_t)body.height);
    document_draw(&document, &view, draw, body);
    document_release(&document);
}
