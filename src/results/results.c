#include "results/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "results/members.h"
#include "results/outputs.h"
#include "results/trust.h"

/* No journal of ours has more; a hostile one shall not make us allocate for a number it made up. */
#define TRIALS_MAX 100000

static struct trial_data *trial_of(struct results *results, const json_t *event)
{
    size_t index;
    if (!index_member(event, "trial", results->n_trials, &index))
        return NULL;
    trial_touch(results, &results->trials[index]);
    return &results->trials[index];
}

/* The trial of an event that comes again and again while it is timed. Its figures take the longer
 * the more rounds there are: they are due when a share more of these have come, so that all of them
 * together take as long per round in a long run as in a short one. */
static struct trial_data *timing_of(struct results *results, const json_t *event)
{
    size_t index;
    if (!index_member(event, "trial", results->n_trials, &index))
        return NULL;
    struct trial_data *trial = &results->trials[index];
    if (trial->n_blocks >= trial->due) {
        trial_touch(results, trial);
        trial->due = trial->n_blocks + trial->n_blocks / RESULTS_ROUNDS_SHARE;
    }
    return trial;
}

/* All trials that show a candidate, and those that are compared with them, have new figures. */
static struct candidate_data *candidate_of(struct results *results, const json_t *event)
{
    size_t index;
    if (!index_member(event, "candidate", results->n_candidates, &index))
        return NULL;
    results->candidates_changed = results->revision + 1;
    return &results->candidates[index];
}

static struct figure constraint(const json_t *object, const char *key)
{
    double value;
    if (!number_member(object, key, &value))
        return (struct figure){.reason = "no constraint"};
    return (struct figure){.present = true, .value = value, .low = value, .high = value};
}

/* How narrow intervals were to be, from what was to be measured; NaN: it does not say. */
static double wanted_reach(const json_t *event)
{
    const json_t *limits = json_object_get(json_object_get(event, "experiment"), "limits");
    double percent;
    return number_member(limits, "interval_percent", &percent) && percent > 0.0 ? percent / 100.0
                                                                                : NAN;
}

static enum status take_run(struct results *results, const json_t *event, struct error *error)
{
    if (json_integer_value(json_object_get(event, "format")) != JOURNAL_FORMAT)
        return error_set(
            error, STATUS_UNSUPPORTED, NULL, "journal format %lld, this program reads %d",
            (long long)json_integer_value(json_object_get(event, "format")), JOURNAL_FORMAT);
    if (results->run_event ||
        results->n_trials > 0) /* a journal that a later run was appended to */
        return error_set(error, STATUS_UNSUPPORTED, NULL, "a second run begins");
    results_set_writer(results, event);
    json_decref(results->run_event);
    results->run_event = json_incref(results->writer);
    const json_t *limits = json_object_get(event, "constraints");
    struct run_info *run = &results->run;
    run->title = text_member(results, event, "title");
    run->profile = text_member(results, event, "profile");
    run->version = text_member(results, event, "version");
    run->started = text_member(results, event, "started");
    run->host = text_member(results, event, "host");
    run->cpu = text_member(results, event, "cpu");
    run->isa = text_member(results, event, "isa");
    run->cpu_isa = text_member(results, event, "cpu_isa");
    run->topology = text_member(results, event, "topology");
    results_take_machine(results, event);
    results_take_targets(results, event);
    const json_t *seed = json_object_get(event, "seed");
    if (json_is_integer(seed))
        run->seed = arena_printf(results->arena, "%lld", (long long)json_integer_value(seed));
    results->constraints = (struct constraints){.max_drop = constraint(limits, "max_drop"),
                                                .min_speedup = constraint(limits, "min_speedup"),
                                                .max_bytes = constraint(limits, "max_bytes")};
    run->wanted_reach = wanted_reach(event);
    run->same_within = fmax(number_or(event, "same_percent", 100.0 * SAME_WITHIN), 0.0) / 100.0;
    return STATUS_OK;
}

