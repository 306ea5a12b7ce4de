#include "results/steps.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "results/state.h"

/* --- events ----------------------------------------------------------------------------------- */

static bool index_in(const json_t *item, size_t count, size_t *index)
{
    json_int_t value = json_integer_value(item);
    *index = (size_t)value;
    return json_is_integer(item) && value >= 0 && (size_t)value < count;
}

static const char *printable(struct results *results, const json_t *text)
{
    const char *value = json_string_value(text);
    char *copy = arena_strdup(results->arena, value ? value : "");
    text_make_printable(copy);
    return copy;
}

/* A list of ascending numbers, each below count; false: it is none. */
static bool take_numbers(struct results *results, const json_t *list, size_t count,
                         struct layer_list *taken)
{
    size_t i, number;
    json_t *item;
    int *numbers =
        arena_alloc(results->arena, (json_array_size(list) + 1) * sizeof(*taken->numbers));
    json_array_foreach(list, i, item)
    {
        if (!index_in(item, count, &number) || (i > 0 && (int)number <= numbers[i - 1]))
            return false;
        numbers[i] = (int)number;
    }
    *taken = (struct layer_list){numbers, json_array_size(list)};
    return json_is_array(list);
}

static void take_layers(struct results *results, const json_t *list,
                        struct candidate_data *candidate)
{
    size_t i;
    json_t *item;
    struct layer_name *layers =
        arena_alloc(results->arena, (json_array_size(list) + 1) * sizeof(*layers));
    json_array_foreach(list, i, item)
    {
        layers[i].name = printable(results, json_array_get(item, 0));
        layers[i].op = printable(results, json_array_get(item, 1));
    }
    candidate->layers = layers;
    candidate->n_layers = json_array_size(list);
}

/* No model of ours comes near: a hostile journal could name many layers in few bytes. */
#define LAYERS_MOST ((size_t)1 << 20)

/* How often the nodes name a layer. */
static size_t count_layers(const struct candidate_data *candidate, const struct layer_list *nodes)
{
    size_t count = 0;
    for (size_t i = 0; i < nodes->count; i++)
        count += candidate->file_nodes[nodes->numbers[i]].count;
    return count;
}

static int compare_numbers(const void *a, const void *b)
{
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* From nodes of the file that ran to layers of the model: each once, in order. */
static void find_layers(struct results *results, const struct candidate_data *candidate,
                        const struct layer_list *nodes, struct step *step)
{
    size_t count = 0, kept = 0;
    int *layers =
        arena_alloc(results->arena, (count_layers(candidate, nodes) + 1) * sizeof(*layers));
    for (size_t i = 0; i < nodes->count; i++) {
        const struct layer_list *origin = &candidate->file_nodes[nodes->numbers[i]];
        for (size_t k = 0; k < origin->count; k++)
            layers[count++] = origin->numbers[k];
    }
    qsort(layers, count, sizeof(*layers), compare_numbers);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || layers[kept - 1] != layers[i])
            layers[kept++] = layers[i];
    step->layers = layers;
    step->n_layers = kept;
}

/* Each a number that is not negative. */
static const struct {
    const char *key;
    size_t offset;
    bool may_lack; /* it is not known, then */
} step_numbers[] = {
    {"macs", offsetof(struct step, macs), true},
    {"constant_bytes", offsetof(struct step, constant_bytes), true},
    {"read_bytes", offsetof(struct step, read_bytes), true},
    {"written_bytes", offsetof(struct step, written_bytes), true},
    {"ns", offsetof(struct step, ns), false},
};

static const struct {
    const char *key;
    size_t offset;
} step_texts[] = {
    {"op", offsetof(struct step, op)},
    {"merged", offsetof(struct step, merged)},
    {"kernel", offsetof(struct step, kernel)},
    {"isa", offsetof(struct step, isa)},
    {"arithmetic", offsetof(struct step, arithmetic)},
    {"input", offsetof(struct step, input)},
    {"output", offsetof(struct step, output)},
};

