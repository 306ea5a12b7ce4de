/* Which kernels served a trial, as the event `process` has it. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "hardware/cpu.h"
#include "results/state.h"

/* Kernels that take a smaller share of an inference's time are trifles, such as a CAST of ids; and
 * where plain ones take a smaller one together, others would hardly be seen to be faster. */
#define TRIFLE       0.001
#define PLAIN_MATTER 0.05

/* The end of the name of a kernel that computes one number after the other (kernels/kernel.h). */
#define PLAIN "_reference"

/* Bytes of the name of a plain kernel without that end; 0: it is none. */
static size_t plain_length(const char *name)
{
    size_t length = strlen(name), end = strlen(PLAIN);
    return length > end && strcmp(name + length - end, PLAIN) == 0 ? length - end : 0;
}

static void append(struct text *list, const char *name, size_t length, long long count)
{
    text_printf(list, "%s%.*s x%lld", list->length ? ", " : "", (int)length, name, count);
}

static const char *kept(struct results *results, struct text *list)
{
    char *copy = arena_strdup(results->arena, list->bytes ? list->bytes : "");
    text_make_printable(copy);
    text_release(list);
    return copy;
}

/* The plain kernels of a trial. */
struct plain {
    struct text all, slow; /* and those that are no trifles */
    double share;          /* of the time; NaN: not known */
};

static void take_plain(struct plain *plain, const char *name, long long nodes, const json_t *shares)
{
    size_t length = plain_length(name);
    double share = shares ? json_number_value(json_object_get(shares, name)) : NAN;
    append(&plain->all, name, length, nodes);
    plain->share += share;
    if (!(share < TRIFLE))
        append(&plain->slow, name, length, nodes);
}

void results_take_kernels(struct results *results, const json_t *event, struct row *row)
{
    const json_t *kernels = json_object_get(event, "kernels");
    const json_t *shares = json_object_get(event, "shares");
    struct text all = {0};
    struct plain plain = {.share = 0.0};
    bool wants_plain = strcmp(results->run.isa, isa_table[ISA_REFERENCE].name) == 0;
    const char *name;
    json_t *count;
    if (json_is_string(kernels))
        text_add(&all, json_string_value(kernels), json_string_length(kernels));
    json_object_foreach((json_t *)(uintptr_t)kernels, name, count)
    {
        long long nodes = (long long)json_integer_value(count);
        append(&all, name, strlen(name), nodes);
        if (!wants_plain && plain_length(name) > 0)
            take_plain(&plain, name, nodes, shares);
    }
    if (plain.share < PLAIN_MATTER)
        text_clear(&plain.slow);
    row->kernel_list = kept(results, &all);
    row->plain_list = kept(results, &plain.all);
    row->slow_list = kept(results, &plain.slow);
    row->plain_share = shares && isfinite(plain.share)
                           ? (struct figure){.present = true,
                                             .value = plain.share,
                                             .low = plain.share,
                                             .high = plain.share}
                           : (struct figure){.reason = "the runtime does not tell"};
}
