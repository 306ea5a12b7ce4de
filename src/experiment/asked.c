#include "experiment/asked.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/printable.h"
#include "measure/clock.h"

void asked_init(struct asked *asked)
{
    *asked = (struct asked){0};
    child_init(&asked->child);
    handover_init(&asked->files);
}

enum status asked_begin(struct asked *asked, json_t *order, double seconds, struct error *error)
{
    asked_give_up(asked);
    enum status status = handover_open(&asked->files, error);
    if (status == STATUS_OK)
        status = child_start(&asked->child, &asked->files, error);
    if (status == STATUS_OK) {
        asked->until = clock_seconds() + seconds;
        child_send(&asked->child, order);
        return STATUS_OK;
    }
    json_decref(order);
    handover_close(&asked->files);
    return status;
}

bool asked_more(struct asked *asked, json_t *request, double seconds)
{
    asked->until = clock_seconds() + seconds;
    return child_send(&asked->child, request);
}

bool asked_is_alive(const struct asked *asked)
{
    return child_is_alive(&asked->child);
}

bool asked_is(const json_t *event, const char *name)
{
    const char *own = json_string_value(json_object_get(event, "event"));
    return own && strcmp(own, name) == 0;
}

double asked_number(const json_t *event, const char *name)
{
    const json_t *value = json_object_get(event, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

/* Takes the reason from the last event, or from how the worker ended. */
static void lose(struct asked *asked, const json_t *event, bool is_late, char *reason, size_t size)
{
    const char *said = json_string_value(json_object_get(event, "reason"));
    if (is_late)
        child_kill(&asked->child);
    child_end(&asked->child, event ? NULL : reason, size);
    handover_close(&asked->files);
    if (event)
        snprintf(reason, size, "%s", said ? said : "no reason given");
    else if (is_late)
        snprintf(reason, size, "it takes too long to read it");
    text_make_printable(reason);
}

enum asked_state asked_hear(struct asked *asked, json_t **event, char *reason, size_t size)
{
    *event = NULL;
    enum child_state state = child_listen(&asked->child);
    bool is_told = child_take(&asked->child, event), is_late = clock_seconds() > asked->until;
    if (*event && !asked_is(*event, "failed"))
        return ASKED_TOLD;
    if (!is_told && state != CHILD_GONE && !is_late)
        return ASKED_WAITING;
    lose(asked, *event, is_late, reason, size);
    json_decref(*event);
    *event = NULL;
    return ASKED_LOST;
}

void asked_give_up(struct asked *asked)
{
    child_kill(&asked->child);
    child_end(&asked->child, NULL, 0);
    handover_close(&asked->files);
}