static const char *take_step(struct results *results, const struct candidate_data *candidate,
                             const json_t *item, struct step *step, size_t *layers)
{
    struct layer_list nodes;
    for (size_t i = 0; i < sizeof(step_numbers) / sizeof(step_numbers[0]); i++) {
        const json_t *member = json_object_get(item, step_numbers[i].key);
        bool is_unknown = !member && step_numbers[i].may_lack;
        double value = is_unknown ? -1.0 : json_number_value(member);
        if (!is_unknown && (!json_is_number(member) || !(value >= 0.0) || !isfinite(value)))
            return step_numbers[i].key;
        *(double *)((char *)step + step_numbers[i].offset) = value;
    }
    for (size_t i = 0; i < sizeof(step_texts) / sizeof(step_texts[0]); i++)
        *(const char **)((char *)step + step_texts[i].offset) =
            printable(results, json_object_get(item, step_texts[i].key));
    if (!take_numbers(results, json_object_get(item, "nodes"), candidate->n_file_nodes, &nodes))
        return "nodes";
    *layers += count_layers(candidate, &nodes);
    if (*layers > LAYERS_MOST)
        return "nodes";
    find_layers(results, candidate, &nodes, step);
    return NULL;
}

/* What is not known counts for nothing. */
static double touched_bytes(const struct step *steps, size_t count)
{
    double constants = 0.0, activations = 0.0;
    for (size_t i = 0; i < count; i++) {
        constants += fmax(steps[i].constant_bytes, 0.0);
        activations = fmax(activations, steps[i].read_bytes + steps[i].written_bytes);
    }
    return constants + activations;
}

/* A rate without which nothing can be said; false: it is none. */
static bool take_rate(struct results *results, const char *name, const json_t *rate,
                      const json_t *capacity, struct ceiling_rate *taken)
{
    char *copy = arena_strdup(results->arena, name ? name : "");
    text_make_printable(copy);
    *taken = (struct ceiling_rate){
        .name = copy, .rate = json_number_value(rate), .capacity = json_number_value(capacity)};
    return taken->rate > 0.0 && isfinite(taken->rate) && taken->capacity >= 0.0 &&
           isfinite(taken->capacity);
}

/* Those that are sound, in their order. */
static void take_ceilings(struct results *results, const json_t *ceilings,
                          struct step_profile *profile)
{
    json_t *macs = json_object_get(ceilings, "macs"), *levels = json_object_get(ceilings, "levels");
    struct ceiling_rate *products =
        arena_alloc(results->arena, (json_object_size(macs) + 1) * sizeof(*products));
    struct ceiling_rate *rates =
        arena_alloc(results->arena, (json_array_size(levels) + 1) * sizeof(*rates));
    const char *name;
    size_t i;
    json_t *item;
    json_object_foreach(macs, name, item)
    {
        profile->n_products += take_rate(results, name, item, NULL, &products[profile->n_products]);
    }
    json_array_foreach(levels, i, item)
    {
        profile->n_levels +=
            take_rate(results, json_string_value(json_object_get(item, "name")),
                      json_object_get(item, "read"), json_object_get(item, "capacity"),
                      &rates[profile->n_levels]);
    }
    profile->products = products;
    profile->levels = rates;
}

static enum status take_steps(struct results *results, struct trial_data *trial,
                              const json_t *event, struct error *error)
{
    const json_t *list = json_object_get(event, "steps");
    size_t i, count = json_array_size(list), layers = 0;
    json_t *item;
    if (json_object_get(event, "absent")) {
        trial->profile_absent = printable(results, json_object_get(event, "absent"));
        return STATUS_OK;
    }
    if (count == 0)
        return malformed(error, event, "steps");
    const struct candidate_data *candidate = &results->candidates[trial->candidate];
    struct step *steps = arena_alloc(results->arena, count * sizeof(*steps));
    struct step_profile *profile = arena_alloc(results->arena, sizeof(*profile));
    *profile = (struct step_profile){.steps = steps,
                                     .n_steps = count,
                                     .layers = candidate->layers,
                                     .n_layers = candidate->n_layers};
    json_array_foreach(list, i, item)
    {
        const char *wrong = take_step(results, candidate, item, &steps[i], &layers);
        if (wrong)
            return malformed(error, event, wrong);
        profile->sum_ns += steps[i].ns;
    }
    profile->touched_bytes = touched_bytes(steps, count);
    for (i = 0; i < count && profile->sum_ns > 0.0; i++)
        steps[i].share = steps[i].ns / profile->sum_ns;
    take_ceilings(results, json_object_get(event, "ceilings"), profile);
    profile->inferences = json_number_value(json_object_get(event, "inferences"));
    profile->overhead_ns = json_number_value(json_object_get(event, "overhead_ns"));
    profile->whole_ns = json_number_value(json_object_get(event, "whole_ns"));
    profile->clock = printable(results, json_object_get(event, "clock"));
    trial->profile = profile;
    trial_touch(results, trial);
    return STATUS_OK;
}

