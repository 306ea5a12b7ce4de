#include "experiment/inquiry.h"

#include "experiment/work.h"
#include "hardware/cpu.h"

void model_facts_release(struct model_facts *facts)
{
    text_release(&facts->description);
    text_release(&facts->inputs);
    text_release(&facts->outputs);
    text_release(&facts->takes);
}

enum status inquiry_begin(struct asked *asked, const char *model, double seconds,
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
    return asked_begin(asked, work_encode(&work), seconds, error);
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

static void take_answer(const json_t *event, struct model_facts *facts)
{
    const char *description = json_string_value(json_object_get(event, "description"));
    facts->is_known = true;
    facts->operators = (long)json_integer_value(json_object_get(event, "operators"));
    facts->integer = (long)json_integer_value(json_object_get(event, "integer"));
    facts->parameters = asked_number(event, "parameters");
    facts->macs = asked_number(event, "macs");
    text_add_printable(&facts->description, description ? description : "");
    take_ends(json_object_get(event, "inputs"), &facts->inputs, &facts->takes);
    take_ends(json_object_get(event, "outputs"), &facts->outputs, NULL);
}

bool inquiry_answer(struct asked *asked, struct model_facts *facts)
{
    json_t *event;
    *facts = (struct model_facts){0};
    enum asked_state state = asked_hear(asked, &event, facts->reason, sizeof(facts->reason));
    if (state == ASKED_WAITING)
        return false;
    if (state == ASKED_TOLD)
        take_answer(event, facts);
    json_decref(event);
    asked_give_up(asked);
    return true;
}
