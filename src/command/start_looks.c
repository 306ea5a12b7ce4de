#include "command/start_looks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiment/work.h"

/* Seconds that workers may take: to read a sample, and to prepare fp32 and score some samples. */
#define SHOW_PATIENCE  60.0
#define CHECK_PATIENCE 120.0

void start_looks_init(struct start_looks *looks, struct form_look *shown)
{
    *looks = (struct start_looks){.shown = shown, .found.run_seconds = NAN};
    asked_init(&looks->show.asked);
    asked_init(&looks->check.asked);
    *shown = (struct form_look){.caption = "", .about = "", .ids = "", .check = ""};
}

/* Whether it is another order, which is due then. Takes over the reference. */
static bool take_order(struct look_worker *worker, json_t *order)
{
    bool is_other = !worker->order || !json_equal(worker->order, order);
    if (!is_other) {
        json_decref(order);
        return false;
    }
    asked_give_up(&worker->asked);
    json_decref(worker->order);
    worker->order = order;
    worker->is_due = true;
    worker->is_busy = false;
    return true;
}

/* Text of a text that may be empty. */
static const char *text_of(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

static void forget_sample(struct start_looks *looks)
{
    struct form_look *shown = looks->shown;
    look_sample_release(&looks->sample);
    shown->picture = (struct picture){0};
    shown->about = shown->ids = "";
}

void start_looks_at(struct start_looks *looks, const struct experiment *experiment,
                    const struct placement *placement, bool is_integer)
{
    if (!experiment->has_data)
        return;
    if (take_order(&looks->show, look_order_show(experiment, placement))) {
        forget_sample(looks);
        looks->wanted = 0;
        looks->shown->caption = "reading a sample ...";
    }
    if (take_order(&looks->check, look_order_check(experiment, placement, is_integer))) {
        json_decref(looks->looked);
        looks->looked = NULL;
        looks->found.run_seconds = NAN;
        looks->shown->check = "running some samples ...";
        looks->shown->verdict = FORM_OPEN;
    }
}

static void begin(struct look_worker *worker, double patience, char *trouble, size_t size,
                  const char **said)
{
    struct error error;
    worker->is_due = false;
    worker->is_busy =
        asked_begin(&worker->asked, json_incref(worker->order), patience, &error) == STATUS_OK;
    if (worker->is_busy)
        return;
    snprintf(trouble, size, "%s", error.text);
    *said = trouble;
}

static void show_sample(struct start_looks *looks, const json_t *event)
{
    struct form_look *shown = looks->shown;
    struct look_sample *sample = &looks->sample;
    forget_sample(looks);
    if (!look_take_sample(event, sample)) {
        shown->caption = "the worker says what is no sample";
        asked_give_up(&looks->show.asked);
        return;
    }
    text_clear(&looks->caption);
    text_printf(&looks->caption, "sample %.0f (%zu of %zu)%s%s", sample->number, sample->sample + 1,
                sample->count, sample->label.length > 0 ? ", " : "", text_of(&sample->label));
    *shown = (struct form_look){
        .picture = {sample->height, sample->width, sample->channels, sample->pixels},
        .caption = looks->caption.bytes,
        .about = text_of(&sample->about),
        .ids = text_of(&sample->ids),
        .check = shown->check,
        .verdict = shown->verdict,
    };
}

static void hear_sample(struct start_looks *looks)
{
    json_t *event;
    enum asked_state state =
        asked_hear(&looks->show.asked, &event, looks->trouble, sizeof(looks->trouble));
    if (state == ASKED_WAITING)
        return;
    looks->show.is_busy = false;
    if (state == ASKED_TOLD) {
        show_sample(looks, event);
        /* Another one may have been asked for meanwhile. */
        looks->show.is_busy =
            asked_is_alive(&looks->show.asked) && looks->sample.sample != looks->wanted;
    } else {
        forget_sample(looks);
        looks->shown->caption = looks->trouble;
    }
    json_decref(event);
}

static void tell_check(struct start_looks *looks, const json_t *prepared)
{
    static const enum form_verdict verdicts[] = {
        [LOOK_OPEN] = FORM_OPEN, [LOOK_PLAUSIBLE] = FORM_GOOD, [LOOK_DOUBTFUL] = FORM_BAD};
    look_check_release(&looks->found);
    looks->found = look_take_check(looks->looked, prepared);
    looks->shown->check = text_of(&looks->found.text);
    looks->shown->verdict = verdicts[looks->found.verdict];
}

static void end_check(struct start_looks *looks)
{
    looks->check.is_busy = false;
    asked_give_up(&looks->check.asked);
    json_decref(looks->looked);
    looks->looked = NULL;
}

static void hear_check(struct start_looks *looks)
{
    char reason[sizeof(looks->trouble)];
    json_t *event;
    enum asked_state state = asked_hear(&looks->check.asked, &event, reason, sizeof(reason));
    if (state == ASKED_LOST) {
        snprintf(looks->check_trouble, sizeof(looks->check_trouble), "does not run: %s", reason);
        looks->shown->check = looks->check_trouble;
        looks->shown->verdict = FORM_BAD;
        end_check(looks);
    } else if (state == ASKED_TOLD && asked_is(event, WORK_LOOKED)) {
        json_decref(looks->looked);
        looks->looked = json_incref(event);
    } else if (state == ASKED_TOLD && asked_is(event, "prepared")) {
        tell_check(looks, event);
        end_check(looks);
    }
    json_decref(event);
}

bool start_looks_listen(struct start_looks *looks)
{
    struct look_worker *show = &looks->show, *check = &looks->check;
    if (show->is_due) {
        begin(show, SHOW_PATIENCE, looks->trouble, sizeof(looks->trouble), &looks->shown->caption);
        if (show->is_busy)
            asked_more(&show->asked, work_show_request(looks->wanted), SHOW_PATIENCE);
    }
    if (show->is_busy)
        hear_sample(looks);
    if (check->is_due)
        begin(check, CHECK_PATIENCE, looks->check_trouble, sizeof(looks->check_trouble),
              &looks->shown->check);
    if (check->is_busy)
        hear_check(looks);
    return show->is_busy || check->is_busy;
}

void start_looks_step(struct start_looks *looks, int samples)
{
    long count = (long)looks->sample.count, wanted = (long)looks->wanted + samples;
    struct look_worker *show = &looks->show;
    if (count == 0 || show->is_due)
        return;
    looks->wanted = (size_t)((wanted % count + count) % count);
    if (asked_is_alive(&show->asked) &&
        asked_more(&show->asked, work_show_request(looks->wanted), SHOW_PATIENCE))
        show->is_busy = true;
    else
        show->is_due = true;
}

static void rest(struct look_worker *worker)
{
    asked_give_up(&worker->asked);
    worker->is_due |= worker->is_busy;
    worker->is_busy = false;
}

void start_looks_rest(struct start_looks *looks)
{
    if (!looks->shown)
        return;
    rest(&looks->show);
    rest(&looks->check);
}

void start_looks_release(struct start_looks *looks)
{
    if (!looks->shown)
        return;
    start_looks_rest(looks);
    json_decref(looks->show.order);
    json_decref(looks->check.order);
    json_decref(looks->looked);
    look_sample_release(&looks->sample);
    look_check_release(&looks->found);
    text_release(&looks->caption);
    *looks = (struct start_looks){0};
}
