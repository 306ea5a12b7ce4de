#include "results/filter.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "results/column.h"

enum comparison { COMPARE_TEXT, COMPARE_REGEX, COMPARE_ABOVE, COMPARE_BELOW, COMPARE_EQUAL };

struct term {
    const struct column *column; /* NULL: all texts */
    enum comparison comparison;
    bool is_negated;
    bool or_equal;    /* of above and below */
    bool ends_choice; /* the last of an alternative */
    char *text;
    regex_t regex;
    double number;
};

struct filter {
    struct term *terms;
    size_t count, capacity;
};

void filter_free(struct filter *filter)
{
    if (!filter)
        return;
    for (size_t i = 0; i < filter->count; i++) {
        free(filter->terms[i].text);
        if (filter->terms[i].comparison == COMPARE_REGEX)
            regfree(&filter->terms[i].regex);
    }
    free(filter->terms);
    free(filter);
}

/* By id or by title. */
static const struct column *find_column(const char *name, size_t length)
{
    for (size_t i = 0; i < column_count; i++) {
        const char *const names[] = {columns[i].id, columns[i].title};
        for (size_t k = 0; k < 2; k++)
            if (strlen(names[k]) == length && strncasecmp(names[k], name, length) == 0)
                return &columns[i];
    }
    return NULL;
}

/* "column:" at the start, of which *text is taken behind. A colon within an expression is none. */
static enum status take_column(const char **text, const char *end, struct term *term,
                               struct error *error)
{
    const char *colon = memchr(*text, ':', (size_t)(end - *text));
    if (**text == '/' || !colon)
        return STATUS_OK;
    int length = (int)(colon - *text);
    term->column = find_column(*text, (size_t)length);
    if (!term->column)
        return error_set(error, STATUS_INVALID, NULL, "no column is called '%.*s'", length, *text);
    *text = colon + 1;
    return STATUS_OK;
}

static enum status take_number(const char *text, const char *end, struct term *term,
                               struct error *error)
{
    char *behind;
    term->comparison = *text == '>' ? COMPARE_ABOVE : *text == '<' ? COMPARE_BELOW : COMPARE_EQUAL;
    text++;
    term->or_equal = *text == '=';
    text += term->or_equal;
    term->number = strtod(text, &behind);
    if (behind == text || behind != end)
        return error_set(error, STATUS_INVALID, NULL, "'%.*s' is no number", (int)(end - text),
                         text);
    return STATUS_OK;
}

static enum status take_regex(const char *text, const char *end, struct term *term,
                              struct error *error)
{
    char reason[128];
    size_t length = (size_t)(end - text);
    length -= length > 1 && end[-1] == '/' ? 2 : 1;
    char *pattern = xasprintf("%.*s", (int)length, text + 1);
    int failure = regcomp(&term->regex, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB);
    free(pattern);
    if (failure != 0) {
        regerror(failure, &term->regex, reason, sizeof(reason));
        return error_set(error, STATUS_INVALID, NULL, "'%.*s': %s", (int)(end - text), text,
                         reason);
    }
    term->comparison = COMPARE_REGEX;
    return STATUS_OK;
}

static enum status parse_term(const char *text, const char *end, struct term *term,
                              struct error *error)
{
    term->is_negated = *text == '!';
    text += term->is_negated;
    enum status status = take_column(&text, end, term, error);
    if (status != STATUS_OK)
        return status;
    bool is_figure = term->column && term->column->kind == COLUMN_FIGURE;
    if (is_figure && text < end && strchr("<>=", *text))
        return take_number(text, end, term, error);
    if (end - text > 1 && *text == '/')
        return take_regex(text, end, term, error);
    term->text = xasprintf("%.*s", (int)(end - text), text);
    return STATUS_OK;
}

/* The end of the term that starts here: a blank or '|', which an expression may hold. */
static const char *term_end(const char *text)
{
    const char *start = text, *slash = strchr(text, '/');
    size_t plain = strcspn(text, " |");
    if (slash && (size_t)(slash - start) < plain &&
        (slash == start || slash[-1] == ':' || slash[-1] == '!')) {
        const char *close = strchr(slash + 1, '/');
        return close ? close + 1 : text + strlen(text);
    }
    return text + plain;
}

enum status filter_parse(const char *text, struct filter **filter, struct error *error)
{
    struct filter *out = xcalloc(1, sizeof(*out));
    for (;;) {
        text += strspn(text, " ");
        bool ends_choice = *text == '|' || *text == '\0';
        if (ends_choice && out->count > 0)
            out->terms[out->count - 1].ends_choice = true;
        if (*text == '\0')
            break;
        if (ends_choice) {
            text++;
            continue;
        }
        const char *end = term_end(text);
        struct term term = {0};
        enum status status = parse_term(text, end, &term, error);
        if (status != STATUS_OK) {
            filter_free(out);
            return status;
        }
        out->terms = list_grow(out->terms, out->count, &out->capacity, sizeof(*out->terms));
        out->terms[out->count++] = term;
        text = end;
    }
    *filter = out;
    return STATUS_OK;
}

static bool text_matches(const struct term *term, const char *text)
{
    if (term->comparison == COMPARE_REGEX)
        return regexec(&term->regex, text, 0, NULL, 0) == 0;
    return strcasestr(text, term->text) != NULL;
}

static bool figure_matches(const struct term *term, const struct row *row)
{
    const struct figure *figure = term->column->figure(row);
    double value = figure->value * term->column->scale;
    if (!figure->present)
        return false;
    if (term->comparison == COMPARE_EQUAL)
        return value >= term->number && value <= term->number;
    if (term->or_equal && value >= term->number && value <= term->number)
        return true;
    return term->comparison == COMPARE_ABOVE ? value > term->number : value < term->number;
}

/* The texts that people look for without naming a column: those of tables and details. */
static bool any_text_matches(const struct term *term, const struct row *row)
{
    for (size_t i = 0; i < column_count; i++)
        if (columns[i].kind == COLUMN_TEXT && (columns[i].shown & SHOWN_DETAILS) &&
            text_matches(term, columns[i].text(row)))
            return true;
    return false;
}

static bool term_matches(const struct term *term, const struct row *row)
{
    char buffer[COLUMN_TEXT_SIZE];
    bool matches;
    if (!term->column)
        matches = any_text_matches(term, row);
    else if (term->comparison == COMPARE_TEXT || term->comparison == COMPARE_REGEX)
        matches = text_matches(term, column_format(term->column, row, buffer));
    else
        matches = figure_matches(term, row);
    return matches != term->is_negated;
}

bool filter_matches(const struct filter *filter, const struct row *row)
{
    bool all = true;
    for (size_t i = 0; i < filter->count; i++) {
        all = all && term_matches(&filter->terms[i], row);
        if (filter->terms[i].ends_choice && all)
            return true;
        all = all || filter->terms[i].ends_choice;
    }
    return filter->count == 0;
}
