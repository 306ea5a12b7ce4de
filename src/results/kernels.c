/* Which kernels served a trial, as the event `process` has it. */
#include <string.h>

#include "base/text.h"
#include "hardware/cpu.h"
#include "results/state.h"

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

void results_take_kernels(struct results *results, const json_t *event, struct row *row)
{
    const json_t *kernels = json_object_get(event, "kernels");
    struct text all = {0}, plain = {0};
    bool wants_plain = strcmp(results->run.isa, isa_table[ISA_REFERENCE].name) == 0;
    const char *name;
    json_t *count;
    if (json_is_string(kernels))
        text_add(&all, json_string_value(kernels), json_string_length(kernels));
    json_object_foreach((json_t *)(uintptr_t)kernels, name, count)
    {
        long long nodes = (long long)json_integer_value(count);
        append(&all, name, strlen(name), nodes);
        if (wants_plain || plain_length(name) == 0 || nodes < 1 || nodes > INT32_MAX)
            continue;
        append(&plain, name, plain_length(name), nodes);
        row->n_plain += (long)nodes;
    }
    row->kernel_list = kept(results, &all);
    row->plain_list = kept(results, &plain);
}
