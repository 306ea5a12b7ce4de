#include "results/replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/members.h"

/* Where an event stands in time, as events are read one by one. */
struct pace {
    bool has_times;
    double at;          /* seconds of the run: that of the last event */
    json_int_t round;   /* of the last block */
    bool is_in_a_round; /* there was a block */
};

struct replay {
    char *path;
    struct journal_reader *reader;
    struct pace pace;
    json_t *next; /* not applied yet, at pace.at; NULL: none is left */
    json_t *last; /* comes behind all those; NULL: none does */
    bool has_times, is_paused, has_started;
    double speed, position, length;
    double since; /* real time at which it was there */
};

/* The next event that can be read, whatever lies between; NULL: there is none. */
static enum status read_sound(struct journal_reader *reader, json_t **event, struct error *error)
{
    enum status status;
    do
        status = journal_read_event(reader, event, error);
    while (status == STATUS_FORMAT);
    return status;
}

static void pace_rounds(struct pace *pace, const json_t *event)
{
    const char *name = json_string_value(json_object_get(event, "event"));
    if (!name || strcmp(name, "block") != 0)
        return;
    json_int_t round = json_integer_value(json_object_get(event, "round"));
    if (pace->is_in_a_round && round != pace->round)
        pace->at += 1.0;
    pace->is_in_a_round = true;
    pace->round = round;
}

/* Time never goes back, whatever a journal says. */
static void pace_on(struct pace *pace, const json_t *event)
{
    if (pace->has_times)
        pace->at = fmax(pace->at, number_or(event, "t", pace->at));
    else
        pace_rounds(pace, event);
}

/* How long the journal takes, and whether its events say so. */
static enum status measure(struct journal_reader *reader, struct replay *replay,
                           struct error *error)
{
    struct pace times = {.has_times = true}, rounds = {.has_times = false};
    json_t *event;
    enum status status;
    while ((status = read_sound(reader, &event, error)) == STATUS_OK && event) {
        pace_on(&times, event);
        pace_on(&rounds, event);
        json_decref(event);
    }
    replay->has_times = times.at > 0.0;
    replay->length = replay->has_times ? times.at : rounds.at;
    return status;
}

static enum status take_next(struct replay *replay, struct error *error)
{
    enum status status = read_sound(replay->reader, &replay->next, error);
    if (replay->next)
        pace_on(&replay->pace, replay->next);
    replay->length = fmax(replay->length, replay->pace.at); /* a journal may have grown */
    return status;
}

/* The first event of the journal is the next one. */
static enum status rewind_to_start(struct replay *replay, struct error *error)
{
    struct journal_reader *reader;
    enum status status = journal_reader_open(replay->path, &reader, error);
    if (status != STATUS_OK)
        return status;
    journal_reader_close(replay->reader);
    json_decref(replay->next);
    replay->reader = reader;
    replay->next = NULL;
    replay->pace = (struct pace){.has_times = replay->has_times};
    replay->has_started = false;
    status = take_next(replay, error);
    replay->position = replay->pace.at;
    return status;
}

static enum status begin(struct replay *replay, struct error *error)
{
    struct journal_reader *reader;
    enum status status = journal_reader_open(replay->path, &reader, error);
    if (status != STATUS_OK)
        return status;
    status = measure(reader, replay, error);
    journal_reader_close(reader);
    return status == STATUS_OK ? rewind_to_start(replay, error) : status;
}

enum status replay_open(const char *path, double speed, struct replay **replay, struct error *error)
{
    struct replay *made = xcalloc(1, sizeof(*made));
    made->path = xstrdup(path);
    made->speed = 1.0;
    replay_hurry(made, speed);
    enum status status = begin(made, error);
    if (status == STATUS_OK)
        *replay = made;
    else
        replay_close(made);
    return status;
}

void replay_close(struct replay *replay)
{
    if (!replay)
        return;
    journal_reader_close(replay->reader);
    json_decref(replay->next);
    json_decref(replay->last);
    free(replay->path);
    free(replay);
}

void replay_end_with(struct replay *replay, json_t *event)
{
    replay->last = json_incref(event);
}

enum status replay_restart(struct replay *replay, struct results *results, struct error *error)
{
    enum status status = rewind_to_start(replay, error);
    if (status == STATUS_OK)
        results_clear(results);
    return status;
}

static void go_on(struct replay *replay, double now)
{
    double passed = replay->has_started ? fmax(now - replay->since, 0.0) : 0.0;
    replay->has_started = true;
    replay->since = now;
    if (!replay->is_paused)
        replay->position += fmin(passed, REPLAY_STEP_MAX) * replay->speed;
    replay->position = fmin(replay->position, replay->length);
}

enum status replay_advance(struct replay *replay, double now, struct results *results,
                           struct error *error)
{
    enum status status = STATUS_OK;
    struct error refusal;
    go_on(replay, now);
    while (status == STATUS_OK && replay->next && replay->pace.at <= replay->position) {
        results_apply(results, replay->next, &refusal);
        json_decref(replay->next);
        status = take_next(replay, error);
        if (status == STATUS_OK && !replay->next && replay->last)
            results_apply(results, replay->last, &refusal);
    }
    return status;
}

double replay_wait(const struct replay *replay)
{
    if (!replay->next || replay->is_paused)
        return -1.0;
    return fmax(replay->pace.at - replay->position, 0.0) / replay->speed;
}

void replay_pause(struct replay *replay, bool paused)
{
    replay->is_paused = paused;
}

void replay_hurry(struct replay *replay, double factor)
{
    replay->speed = fmax(fmin(replay->speed * factor, REPLAY_FASTEST), REPLAY_SLOWEST);
}

bool replay_is_paused(const struct replay *replay)
{
    return replay->is_paused;
}

bool replay_is_over(const struct replay *replay)
{
    return !replay->next;
}

bool replay_has_times(const struct replay *replay)
{
    return replay->has_times;
}

double replay_speed(const struct replay *replay)
{
    return replay->speed;
}

double replay_position(const struct replay *replay)
{
    return replay->position;
}

double replay_length(const struct replay *replay)
{
    return replay->length;
}