/* Reads the trial's line of the journal that was left for later, if there is one: its profile is
 * known then, or why it is absent. */
static void read_kept(struct results *results, struct trial_data *trial)
{
    struct error error;
    uint64_t changed = trial->changed;
    if (!trial->kept.bytes)
        return;
    json_t *event = kept_take(&trial->kept, &error);
    if (!event || take_steps(results, trial, event, &error) != STATUS_OK) {
        char *why = arena_printf(results->arena, "%s: %s", trial->kept.place, error.text);
        text_make_printable(why);
        trial->profile_absent = why;
    }
    trial->changed = changed; /* nothing new arrived */
    json_decref(event);
}

enum status results_take_steps(struct results *results, const json_t *event, struct error *error)
{
    size_t index;
    if (!index_in(json_object_get(event, "trial"), results->n_trials, &index))
        return malformed(error, event, "trial");
    struct trial_data *trial = &results->trials[index];
    read_kept(results, trial); /* of two the later one counts, unless it is wrong */
    if (!results->late)
        return take_steps(results, trial, event, error);
    kept_put(results, &trial->kept);
    trial_touch(results, trial);
    return STATUS_OK;
}

/* Steps that came before mean the layers that there were then. */
static void read_steps_before(struct results *results, size_t candidate)
{
    for (size_t i = 0; results->candidates[candidate].file_nodes && i < results->n_trials; i++)
        if (results->trials[i].candidate == (int)candidate)
            read_kept(results, &results->trials[i]);
}

enum status results_take_origins(struct results *results, const json_t *event, struct error *error)
{
    const json_t *layers = json_object_get(event, "layers");
    const json_t *nodes = json_object_get(event, "nodes");
    size_t index, i;
    json_t *item;
    if (!index_in(json_object_get(event, "candidate"), results->n_candidates, &index))
        return malformed(error, event, "candidate");
    if (!json_is_array(layers) || json_array_size(layers) > INT32_MAX)
        return malformed(error, event, "layers");
    if (!json_is_array(nodes))
        return malformed(error, event, "nodes");
    struct candidate_data *candidate = &results->candidates[index];
    struct layer_list *lists =
        arena_alloc(results->arena, (json_array_size(nodes) + 1) * sizeof(*lists));
    json_array_foreach(nodes, i, item)
    {
        if (!take_numbers(results, item, json_array_size(layers), &lists[i]))
            return malformed(error, event, "nodes");
    }
    read_steps_before(results, index);
    take_layers(results, layers, candidate);
    candidate->file_nodes = lists;
    candidate->n_file_nodes = json_array_size(nodes);
    return STATUS_OK;
}

/* --- answers ---------------------------------------------------------------------------------- */

const struct step_profile *results_profile(struct results *results, int trial)
{
    read_kept(results, &results->trials[trial]);
    return results->trials[trial].profile;
}

const char *results_profile_absent(struct results *results, int trial)
{
    read_kept(results, &results->trials[trial]);
    return results->trials[trial].profile_absent;
}

/* Beyond this, shares may be off by as much as they tell apart. */
#define SLOWED 1.1

void step_profile_caution(const struct step_profile *profile, double median_ns, struct text *out)
{
    double whole = profile->whole_ns;
    if (!(whole > 0.0))
        return;
    if (profile->sum_ns > SLOWED * whole)
        text_printf(out,
                    "recording slowed the steps, which add up to %.2f times an inference: their "
                    "times and shares are rough",
                    profile->sum_ns / whole);
    else if (median_ns > 0.0 && (whole > SLOWED * median_ns || median_ns > SLOWED * whole))
        text_printf(out,
                    "when steps were watched the machine was %s, an inference without watching "
                    "took %.2f times the row's median: shares hold, times do not",
                    whole > median_ns ? "slower" : "faster", whole / median_ns);
}

const char *step_name(const struct step_profile *profile, const struct step *step)
{
    for (size_t i = 0; i < step->n_layers; i++)
        if (profile->layers[step->layers[i]].name[0] != '\0')
            return profile->layers[step->layers[i]].name;
    return step->op;
}