/* trial: the first of theirs. */
static void add_candidates(struct results *results, size_t count, int trial)
{
    if (count <= results->n_candidates)
        return;
    results->candidates = xrealloc(results->candidates, count, sizeof(*results->candidates));
    for (size_t i = results->n_candidates; i < count; i++)
        results->candidates[i] = (struct candidate_data){.trial = trial,
                                                         .bytes = -1.0,
                                                         .base_bytes = -1.0,
                                                         .nodes = -1.0,
                                                         .batch = 1.0,
                                                         .float_list = "",
                                                         .output_list = "",
                                                         .remark_text = "",
                                                         .doubt = "",
                                                         .doubt_bar = NAN,
                                                         .ledger = {.absent = ""},
                                                         .threshold = NAN};
    results->n_candidates = count;
}

/* The number of a trial that the event's is compared with, which may come later; -1: none. False:
 * there is something else. */
static bool compared_member(const json_t *event, const char *key, int *trial)
{
    size_t number;
    *trial = -1;
    if (!json_is_integer(json_object_get(event, key)))
        return true;
    if (!index_member(event, key, TRIALS_MAX, &number))
        return false;
    *trial = (int)number;
    return true;
}

static struct figure promised(const json_t *event, const char *key)
{
    double value = number_or(event, key, 0.0);
    if (!(value > 0.0))
        return (struct figure){.reason = "textbooks promise nothing"};
    return (struct figure){.present = true, .value = value, .low = value, .high = value};
}

/* What a row says before anything is known of it. */
static struct row empty_row(void)
{
    return (struct row){.reason = "",
                        .sandbox = "",
                        .runtime_version = "",
                        .isa = "",
                        .arithmetic = "",
                        .trust = "",
                        .promise = "",
                        .fits = "",
                        .target_list = "",
                        .gate = "",
                        .step_bound = "",
                        .float_list = "",
                        .output_list = "",
                        .constant_output = "",
                        .metric_name = "",
                        .remark_text = "",
                        .kernel_list = "",
                        .plain_list = "",
                        .slow_list = "",
                        .plain_share = {.reason = "not measured yet"}};
}

static void name_row(struct results *results, const json_t *event, struct row *row)
{
    row->model = text_member(results, event, "model");
    row->path = text_member(results, event, "path");
    row->mode = text_member(results, event, "mode");
    row->label = text_member(results, event, "label");
    row->runtime = text_member(results, event, "runtime");
    row->placement = text_member(results, event, "placement");
    row->promised_smaller = promised(event, "promised_smaller");
    row->promised_faster = promised(event, "promised_faster");
}

static enum status take_trial(struct results *results, const json_t *event, struct error *error)
{
    size_t number, candidate, threads = 1;
    int baseline, builtin;
    if (!index_member(event, "trial", TRIALS_MAX, &number) || number != results->n_trials)
        return malformed(error, event, "trial");
    if (!index_member(event, "candidate", results->n_candidates + 1, &candidate))
        return malformed(error, event, "candidate");
    if (json_object_get(event, "threads") && !index_member(event, "threads", TRIALS_MAX, &threads))
        return malformed(error, event, "threads");
    if (!compared_member(event, "baseline", &baseline))
        return malformed(error, event, "baseline");
    if (!compared_member(event, "builtin", &builtin))
        return malformed(error, event, "builtin");
    add_candidates(results, candidate + 1, (int)number);
    results->trials = list_grow(results->trials, results->n_trials, &results->trial_capacity,
                                sizeof(*results->trials));
    struct trial_data *trial = &results->trials[results->n_trials++];
    *trial = (struct trial_data){.candidate = (int)candidate,
                                 .changed = results->revision + 1,
                                 .peak = -1.0,
                                 .arena = -1.0,
                                 .weights = -1.0,
                                 .row = empty_row()};
    trial->row.run = &results->run;
    trial->row.source = results;
    trial->row.trial = (int)number;
    trial->row.candidate = (int)candidate;
    trial->row.threads = (int)threads;
    trial->row.baseline = baseline;
    trial->row.builtin = builtin;
    name_row(results, event, &trial->row);
    models_add(results, (int)number);
    if (strcmp(results->trials[number].row.runtime, results->trials[0].row.runtime) != 0)
        results->run.has_runtimes = true;
    return STATUS_OK;
}

static enum status take_state(struct results *results, const json_t *event, struct error *error)
{
    struct trial_data *trial = trial_of(results, event);
    const char *name = json_string_value(json_object_get(event, "state"));
    if (!trial)
        return malformed(error, event, "trial");
    enum trial_state state = name ? trial_state_from_name(name) : TRIAL_STATE_COUNT;
    if (state == TRIAL_STATE_COUNT)
        return malformed(error, event, "state");
    trial->row.state = state;
    return STATUS_OK;
}

