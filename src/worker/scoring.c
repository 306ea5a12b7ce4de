/* Scoring: the artifact over the whole data set. */
#include "measure/clock.h"
#include "worker/messages.h"
#include "worker/scorer.h"
#include "worker/worker.h"

/* How long to collect before reporting. */
#define REPORT_SECONDS 0.2

static json_t *new_report(const struct work *work, const struct stretch *stretch)
{
    json_t *report =
        json_pack("{s:s, s:i, s:I, s:[], s:[], s:[]}", "event", "scores", "candidate",
                  work->candidate, "first", (json_int_t)stretch->first, "values", "top1", "labels");
    if (stretch->groups)
        json_object_set_new(report, "groups", json_array());
    if (stretch->trivial)
        json_object_set_new(report, "trivial", json_array());
    return report;
}

static void add_stretch(const struct stretch *stretch, json_t *report)
{
    for (size_t i = 0; i < stretch->count; i++) {
        int32_t label = stretch->labels[i];
        json_array_append_new(json_object_get(report, "values"),
                              message_number(stretch->values[i]));
        json_array_append_new(json_object_get(report, "top1"), json_integer(stretch->top1[i]));
        json_array_append_new(json_object_get(report, "labels"),
                              label >= 0 ? json_integer(label) : json_null());
        if (stretch->groups)
            json_array_append_new(json_object_get(report, "groups"),
                                  json_integer(stretch->groups[i]));
        if (stretch->trivial)
            json_array_append_new(json_object_get(report, "trivial"),
                                  message_number(stretch->trivial[i]));
    }
}

static enum status score_all(const struct work *work, struct scorer *scorer, struct error *error)
{
    struct stretch stretch;
    double reported = clock_seconds();
    enum status status = scorer_next(scorer, &stretch, error);
    json_t *report = NULL;
    while (status == STATUS_OK && stretch.count > 0) {
        if (!report)
            report = new_report(work, &stretch);
        add_stretch(&stretch, report);
        if (clock_seconds() - reported > REPORT_SECONDS) {
            worker_emit(report);
            report = NULL;
            reported = clock_seconds();
        }
        status = scorer_next(scorer, &stretch, error);
    }
    if (status == STATUS_OK && report)
        worker_emit(report);
    else
        json_decref(report);
    return status;
}

enum status worker_score(const struct work *work, struct error *error)
{
    struct scorer *scorer;
    enum status status = scorer_open(work, SCORER_IN_ORDER, &scorer, error);
    if (status != STATUS_OK)
        return status;
    status = score_all(work, scorer, error);
    if (status == STATUS_OK)
        worker_emit(scorer_outputs(scorer));
    scorer_close(scorer);
    if (status == STATUS_OK)
        worker_emit(json_pack("{s:s}", "event", WORK_SCORED));
    return status;
}
