#include "experiment/announce.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "experiment/fingerprint.h"
#include "hardware/cpu.h"
#include "results/json_text.h"
#include "results/writer.h"

static json_t *constraints(const struct constraint_limits *limits)
{
    json_t *object = json_object();
    if (limits->has_drop)
        json_object_set_new(object, "max_drop", json_real(limits->max_drop));
    if (limits->has_speedup)
        json_object_set_new(object, "min_speedup", json_real(limits->min_speedup));
    if (limits->has_bytes)
        json_object_set_new(object, "max_bytes", json_real(limits->max_bytes));
    return object;
}

static json_t *options(const struct experiment *experiment)
{
    json_t *list = json_array();
    for (size_t i = 0; i < experiment->n_options; i++)
        json_array_append_new(list, json_pack("{s:o, s:o}", "key",
                                              json_carried(experiment->options[i].key), "value",
                                              json_carried(experiment->options[i].value)));
    return list;
}

/* What it takes to recognise the experiment, and to make it again. */
static void add_experiment(json_t *event, const struct experiment *experiment,
                           const struct topology *topology)
{
    char hash[SHA256_TEXT_SIZE], *directory = getcwd(NULL, 0);
    json_t *description = fingerprint_describe(experiment, topology);
    fingerprint_hash(description, hash);
    json_object_set_new(event, "directory", json_carried(directory));
    json_object_set_new(event, "options", options(experiment));
    json_object_set_new(event, "fingerprint", json_string(hash));
    json_object_set_new(event, "experiment", description);
    free(directory);
}

static json_t *started_now(void)
{
    char started[40];
    time_t now = time(NULL);
    struct tm local;
    strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%S%z", localtime_r(&now, &local));
    return json_string(started);
}

/* The tree, line by line. */
static json_t *machine(const struct topology *topology)
{
    struct text tree = {0};
    json_t *lines = json_array();
    topology_print(topology, &tree);
    for (char *rest = tree.bytes, *line; rest && (line = strsep(&rest, "\n"));)
        if (*line)
            json_array_append_new(lines, json_said(line));
    text_release(&tree);
    return lines;
}

static json_t *targets(const struct experiment *experiment)
{
    json_t *list = json_array();
    for (size_t i = 0; i < experiment->n_targets; i++) {
        const struct target *target = &experiment->targets[i];
        json_array_append_new(list,
                              json_pack("{s:o, s:f, s:f, s:b, s:s, s:s}", "name",
                                        json_said(target->name), "flash", target->flash, "ram",
                                        target->ram, "integer_only", target->integer_only, "types",
                                        target->types, "operators", target->operators));
    }
    return list;
}

json_t *announce_run(const struct experiment *experiment, const struct topology *topology)
{
    const char *isa =
        experiment->measure.isa ? experiment->measure.isa : isa_table[isa_best()].name;
    json_t *event = json_pack(
        "{s:s, s:i, s:s, s:o, s:o, s:o, s:o, s:s, s:s, s:I, s:I, s:o, s:f}", "event", "run",
        "format", JOURNAL_FORMAT, "version", PACKAGE_VERSION, "started", started_now(), "title",
        json_said(experiment->title), "profile",
        json_carried(experiment->profile ? experiment->profile : ""), "cpu", json_said(cpu_name()),
        "isa", isa, "topology", topology_summary(topology), "rounds_max",
        (json_int_t)experiment->measure.max_rounds, "seed", (json_int_t)experiment->measure.seed,
        "constraints", constraints(&experiment->constraints), "same_percent",
        experiment->measure.same_percent);
    json_object_set_new(event, "cpu_isa", json_string(isa_table[isa_best()].name));
    json_object_set_new(event, "machine", machine(topology));
    if (experiment->n_targets > 0)
        json_object_set_new(event, "targets", targets(experiment));
    writer_describe(event);
    add_experiment(event, experiment, topology);
    return event;
}

json_t *announce_resumed(json_t *trials, json_t *candidates)
{
    json_t *event =
        json_pack("{s:s, s:s, s:o, s:o, s:o}", "event", "resumed", "version", PACKAGE_VERSION,
                  "started", started_now(), "trials", trials, "candidates", candidates);
    writer_describe(event);
    return event;
}

