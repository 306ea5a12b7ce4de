#include "results/targets.h"

#include <string.h>

#include "results/state.h"

#define TARGETS_MAX 256

size_t results_target_count(const struct results *results)
{
    return results->n_targets;
}

const struct target_limits *results_target(const struct results *results, size_t i)
{
    return &results->targets[i];
}

static const char *printable_member(struct results *results, const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    char *copy = arena_strdup(results->arena, value ? value : "");
    text_make_printable(copy);
    return copy;
}

static double bytes_member(const json_t *object, const char *key)
{
    double value = json_number_value(json_object_get(object, key));
    return value > 0.0 ? value : 0.0;
}

void results_take_targets(struct results *results, const json_t *event)
{
    const json_t *list = json_object_get(event, "targets");
    size_t i, count = json_array_size(list) < TARGETS_MAX ? json_array_size(list) : TARGETS_MAX;
    results->n_targets = 0;
    results->targets = arena_alloc(results->arena, count * sizeof(*results->targets));
    for (i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        results->targets[results->n_targets++] = (struct target_limits){
            .name = printable_member(results, item, "name"),
            .flash = bytes_member(item, "flash"),
            .ram = bytes_member(item, "ram"),
            .integer_only = json_is_true(json_object_get(item, "integer_only")),
            .types = printable_member(results, item, "types"),
            .operators = printable_member(results, item, "operators"),
        };
    }
    results->run.has_targets = results->n_targets > 0;
}

/* Whether a list with a + between items is empty, or has the item. */
static bool allows(const char *list, const char *item)
{
    size_t length = strlen(item);
    if (list[0] == '\0')
        return true;
    for (const char *at = list; at; at = strchr(at, '+')) {
        at += *at == '+';
        if (strncmp(at, item, length) == 0 && (at[length] == '+' || at[length] == '\0'))
            return true;
    }
    return false;
}

static bool is_float(const char *type)
{
    return strncmp(type, "float", 5) == 0 || strncmp(type, "bfloat", 6) == 0;
}

/* What is found out about one target. */
struct check {
    const struct target_limits *target;
    struct text *why;
    enum fit fit;
    int reasons; /* so far */
};

/* More of them are counted. */
#define REASONS_MOST 3

/* Whether there is room for the reason. */
static bool refuse(struct check *check, enum fit fit)
{
    if (check->fit != FITS_NOT)
        check->fit = fit;
    if (++check->reasons > REASONS_MOST)
        return false;
    text_add_string(check->why, check->why->length > 0 ? ", " : "");
    return true;
}

static void check_bytes(struct check *check, const struct figure *figure, double limit,
                        const char *what, const char *memory)
{
    char used[TEXT_BYTES_SIZE], given[TEXT_BYTES_SIZE];
    if (!(limit > 0.0) || (figure->present && figure->value <= limit))
        return;
    if (!refuse(check, figure->present ? FITS_NOT : FITS_PERHAPS))
        return;
    if (figure->present)
        text_printf(check->why, "%s of %s in %s %s", what, text_bytes(figure->value, used),
                    text_bytes(limit, given), memory);
    else
        text_printf(check->why, "size of %s not known", what);
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

/* One kind of the file's operators. */
static void check_operator(struct check *check, const json_t *item)
{
    const struct target_limits *target = check->target;
    const char *op = string_of(item, "op"), *type = string_of(item, "type");
    const char *weights = string_of(item, "weights");
    struct text pair = {0};
    text_printf(&pair, "%s%s%s", type, weights[0] && strcmp(weights, type) != 0 ? "/" : "",
                weights[0] && strcmp(weights, type) != 0 ? weights : "");
    bool is_known = allows(target->operators, op);
    bool is_typed = allows(target->types, pair.bytes) &&
                    !(target->integer_only && (is_float(type) || is_float(weights)));
    if ((!is_known || !is_typed) && refuse(check, FITS_NOT)) {
        text_printf(check->why, is_known ? "%s in %s" : "it lacks %s", op, pair.bytes);
        text_make_printable(check->why->bytes);
    }
    text_release(&pair);
}

enum fit results_fit(const struct results *results, const struct row *row, size_t i,
                     struct text *why)
{
    const struct candidate_data *candidate = &results->candidates[row->candidate];
    struct text reasons = {0};
    struct check check = {.target = &results->targets[i], .why = &reasons, .fit = FITS};
    bool asks = check.target->integer_only || check.target->types[0] || check.target->operators[0];
    size_t k;
    json_t *item;
    check_bytes(&check, &row->bytes, check.target->flash, "file", "flash");
    check_bytes(&check, &row->arena, check.target->ram, "activations", "RAM");
    if (asks && !candidate->operators && refuse(&check, FITS_PERHAPS))
        text_add_string(&reasons, "operators not known");
    json_array_foreach(candidate->operators, k, item)
    {
        check_operator(&check, item);
    }
    if (check.reasons > REASONS_MOST)
        text_printf(&reasons, " and %d more", check.reasons - REASONS_MOST);
    text_add_string(why, reasons.bytes ? reasons.bytes : "");
    text_release(&reasons);
    return check.fit;
}

/* "cortex-m: fits; edge-tpu: no, SOFTMAX in float32". */
void results_judge_targets(const struct results *results, struct trial_data *trial)
{
    static const char *const words[] = {
        [FITS] = "fits", [FITS_NOT] = "no", [FITS_PERHAPS] = "cannot tell"};
    text_clear(&trial->fits);
    text_clear(&trial->target_list);
    text_add_string(&trial->fits, "");
    text_add_string(&trial->target_list, "");
    for (size_t i = 0; i < results->n_targets && trial->row.bytes.present; i++) {
        struct text why = {0};
        const char *name = results->targets[i].name;
        enum fit fit = results_fit(results, &trial->row, i, &why);
        text_printf(&trial->target_list, "%s%s: %s%s%s", i ? "; " : "", name, words[fit],
                    why.length ? ", " : "", why.length ? why.bytes : "");
        if (fit == FITS)
            text_printf(&trial->fits, "%s%s", trial->fits.length ? ", " : "", name);
        text_release(&why);
    }
    if (results->n_targets > 0 && trial->row.bytes.present && trial->fits.length == 0)
        text_add_string(&trial->fits, "none");
    trial->row.fits = trial->fits.bytes;
    trial->row.target_list = trial->target_list.bytes;
}