/* Models may have metrics of their own; a run has one where all have the same. */
static void take_metric(struct results *results, const json_t *event,
                        struct candidate_data *candidate)
{
    struct run_info *run = &results->run;
    const char *name = json_string_value(json_object_get(event, "metric"));
    candidate->metric = name ? metric_kind_find(name) : NULL;
    if (!name)
        return;
    candidate->threshold = number_or(event, "threshold", NAN);
    if (json_object_get(event, "metric_absent"))
        candidate->metric_absent = text_member(results, event, "metric_absent");
    run->samples = (long)fmin(number_or(event, "samples", 0.0), SAMPLES_MAX);
    if (run->metric && run->metric != candidate->metric)
        run->has_metrics = true;
    run->metric = run->has_metrics ? NULL : candidate->metric;
}

static enum status take_prepared(struct results *results, const json_t *event, struct error *error)
{
    struct candidate_data *candidate = candidate_of(results, event);
    const json_t *floats = json_object_get(event, "float_nodes");
    double bytes;
    if (!candidate)
        return malformed(error, event, "candidate");
    if (!number_member(event, "bytes", &bytes) || bytes < 0.0)
        return malformed(error, event, "bytes");
    candidate->bytes = bytes;
    candidate->base_bytes = number_or(event, "base_bytes", -1.0);
    candidate->nodes = number_or(event, "nodes", -1.0);
    candidate->float_nodes = (double)json_array_size(floats);
    candidate->float_list = results_count_operators(results, floats);
    json_decref(candidate->operators);
    candidate->operators = json_incref(json_object_get(event, "operators"));
    candidate->batch = fmax(number_or(event, "batch", 1.0), 1.0);
    candidate->left_out = number_or(event, "left_out", 0.0);
    results->run.has_batches = results->run.has_batches || candidate->batch > 1.0;
    results_take_remarks(results, event, candidate);
    candidate->doubt = text_member(results, event, "doubt");
    candidate->doubt_stays = json_is_true(json_object_get(event, "doubt_stays"));
    candidate->doubt_bar = number_or(event, "doubt_bar", NAN);
    take_metric(results, event, candidate);
    return STATUS_OK;
}

static enum status take_fidelity(struct results *results, const json_t *event, struct error *error)
{
    struct candidate_data *candidate = candidate_of(results, event);
    if (!candidate)
        return malformed(error, event, "candidate");
    if (!outputs_take_event(results, candidate, event))
        return malformed(error, event, "outputs");
    results->run.has_fidelity = true;
    return STATUS_OK;
}

static enum status take_process(struct results *results, const json_t *event, struct error *error)
{
    struct trial_data *trial = timing_of(results, event);
    double load, first;
    if (!trial)
        return malformed(error, event, "trial");
    if (!number_member(event, "load_ms", &load))
        return malformed(error, event, "load_ms");
    if (!number_member(event, "first_ms", &first))
        return malformed(error, event, "first_ms");
    series_add(&trial->loads, load * 1e6);
    series_add(&trial->firsts, first * 1e6);
    trial->arena = number_or(event, "arena_bytes", -1.0);
    trial->weights = number_or(event, "weight_bytes", -1.0);
    if (trial->row.kernel_list[0] == '\0') {
        trial->row.runtime_version = text_member(results, event, "runtime_version");
        trial->row.isa = text_member(results, event, "isa");
        results_take_sandbox(results, event, &trial->row);
        trial->row.arithmetic = text_member(results, event, "arithmetic");
        results_take_kernels(results, event, &trial->row);
    }
    return STATUS_OK;
}

static double median_of(const json_t *list)
{
    size_t count = json_array_size(list);
    double *values = xcalloc(count, sizeof(*values));
    for (size_t i = 0; i < count; i++)
        values[i] = json_number_value(json_array_get(list, i));
    double median = stats_median(values, count);
    free(values);
    return median;
}

