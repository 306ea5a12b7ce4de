#include "worker/worker.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "formats/dataset/cache.h"
#include "results/json_text.h"
#include "worker/artifact.h"
#include "worker/ceilings.h"
#include "worker/diversion.h"
#include "worker/messages.h"
#include "worker/sandbox.h"

static enum status do_work(const struct work *work, struct error *error)
{
    static enum status (*const doers[WORK_KIND_COUNT])(const struct work *, struct error *) = {
        [WORK_PREPARE] = worker_prepare, [WORK_TIME] = worker_time,
        [WORK_SCORE] = worker_score,     [WORK_LAYERS] = worker_layers,
        [WORK_SEARCH] = worker_search,   [WORK_INSPECT] = worker_inspect,
        [WORK_SHOW] = worker_show,
    };
    return doers[work->kind](work, error);
}

/* The library of a runtime is loaded while that can be done; where it cannot be, the order says so
 * later. Nothing of what a stranger made has been read by now. */
static void confine(const struct work *work)
{
    const struct runtime *runtime;
    struct error ignored;
    if (artifact_runtime(work, &runtime, &ignored) == STATUS_OK && runtime->record &&
        work->kind == WORK_TIME && work->profile_seconds > 0.0)
        diversion_prepare();
    sandbox_enter(work);
}

/* What bounds the steps that are to be watched. That takes a file and a process, which a confined
 * worker cannot have. */
static void note_ceilings(const struct work *work)
{
    const struct placement placement = {.n_threads = work->n_pus, .pus = work->pus};
    if (work->kind == WORK_TIME && work->profile_seconds > 0.0)
        ceilings_note(&placement, isa_from_name(work->isa));
}

/* All samples of the order share what was decoded before, by whatever worker. */
static enum status do_work_with_cache(struct work *work, struct error *error)
{
    struct dataset_cache *cache = dataset_cache_open(WORK_DECODED, DATASET_CACHE_BYTES_MAX);
    work->data.cache = work->calibration.cache = cache;
    enum status status = do_work(work, error);
    dataset_cache_close(cache);
    return status;
}

static void report_failure(const struct work *work, const struct error *error)
{
    char line[sizeof(error->where) + sizeof(error->text) + 32];
    error_line(error, line, sizeof(line));
    if (error->status == STATUS_MEMORY)
        strncat(line, " (key 'limits.memory')", sizeof(line) - strlen(line) - 1);
    worker_emit(json_pack("{s:s, s:i, s:s, s:o}", "event", "failed", "trial", work->trial, "stage",
                          work_kind_name(work->kind), "reason", json_said(line)));
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
    } else {
        note_ceilings(&work);
        confine(&work);
        if (do_work_with_cache(&work, &error) != STATUS_OK) {
            report_failure(&work, &error);
            status = EX_DATAERR;
        }
    }
    json_decref(order);
    arena_free(arena);
    return status;
}