json_t *announce_repeated(json_t *trials, json_t *candidates)
{
    json_t *event = announce_resumed(trials, candidates);
    json_object_set_new(event, "repeated", json_true());
    return event;
}

json_t *announce_timed_trials(json_t *trials)
{
    return json_pack("{s:s, s:o}", "event", "timed", "trials", trials);
}

static json_t *number_or_null(int trial)
{
    return trial >= 0 ? json_integer(trial) : json_null();
}

json_t *announce_trial(const struct experiment *experiment, const struct trial *trial, int number,
                       int threads)
{
    const struct model_choice *model = &experiment->models[trial->model];
    const struct mode_choice *mode = &experiment->modes[trial->mode];
    json_t *event = json_pack(
        "{s:s, s:i, s:i, s:o, s:o, s:s, s:o, s:s, s:o, s:i, s:o, s:o}", "event", "trial", "trial",
        number, "candidate", trial->candidate, "model", json_said(model->name), "path",
        json_said(model->path), "mode", mode->mode->name, "label", json_said(mode->label),
        "runtime", experiment->runtimes[trial->runtime], "placement",
        json_said(experiment->placements[trial->placement]), "threads", threads, "baseline",
        number_or_null(trial->baseline), "builtin", number_or_null(trial->builtin));
    if (mode->mode->promised_smaller > 0.0)
        json_object_set_new(event, "promised_smaller", json_real(mode->mode->promised_smaller));
    if (mode->mode->promised_faster > 0.0)
        json_object_set_new(event, "promised_faster", json_real(mode->mode->promised_faster));
    return event;
}

json_t *announce_state(int trial, enum trial_state state)
{
    return json_pack("{s:s, s:i, s:s}", "event", "state", "trial", trial, "state",
                     trial_state_name(state));
}

json_t *announce_cleared(int candidate, const char *doubt)
{
    return json_pack("{s:s, s:i, s:o}", "event", "cleared", "candidate", candidate, "doubt",
                     json_said(doubt));
}

json_t *announce_no_ledger(int candidate, const char *reason)
{
    return json_pack("{s:s, s:i, s:o}", "event", "ledger", "candidate", candidate, "absent",
                     json_said(reason));
}

json_t *announce_done(int trial)
{
    return json_pack("{s:s, s:i}", "event", "done", "trial", trial);
}

json_t *announce_failed(int trial, const char *stage, const char *reason)
{
    return json_pack("{s:s, s:i, s:s, s:o}", "event", "failed", "trial", trial, "stage", stage,
                     "reason", json_said(reason));
}

json_t *announce_warning(const char *kind, const char *text, const char *remedy)
{
    return json_pack("{s:s, s:s, s:o, s:o}", "event", "warning", "kind", kind, "text",
                     json_said(text), "remedy", json_said(remedy));
}

json_t *announce_own_cost(const struct own_cost *cost)
{
    json_t *event = json_pack("{s:s, s:f, s:f, s:f}", "event", "own_cost", "seconds", cost->seconds,
                              "cpu", cost->cpu, "runner", cost->runner);
    if (cost->pictures > 0.0)
        json_object_set_new(event, "pictures", json_integer((json_int_t)cost->pictures));
    return event;
}

json_t *announce_skipped(int trial)
{
    return json_pack("{s:s, s:i}", "event", "skipped", "trial", trial);
}

json_t *announce_added(bool is_mode, const char *text)
{
    return json_pack("{s:s, s:o}", "event", "added", is_mode ? "mode" : "placement",
                     json_said(text));
}

json_t *announce_removed(json_t *trials, json_t *candidates)
{
    return json_pack("{s:s, s:o, s:o}", "event", "removed", "trials", trials, "candidates",
                     candidates);
}

json_t *announce_continued(double seconds)
{
    return json_pack("{s:s, s:f}", "event", "continued", "seconds", seconds);
}

json_t *announce_mark(const char *name)
{
    return json_pack("{s:s}", "event", name);
}