static enum status take_block(struct results *results, const json_t *event, struct error *error)
{
    struct trial_data *trial = timing_of(results, event);
    const json_t *times = json_object_get(event, "ns");
    size_t round, process;
    if (!trial)
        return malformed(error, event, "trial");
    if (!index_member(event, "round", SAMPLES_MAX, &round))
        return malformed(error, event, "round");
    if (!index_member(event, "process", SAMPLES_MAX, &process))
        return malformed(error, event, "process");
    double median = all_numbers(times, 1) ? median_of(times) : 0.0;
    if (!(median > 0.0))
        return malformed(error, event, "ns");
    size_t first = trial->samples.count;
    for (size_t i = 0; i < json_array_size(times); i++)
        series_add(&trial->samples, json_number_value(json_array_get(times, i)));
    trial->blocks =
        list_grow(trial->blocks, trial->n_blocks, &trial->block_capacity, sizeof(*trial->blocks));
    trial->blocks[trial->n_blocks++] = (struct block){.round = (long)round,
                                                      .process = (long)process,
                                                      .median = median,
                                                      .t = number_or(event, "t", NAN),
                                                      .first = first,
                                                      .count = trial->samples.count - first,
                                                      .facts = trust_facts(event)};
    trial->is_unsorted = true;
    if (trial->blocks[trial->n_blocks - 1].facts.pace > 0.0)
        series_add(&results->paces, trial->blocks[trial->n_blocks - 1].facts.pace);
    series_add(&trial->medians, median);
    trial->row.block_medians = trial->medians.values;
    trial->row.n_blocks = trial->medians.count;
    return STATUS_OK;
}

static enum status take_memory(struct results *results, const json_t *event, struct error *error)
{
    struct trial_data *trial = timing_of(results, event);
    double peak;
    if (!trial)
        return malformed(error, event, "trial");
    if (!number_member(event, "peak_bytes", &peak))
        return malformed(error, event, "peak_bytes");
    trial->peak = fmax(trial->peak, peak);
    return STATUS_OK;
}

static enum status take_scores(struct results *results, const json_t *event, struct error *error)
{
    struct candidate_data *candidate = candidate_of(results, event);
    const char *wrong = candidate ? scores_take(candidate, event) : "candidate";
    if (wrong)
        return malformed(error, event, wrong);
    results->run.has_recordings = results->run.has_recordings || candidate->has_groups;
    return STATUS_OK;
}

/* All of fp32's scores clear up what was doubted before measuring. */
static enum status take_cleared(struct results *results, const json_t *event, struct error *error)
{
    struct candidate_data *candidate = candidate_of(results, event);
    if (!candidate)
        return malformed(error, event, "candidate");
    candidate->doubt = "";
    return STATUS_OK;
}

static enum status take_done(struct results *results, const json_t *event, struct error *error)
{
    struct trial_data *trial = trial_of(results, event);
    if (!trial)
        return malformed(error, event, "trial");
    trial->row.state = TRIAL_DONE;
    return STATUS_OK;
}

static enum status take_failed(struct results *results, const json_t *event, struct error *error)
{
    struct trial_data *trial = trial_of(results, event);
    if (!trial)
        return malformed(error, event, "trial");
    const char *stage = text_member(results, event, "stage");
    const char *reason = text_member(results, event, "reason");
    trial->row.state = TRIAL_FAILED;
    trial->row.reason = arena_printf(results->arena, "%s%s%s", stage, stage[0] ? ": " : "", reason);
    return STATUS_OK;
}

static enum status take_stopped(struct results *results, const json_t *event, struct error *error)
{
    (void)event, (void)error;
    results_touch_trials(results);
    results->run.stopped = true;
    results->run.paused = false;
    return STATUS_OK;
}

static enum status take_end(struct results *results, const json_t *event, struct error *error)
{
    (void)event, (void)error;
    results_touch_trials(results);
    results->run.ended = true;
    return STATUS_OK;
}

static const struct {
    const char *name;
    enum status (*take)(struct results *results, const json_t *event, struct error *error);
} handlers[] = {
    {"run", take_run},
    {"trial", take_trial},
    {"state", take_state},
    {"prepared", take_prepared},
    {"origins", results_take_origins},
    {"network", results_take_network},
    {"process", take_process},
    {"block", take_block},
    {"memory", take_memory},
    {"steps", results_take_steps},
    {"scores", take_scores},
    {"fidelity", take_fidelity},
    {"cleared", take_cleared},
    {"done", take_done},
    {"failed", take_failed},
    {"stopped", take_stopped},
    {"end", take_end},
    {"timed", results_take_timed},
    {"resumed", results_take_resumed},
    {"paused", results_take_paused},
    {"continued", results_take_continued},
    {"skipped", results_take_skipped},
    {"added", results_take_added},
    {"removed", results_take_removed},
    {"warning", results_take_warning},
    {"layers", results_take_layers},
    {"layer", results_take_layer},
    {"layer_cost", results_take_layer_cost},
    {"ledger", results_take_ledger},
    {"gate", results_take_gate},
    {"own_cost", results_take_own_cost},
};

