#include "experiment/rehearsal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/child.h"
#include "experiment/handover.h"
#include "experiment/order.h"
#include "experiment/work.h"
#include "measure/stats.h"

/* One worker and what is wanted of it. */
struct scene {
    const struct experiment *experiment;
    struct child child;
    struct rehearsal *rehearsal;
};

static bool is_event(const json_t *message, const char *name)
{
    const char *event = json_string_value(json_object_get(message, "event"));
    return event && strcmp(event, name) == 0;
}

static void fail(struct scene *scene, const char *reason)
{
    scene->rehearsal->works = false;
    snprintf(scene->rehearsal->reason, sizeof(scene->rehearsal->reason), "%s", reason);
}

/* The event of that name, a new reference; NULL: the worker failed, which is noted. */
static json_t *await(struct scene *scene, const char *name)
{
    char end[sizeof(scene->rehearsal->reason)];
    json_t *message;
    while (child_await(&scene->child, scene->experiment->measure.timeout_seconds, &message)) {
        if (is_event(message, name))
            return message;
        if (is_event(message, "failed")) {
            const char *reason = json_string_value(json_object_get(message, "reason"));
            fail(scene, reason ? reason : "no reason given");
            json_decref(message);
            return NULL;
        }
        json_decref(message);
    }
    child_kill(&scene->child);
    child_end(&scene->child, end, sizeof(end));
    fail(scene, end);
    return NULL;
}

/* Starts a worker on an order and waits for its event. */
static json_t *order(struct scene *scene, const struct handover *handover, struct work *work,
                     enum work_kind kind, const char *name)
{
    struct error error;
    work->kind = kind;
    if (child_start(&scene->child, handover, &error) != STATUS_OK) {
        fail(scene, error.text);
        return NULL;
    }
    child_send(&scene->child, work_encode(work));
    return await(scene, name);
}

static void take_prepared(const json_t *event, struct rehearsal *rehearsal)
{
    const char *metric = json_string_value(json_object_get(event, "metric"));
    const char *doubt = json_string_value(json_object_get(event, "doubt"));
    snprintf(rehearsal->metric, sizeof(rehearsal->metric), "%s", metric ? metric : "");
    snprintf(rehearsal->doubt, sizeof(rehearsal->doubt), "%s", doubt ? doubt : "");
    rehearsal->remarks = json_incref(json_object_get(event, "remarks"));
    rehearsal->bytes = json_number_value(json_object_get(event, "bytes"));
    rehearsal->samples = (long)json_integer_value(json_object_get(event, "samples"));
    rehearsal->recordings = (long)json_integer_value(json_object_get(event, "recordings"));
    rehearsal->calibrated = (long)json_integer_value(json_object_get(event, "calibration"));
    rehearsal->prepare_seconds = json_number_value(json_object_get(event, "seconds"));
}

/* Median of a block's inferences, in seconds. */
static double take_block(const json_t *event)
{
    const json_t *times = json_object_get(event, "ns");
    size_t count = json_array_size(times);
    double *ns = xcalloc(count + 1, sizeof(*ns));
    for (size_t i = 0; i < count; i++)
        ns[i] = json_number_value(json_array_get(times, i));
    double median = count > 0 ? stats_median(ns, count) : 0.0;
    free(ns);
    return median * 1e-9;
}

static void time_block(struct scene *scene, const struct handover *handover, struct work *work)
{
    json_t *event = order(scene, handover, work, WORK_TIME, "process");
    if (!event)
        return;
    json_decref(event);
    child_send(&scene->child, work_block_request(0));
    event = await(scene, "block");
    if (!event)
        return;
    scene->rehearsal->seconds = take_block(event);
    json_decref(event);
    child_send(&scene->child, work_finish_request());
}

static void play(struct scene *scene, const struct handover *handover, struct work *work)
{
    json_t *prepared = order(scene, handover, work, WORK_PREPARE, "prepared");
    child_end(&scene->child, NULL, 0);
    if (!prepared)
        return;
    take_prepared(prepared, scene->rehearsal);
    json_decref(prepared);
    time_block(scene, handover, work);
    child_end(&scene->child, NULL, 0);
}

void rehearse(const struct experiment *experiment, const struct trial *trial,
              const struct placement *placement, int decoded, struct rehearsal *rehearsal)
{
    struct scene scene = {.experiment = experiment, .rehearsal = rehearsal};
    struct handover handover;
    struct text mode = {0};
    struct work work;
    struct error error;
    *rehearsal = (struct rehearsal){.works = true};
    child_init(&scene.child);
    handover_init(&handover);
    handover.decoded = decoded;
    order_fill(experiment, trial, &work, &mode);
    work.n_pus = placement->n_threads;
    work.pus = placement->pus;
    if (handover_open(&handover, &error) == STATUS_OK)
        play(&scene, &handover, &work);
    else
        fail(&scene, error.text);
    handover_close(&handover);
    text_release(&mode);
}

void rehearsal_release(struct rehearsal *rehearsal)
{
    json_decref(rehearsal->remarks);
    rehearsal->remarks = NULL;
}
