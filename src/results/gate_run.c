#include "results/gate_run.h"

#include <stdlib.h>

#include "base/file.h"
#include "results/journal.h"
#include "results/state.h"

/* No journal of ours is nearly as long. */
#define FILE_BYTES_MAX ((size_t)1 << 30)

static const struct candidate_data *scores_of_row(const struct results *results, int trial)
{
    if (trial < 0 || (size_t)trial >= results->n_trials)
        return NULL;
    const struct candidate_data *candidate = &results->candidates[results->trials[trial].candidate];
    return candidate->values.count > 0 ? candidate : NULL;
}

static struct gate_row row_of(struct results *results, int i, const struct gate_run *run)
{
    const struct row *row = results_row(results, i);
    return (struct gate_row){
        .model = row->model,
        .label = row->label,
        .runtime = row->runtime,
        .placement = row->placement,
        .runtime_version = row->runtime_version,
        .content = json_object_get(run->models, row->model),
        .state = trial_state_name(row->state),
        .trust = row->trust,
        .threads = row->threads,
        .metric = row->metric_name,
        .latency = row->typical,
        .accuracy = row->accuracy,
        .bytes = row->bytes,
        .peak = row->peak,
        .rounds = row->rounds,
        .scored = row->scored,
        .scores = scores_of_row(results, i),
        .fp32 = scores_of_row(results, row->baseline),
    };
}

static void fill(struct gate_run *run, struct results *results)
{
    const struct run_info *info = results_run(results);
    run->cpu = info->cpu;
    run->isa = info->isa;
    run->host = info->host;
    run->started = info->started;
    run->experiment = json_object_get(results_run_event(results), "experiment");
    gate_run_list_models(run);
    run->n_rows = (size_t)results_count(results);
    run->rows = arena_alloc(run->arena, run->n_rows * sizeof(*run->rows));
    for (size_t i = 0; i < run->n_rows; i++)
        run->rows[i] = row_of(results, (int)i, run);
}

void gate_run_init(struct gate_run *run, struct results *results)
{
    *run = (struct gate_run){.arena = arena_new(), .path = ""};
    fill(run, results);
}

/* What runs into nothing of an event is no journal: of a foreign file, every line. */
static enum status read_journal(struct gate_run *run, struct error *error)
{
    struct journal_reader *reader;
    long applied;
    enum status status = journal_reader_open(run->path, &reader, error);
    if (status != STATUS_OK)
        return status;
    run->results = results_new();
    status = journal_read_more(reader, run->results, &applied, error);
    journal_reader_close(reader);
    if (status == STATUS_FORMAT || status == STATUS_UNSUPPORTED)
        error->status = status = STATUS_INVALID;
    if (status == STATUS_OK && !results_run(run->results)->ended)
        status = error_set(error, STATUS_INVALID, run->path,
                           "the run of this journal is not over, its figures are no baseline; "
                           "'quantop run --resume' finishes it");
    if (status == STATUS_OK)
        fill(run, run->results);
    return status;
}

/* The first value of JSON in a file tells what it is. */
static enum status read_file(struct gate_run *run, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    enum status status = file_read(run->path, FILE_BYTES_MAX, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    json_t *first = json_loadb((const char *)bytes, size, JSON_DISABLE_EOF_CHECK, NULL);
    free(bytes);
    if (json_is_string(json_object_get(first, "event")))
        status = read_journal(run, error);
    else if (json_is_array(json_object_get(first, "rows")))
        return gate_run_take_report(run, first, error);
    else
        status = error_set(error, STATUS_INVALID, run->path,
                           "no baseline: neither the journal of a run nor its JSON report (other "
                           "reports do not say what was measured)");
    json_decref(first);
    return status;
}

enum status gate_run_read(const char *path, struct gate_run *run, struct error *error)
{
    *run = (struct gate_run){.arena = arena_new()};
    run->path = arena_strdup(run->arena, path);
    enum status status = read_file(run, error);
    if (status != STATUS_OK)
        gate_run_release(run);
    return status;
}

void gate_run_release(struct gate_run *run)
{
    results_free(run->results);
    json_decref(run->models);
    json_decref(run->report);
    arena_free(run->arena);
    *run = (struct gate_run){0};
}