/* Whether a run that was stopped, and goes on without saying so, is known to by this event. */
static bool tells_of_work(const char *name)
{
    static const char *const others[] = {"stopped", "end", "skipped", "removed"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(name, others[i]) == 0)
            return false;
    return true;
}

/* Whether it belongs to the run; those of older versions do not say. */
static bool is_of_run(const struct results *results, const json_t *event)
{
    const json_t *id = json_object_get(results->run_event, "run");
    return !results->run_event || (!id && !json_object_get(event, "run")) ||
           json_equal(id, json_object_get(event, "run"));
}

enum status results_apply(struct results *results, const json_t *event, struct error *error)
{
    const char *name = json_string_value(json_object_get(event, "event"));
    if (!name)
        return error_set(error, STATUS_FORMAT, NULL, "not an event: 'event' is missing");
    if (strcmp(name, "run") != 0 && !is_of_run(results, event))
        return error_set(error, STATUS_FORMAT, NULL, "event '%s' of another run", name);
    for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
        if (strcmp(handlers[i].name, name) == 0 &&
            handlers[i].take(results, event, error) != STATUS_OK)
            return error->status;
    results_log_event(results, name, event);
    results->revision++;
    results->run.elapsed = fmax(results->run.elapsed, number_or(event, "t", 0.0));
    if (tells_of_work(name))
        results->run.stopped = false;
    return STATUS_OK;
}

int results_count(const struct results *results)
{
    return (int)results->n_trials;
}

/* Figures of a row compare the blocks that count with those of others. */
static void choose_blocks(struct results *results, int i)
{
    if (i < 0 || (size_t)i >= results->n_trials || !results->trials[i].is_unsorted)
        return;
    trust_choose_blocks(&results->trials[i]);
    results->trials[i].is_unsorted = false;
}

static bool has_changed(const struct results *results, int i, uint64_t since)
{
    return i >= 0 && (size_t)i < results->n_trials && results->trials[i].changed > since;
}

static bool is_stale(const struct results *results, int i)
{
    const struct trial_data *trial = &results->trials[i];
    return results->candidates_changed > trial->computed ||
           has_changed(results, i, trial->computed) ||
           has_changed(results, trial->row.baseline, trial->computed) ||
           has_changed(results, trial->row.builtin, trial->computed);
}

const struct row *results_row(struct results *results, int i)
{
    struct trial_data *trial = &results->trials[i];
    if (is_stale(results, i)) {
        choose_blocks(results, i);
        choose_blocks(results, trial->row.baseline);
        choose_blocks(results, trial->row.builtin);
        figures_compute(results, trial);
        trial->computed = results->revision;
    }
    return &trial->row;
}

bool results_last_block(const struct results *results, int i, struct block_place *last)
{
    const struct trial_data *trial = &results->trials[i];
    if (trial->n_blocks == 0)
        return false;
    const struct block *block = &trial->blocks[trial->n_blocks - 1];
    *last = (struct block_place){block->round, block->process};
    return true;
}

double *results_times(struct results *results, int i, size_t *count)
{
    choose_blocks(results, i);
    struct trial_data *trial = &results->trials[i];
    times_sort(trial);
    *count = trial->sorted.count;
    double *times = xcalloc(*count, sizeof(*times));
    if (*count > 0)
        memcpy(times, trial->sorted.values, *count * sizeof(*times));
    return times;
}

const struct row *results_row_as_it_stands(const struct results *results, int i)
{
    return &results->trials[i].row;
}

const double *results_paces(const struct results *results, size_t *count)
{
    *count = results->paces.count;
    return results->paces.values;
}

const struct run_info *results_run(const struct results *results)
{
    return &results->run;
}

const struct constraints *results_constraints(const struct results *results)
{
    return &results->constraints;
}

uint64_t results_revision(const struct results *results)
{
    return results->revision;
}
