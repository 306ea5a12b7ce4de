#include "worker/worker.h"

#include <stdio.h>
#include <sysexits.h>

#include "worker/messages.h"

static enum status do_work(const struct work *work, struct error *error)
{
    static enum status (*const doers[WORK_KIND_COUNT])(const struct work *, struct error *) = {
        [WORK_PREPARE] = worker_prepare,
        [WORK_TIME] = worker_time,
        [WORK_SCORE] = worker_score,
    };
    return doers[work->kind](work, error);
}

static void report_failure(const struct work *work, const struct error *error)
{
    char line[sizeof(error->where) + sizeof(error->text) + 4];
    error_line(error, line, sizeof(line));
    worker_emit(json_pack("{s:s, s:i, s:s, s:s}", "event", "failed", "trial", work->trial, "stage",
                          work_kind_name(work->kind), "reason", line));
}

int worker_main(void)
{
    struct arena *arena = arena_new();
    struct work work = {0};
    struct error error;
    json_t *order = worker_await();
    int status = EX_OK;
    if (!order) {
        status = EX_USAGE;
    } else if (work_decode(order, arena, &work, &error) != STATUS_OK) {
        fprintf(stderr, "quantop: %s: %s\n", error.where, error.text);
        status = EX_USAGE;
    } else if (do_work(&work, &error) != STATUS_OK) {
        report_failure(&work, &error);
        status = EX_DATAERR;
    }
    json_decref(order);
    arena_free(arena);
    return status;
}
