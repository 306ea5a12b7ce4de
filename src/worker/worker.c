#include "worker/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

void worker_emit(json_t *event)
{
    char *line = json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(9));
    struct text bytes = {0};
    json_decref(event);
    if (!line) /* a name that is not UTF-8 would be a defect: say so rather than stay silent */
        exit(EX_SOFTWARE);
    text_printf(&bytes, "%s\n", line);
    free(line);
    if (!write_all(WORK_SOCKET, bytes.bytes, bytes.length))
        exit(EX_OK); /* the parent is gone; nobody is left to tell */
    text_release(&bytes);
}

json_t *worker_await(void)
{
    static struct text pending;
    char byte;
    text_clear(&pending);
    for (;;) { /* requests are short and rare, so byte by byte is good enough */
        ssize_t got = read(WORK_SOCKET, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return NULL;
        if (byte == '\n')
            return json_loadb(pending.bytes, pending.length, 0, NULL);
        text_add(&pending, &byte, 1);
    }
}

const struct metric_kind *worker_metric(const struct work *work, const struct dataset *dataset)
{
    if (work->metric)
        return metric_kind_find(work->metric);
    return metric_kind_find(dataset_label_kind(dataset) == LABEL_CLASS ? "top1" : "agreement");
}

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
