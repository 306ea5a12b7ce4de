#include "quantize/crew.h"

#include <stdlib.h>

#include "base/memory.h"

/* Each has memory for what it runs. */
#define THREADS_MOST 16

static struct pool *crew;

void crew_hire(const struct placement *placement)
{
    struct placement some = *placement;
    struct error ignored;
    if (some.n_threads > THREADS_MOST)
        some.n_threads = THREADS_MOST;
    crew_dismiss();
    if (some.n_threads > 1 && pool_new(&some, &crew, &ignored) != STATUS_OK)
        crew = NULL;
}

void crew_dismiss(void)
{
    pool_free(crew);
    crew = NULL;
}

int crew_threads(void)
{
    return crew ? pool_threads(crew) : 1;
}

struct pool *crew_pool(void)
{
    return crew;
}

enum status crew_open(const struct graph *graph, const struct plan_options *options,
                      struct crew_graph *opened, struct error *error)
{
    size_t count = (size_t)crew_threads();
    *opened = (struct crew_graph){.count = (int)count,
                                  .pools = xcalloc(count, sizeof(struct pool *)),
                                  .sessions = xcalloc(count, sizeof(struct session *))};
    enum status status = plan_new(graph, options, &opened->plan, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = pool_new(NULL, &opened->pools[i], error);
        if (status == STATUS_OK)
            status = session_new(opened->plan, opened->pools[i], &opened->sessions[i], error);
    }
    return status;
}

void crew_close(struct crew_graph *opened)
{
    for (int i = 0; i < opened->count; i++) {
        session_free(opened->sessions[i]);
        pool_free(opened->pools[i]);
    }
    FREE_AND_NULL(opened->sessions);
    FREE_AND_NULL(opened->pools);
    plan_free(opened->plan);
    opened->plan = NULL;
    opened->count = 0;
}

/* What a thread has come to. */
struct outcome {
    enum status status;
    size_t run; /* that failed */
    struct error error;
};

struct job {
    const struct crew_graph *opened;
    crew_task *task;
    void *context;
    struct outcome *outcomes; /* per thread */
};

static void do_runs(void *context, size_t first, size_t last, int thread)
{
    const struct job *job = context;
    struct outcome *outcome = &job->outcomes[thread];
    for (size_t run = first; run < last; run++) {
        struct error error;
        enum status status =
            job->task(job->context, job->opened->sessions[thread], thread, run, &error);
        if (status == STATUS_OK || (outcome->status != STATUS_OK && outcome->run < run))
            continue;
        *outcome = (struct outcome){.status = status, .run = run, .error = error};
    }
}

enum status crew_run(const struct crew_graph *opened, crew_task *task, void *context, size_t runs,
                     struct error *error)
{
    struct job job = {.opened = opened, .task = task, .context = context};
    const struct outcome *first = NULL;
    enum status status = STATUS_OK;
    job.outcomes = xcalloc((size_t)opened->count, sizeof(*job.outcomes));
    if (opened->count > 1)
        pool_run(crew, do_runs, &job, runs, true);
    else
        do_runs(&job, 0, runs, 0);
    for (int i = 0; i < opened->count; i++)
        if (job.outcomes[i].status != STATUS_OK && (!first || job.outcomes[i].run < first->run))
            first = &job.outcomes[i];
    if (first) {
        *error = first->error;
        status = first->status;
    }
    free(job.outcomes);
    return status;
}
