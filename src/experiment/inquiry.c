#include "experiment/inquiry.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiment/work.h"
#include "hardware/cpu.h"
#include "measure/clock.h"

void model_facts_release(struct model_facts *facts)
{
    text_release(&facts->description);
    text_release(&facts->inputs);
    text_release(&facts->outputs);
    text_release(&facts->takes);
}

void inquiry_init(struct inquiry *inquiry)
{
    *inquiry = (struct inquiry){0};
    child_init(&inquiry->child);
}

enum status inquiry_begin(struct inquiry *inquiry, const char *model, double seconds,
                          struct error *error)
{
    int pu = 0;
    /* Of an order, what means nothing here has to be there all the same. */
    const struct work work = {.kind = WORK_INSPECT,
                              .model = model,
                              .mode = "",
                              .isa = isa_table[isa_best()].name,
                              .runtime = "",
                              .n_pus = 1,
                              .pus = &pu};
    struct handover files;
    handover_init(&files);
    enum status status = handover_open(&files, error);
    if (status == STATUS_OK)
        status = child_start(&inquiry->child, &files, error);
    handover_close(&files);
    if (status != STATUS_OK)
        return status;
    inquiry->until = clock_seconds() + seconds;
    child_send(&inquiry->child, work_encode(&work));
    return STATUS_OK;
}

/* Texts of a worker that read what a stranger made are made printable once more. takes may be NULL.
 */
static void take_ends(const json_t *list, struct text *out, struct text *takes)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *name = json_string_value(json_array_get(item, 0));
        const char *what = json_string_value(json_array_get(item, 1));
        const char *separator = i > 0 ? "; " : "";
        if (name && what) {
            text_printf(out, "%s'", separator);
            text_add_printable(out, name);
            text_add_string(out, "', ");
            text_add_printable(out, what);
        } else {
            text_printf(out, "%s%" JSON_INTEGER_FORMAT " more", separator,
                        json_integer_value(item));
        }
        if (takes && what) {
            text_add_string(takes, i > 0 ? ", " : "");
            text_add_printable(takes, what);
        }
    }
}

static double take_number(const json_t *event, const char *name)
{
    const json_t *value = json_object_get(event, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void take_answer(const json_t *event, struct model_facts *facts)
{
    const char *name = json_string_value(json_object_get(event, "event"));
    const char *reason = json_string_value(json_object_get(event, "reason"));
    const char *description = json_string_value(json_object_get(event, "description"));
    facts->is_known = name && strcmp(name, WORK_INSPECTED) == 0;
    if (!facts->is_known) {
        snprintf(facts->reason, sizeof(facts->reason), "%s", reason ? reason : "no reason given");
        text_make_printable(facts->reason);
        return;
    }
    facts->operators = (long)json_integer_value(json_object_get(event, "operators"));
    facts->integer = (long)json_integer_value(json_object_get(event, "integer"));
    facts->parameters = take_number(event, "parameters");
    facts->macs = take_number(event, "macs");
    text_add_printable(&facts->description, description ? description : "");
    take_ends(json_object_get(event, "inputs"), &facts->inputs, &facts->takes);
    take_ends(json_object_get(event, "outputs"), &facts->outputs, NULL);
}

bool inquiry_answer(struct inquiry *inquiry, struct model_facts *facts)
{
    json_t *event = NULL;
    *facts = (struct model_facts){0};
    enum child_state state = child_listen(&inquiry->child);
    bool is_told = child_take(&inquiry->child, &event), is_late = clock_seconds() > inquiry->until;
    if (!is_told && state != CHILD_GONE && !is_late)
        return false;
    if (event) {
        take_answer(event, facts);
        json_decref(event);
    }
    if (is_late)
        child_kill(&inquiry->child);
    child_end(&inquiry->child, event ? NULL : facts->reason, sizeof(facts->reason));
    if (!event && is_late)
        snprintf(facts->reason, sizeof(facts->reason), "it takes too long to read it");
    return true;
}

void inquiry_give_up(struct inquiry *inquiry)
{
    child_kill(&inquiry->child);
    child_end(&inquiry->child, NULL, 0);
}
