#include "results/network.h"

#include <math.h>
#include <string.h>

#include "results/members.h"
#include "results/state.h"

/* --- events ----------------------------------------------------------------------------------- */

/* Printable, "" when absent. */
static const char *take_text(struct arena *arena, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    char *copy = arena_strdup(arena, text ? text : "");
    text_make_printable(copy);
    return copy;
}

/* A number that is not negative; NaN where it is absent. False: it is something else. */
static bool take_amount(const json_t *object, const char *key, double *value)
{
    *value = NAN;
    return !json_object_get(object, key) || (number_member(object, key, value) && *value >= 0.0);
}

/* Two ends in their order; NaN where they are absent. */
static bool take_ends(const json_t *list, double ends[2])
{
    ends[0] = ends[1] = NAN;
    if (!list)
        return true;
    if (json_array_size(list) != 2 || !all_numbers(list, 2))
        return false;
    for (size_t i = 0; i < 2; i++)
        ends[i] = json_number_value(json_array_get(list, i));
    return isfinite(ends[0]) && isfinite(ends[1]) && ends[0] <= ends[1];
}

/* What integers of the type hold; false: it is none of those that scales are for. */
static bool integers_of(const char *type, double ends[2])
{
    static const struct {
        const char *type;
        double ends[2];
    } integers[] = {
        {"int8", {-128.0, 127.0}}, {"uint8", {0.0, 255.0}}, {"int16", {-32768.0, 32767.0}}};
    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
        if (strcmp(integers[i].type, type) == 0) {
            memcpy(ends, integers[i].ends, sizeof(integers[i].ends));
            return true;
        }
    return false;
}

/* One scale for all, or the ends of several. */
static bool take_scales(const json_t *item, struct network_tensor *tensor)
{
    const json_t *scale = json_object_get(item, "scale");
    double zero;
    tensor->scales = scale ? 1.0 : 0.0;
    tensor->zero_point = tensor->scale[0] = tensor->scale[1] = NAN;
    if (json_is_array(scale))
        return take_amount(item, "scales", &tensor->scales) && tensor->scales > 1.0 &&
               take_ends(scale, tensor->scale);
    if (!scale)
        return true;
    if (!number_member(item, "scale", &tensor->scale[0]) ||
        !number_member(item, "zero_point", &zero))
        return false;
    tensor->scale[1] = tensor->scale[0];
    tensor->zero_point = zero;
    return true;
}

static void set_held(struct network_tensor *tensor)
{
    double ends[2];
    tensor->held[0] = tensor->held[1] = NAN;
    if (tensor->scales != 1.0 || !integers_of(tensor->type, ends))
        return;
    for (size_t i = 0; i < 2; i++)
        tensor->held[i] = tensor->scale[0] * (ends[i] - tensor->zero_point);
}

static bool take_tensor(struct arena *arena, const json_t *item, struct network_tensor *tensor)
{
    *tensor = (struct network_tensor){.name = take_text(arena, item, "name"),
                                      .type = take_text(arena, item, "type"),
                                      .shape = take_text(arena, item, "shape"),
                                      .writer = -1};
    bool is_sound =
        take_amount(item, "bytes", &tensor->bytes) && take_amount(item, "bits", &tensor->bits) &&
        take_amount(item, "axis", &tensor->axis) && take_amount(item, "block", &tensor->block) &&
        take_scales(item, tensor) && take_ends(json_object_get(item, "seen"), tensor->seen);
    set_held(tensor);
    return is_sound;
}

static bool take_tensors(struct arena *arena, const json_t *list, struct network *network)
{
    size_t i, count = json_array_size(list);
    json_t *item;
    struct network_tensor *tensors = arena_alloc(arena, (count + 1) * sizeof(*tensors));
    json_array_foreach(list, i, item)
    {
        if (!take_tensor(arena, item, &tensors[i]))
            return false;
    }
    network->tensors = tensors;
    network->n_tensors = count;
    return json_is_array(list);
}

/* A list of tensors, each of them least or more (-1: none may be absent). */
static bool take_numbers(struct arena *arena, const json_t *list, size_t tensors, int least,
                         const int **taken)
{
    size_t i;
    json_t *item;
    int *numbers = arena_alloc(arena, (json_array_size(list) + 1) * sizeof(*numbers));
    json_array_foreach(list, i, item)
    {
        json_int_t value = json_integer_value(item);
        if (!json_is_integer(item) || value < least || value >= (json_int_t)tensors)
            return false;
        numbers[i] = (int)value;
    }
    *taken = numbers;
    return json_is_array(list);
}

static double sum_constants(const struct network *network, const struct network_operator *node)
{
    double bytes = 0.0;
    for (size_t i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] >= 0 && !isnan(network->tensors[node->inputs[i]].bytes))
            bytes += network->tensors[node->inputs[i]].bytes;
    return bytes;
}

static bool take_weights(const json_t *item, size_t tensors, int *weights)
{
    size_t index = 0;
    bool has = json_object_get(item, "weights") != NULL;
    bool is_sound = !has || index_member(item, "weights", tensors, &index);
    *weights = has && is_sound ? (int)index : -1;
    return is_sound;
}

/* Each tensor is computed once. */
static bool claim_outputs(const struct network *network, const struct network_operator *node,
                          int number)
{
    struct network_tensor *tensors = (struct network_tensor *)(uintptr_t)network->tensors;
    for (size_t i = 0; i < node->n_outputs; i++) {
        if (tensors[node->outputs[i]].writer >= 0)
            return false;
        tensors[node->outputs[i]].writer = number;
    }
    return node->n_outputs > 0;
}

static bool take_operator(struct arena *arena, const json_t *item, const struct network *network,
                          struct network_operator *node)
{
    const json_t *inputs = json_object_get(item, "inputs");
    const json_t *outputs = json_object_get(item, "outputs");
    *node = (struct network_operator){.op = take_text(arena, item, "op"),
                                      .window = take_text(arena, item, "window"),
                                      .activation = take_text(arena, item, "activation"),
                                      .params = take_text(arena, item, "params"),
                                      .n_inputs = json_array_size(inputs),
                                      .n_outputs = json_array_size(outputs)};
    if (!take_numbers(arena, inputs, network->n_tensors, -1, &node->inputs) ||
        !take_numbers(arena, outputs, network->n_tensors, 0, &node->outputs) ||
        !take_weights(item, network->n_tensors, &node->weights) ||
        !take_amount(item, "macs", &node->macs) ||
        !take_amount(item, "parameters", &node->parameters))
        return false;
    node->macs = isnan(node->macs) ? 0.0 : node->macs;
    node->parameters = isnan(node->parameters) ? 0.0 : node->parameters;
    node->constant_bytes = sum_constants(network, node);
    return true;
}

static bool take_operators(struct arena *arena, const json_t *list, struct network *network)
{
    size_t i, count = json_array_size(list);
    json_t *item;
    struct network_operator *operators = arena_alloc(arena, (count + 1) * sizeof(*operators));
    json_array_foreach(list, i, item)
    {
        if (!take_operator(arena, item, network, &operators[i]) ||
            !claim_outputs(network, &operators[i], (int)i))
            return false;
    }
    network->operators = operators;
    network->n_operators = count;
    return json_is_array(list) && network->count >= (double)count;
}

/* Of three kinds, whose numbers the event has in one list. */
static bool take_end(struct arena *arena, const json_t *event, const char *key, size_t kind,
                     const struct network *network, struct network_ends *ends)
{
    const json_t *list = json_object_get(event, key);
    const json_t *all = json_array_get(json_object_get(event, "ends"), kind);
    ends->count = json_array_size(list);
    ends->all = json_number_value(all);
    return take_numbers(arena, list, network->n_tensors, 0, &ends->tensors) &&
           json_is_integer(all) && ends->all >= (double)ends->count;
}

static bool take_constants(struct arena *arena, const json_t *object, struct network *network)
{
    const char *type;
    json_t *item;
    struct network_constants *constants =
        arena_alloc(arena, (json_object_size(object) + 1) * sizeof(*constants));
    json_object_foreach((json_t *)(uintptr_t)object, type, item)
    {
        struct network_constants *constant = &constants[network->n_constants++];
        char *copy = arena_strdup(arena, type);
        text_make_printable(copy);
        *constant = (struct network_constants){copy, json_number_value(item)};
        if (!json_is_number(item) || !(constant->bytes >= 0.0))
            return false;
    }
    network->constants = constants;
    return json_is_object(object);
}

/* What is told of the whole, which a line that is read late has as well. Returns the key of the
 * member that is wrong, or NULL. */
static const char *take_totals(struct arena *arena, const json_t *event, struct network *network)
{
    *network = (struct network){.format = take_text(arena, event, "format"),
                                .version = take_text(arena, event, "version"),
                                .description = take_text(arena, event, "description"),
                                .spelling = take_text(arena, event, "spelling"),
                                .arithmetic = take_text(arena, event, "arithmetic")};
    static const struct {
        const char *key;
        size_t offset;
    } totals[] = {{"parameters", offsetof(struct network, parameters)},
                  {"macs", offsetof(struct network, macs)},
                  {"count", offsetof(struct network, count)}};
    for (size_t i = 0; i < sizeof(totals) / sizeof(totals[0]); i++) {
        double *value = (double *)(void *)((char *)network + totals[i].offset);
        if (!number_member(event, totals[i].key, value) || *value < 0.0)
            return totals[i].key;
    }
    return take_constants(arena, json_object_get(event, "constants"), network) ? NULL : "constants";
}

static const char *take_lists(struct arena *arena, const json_t *event, struct network *network)
{
    if (!take_tensors(arena, json_object_get(event, "tensors"), network))
        return "tensors";
    if (!take_operators(arena, json_object_get(event, "operators"), network))
        return "operators";
    if (!take_end(arena, event, "inputs", 0, network, &network->inputs))
        return "inputs";
    if (!take_end(arena, event, "outputs", 1, network, &network->outputs))
        return "outputs";
    return take_end(arena, event, "variables", 2, network, &network->variables) ? NULL
                                                                                : "variables";
}

/* *network is what is known now, in the arena. */
static enum status take_network(struct arena *arena, const json_t *event,
                                const struct network **network, struct error *error)
{
    struct network *made = arena_alloc(arena, sizeof(*made));
    const char *wrong = take_totals(arena, event, made);
    if (!wrong)
        wrong = take_lists(arena, event, made);
    if (wrong)
        return malformed(error, event, wrong);
    *network = made;
    return STATUS_OK;
}

/* Reads the candidate's line, if there is one that was not asked for yet. */
static void read_kept(struct results *results, struct candidate_data *candidate)
{
    struct error error;
    if (!candidate->kept.bytes)
        return;
    json_t *event = kept_take(&candidate->kept, &error);
    candidate->network_absent = NULL;
    if (!event || take_network(results->arena, event, &candidate->network, &error) != STATUS_OK) {
        char *why = arena_printf(results->arena, "%s: %s", candidate->kept.place, error.text);
        text_make_printable(why);
        candidate->network_absent = why;
    }
    json_decref(event);
}

/* Whether it is sound: that is asked of an event that comes now. */
static enum status check_network(const json_t *event, struct error *error)
{
    struct arena *arena = arena_new();
    const struct network *ignored;
    enum status status = take_network(arena, event, &ignored, error);
    arena_free(arena);
    return status;
}

/* Of two the later one counts. Few are ever asked for, and as text they take the least: all are
 * kept as lines. */
enum status results_take_network(struct results *results, const json_t *event, struct error *error)
{
    size_t index;
    if (!index_member(event, "candidate", results->n_candidates, &index))
        return malformed(error, event, "candidate");
    struct kept_line *kept = &results->candidates[index].kept;
    if (results->late) {
        kept_put(results, kept);
        return STATUS_OK;
    }
    enum status status = check_network(event, error);
    if (status == STATUS_OK)
        kept_put_event(kept, event);
    return status;
}

/* --- answers ---------------------------------------------------------------------------------- */

const struct network *results_network(struct results *results, int candidate)
{
    read_kept(results, &results->candidates[candidate]);
    return results->candidates[candidate].network;
}

const char *results_network_absent(struct results *results, int candidate)
{
    read_kept(results, &results->candidates[candidate]);
    return results->candidates[candidate].network_absent;
}

static const char *text_of(const json_t *item, const char *key)
{
    const char *text = json_string_value(json_object_get(item, key));
    return text ? text : "";
}

void results_print_kinds(const struct results *results, int candidate, struct text *out)
{
    size_t i;
    json_t *item;
    json_array_foreach(results->candidates[candidate].operators, i, item)
    {
        const char *weights = text_of(item, "weights");
        text_printf(out, "%s%lld ", i > 0 ? ", " : "",
                    (long long)json_integer_value(json_object_get(item, "count")));
        text_add_printable(out, text_of(item, "op"));
        text_add_string(out, " ");
        text_add_printable(out, text_of(item, "type"));
        text_add_string(out, *weights ? " x " : "");
        text_add_printable(out, weights);
    }
}

double results_conversions(const struct results *results, int candidate)
{
    const json_t *operators = results->candidates[candidate].operators;
    double count = operators ? 0.0 : NAN;
    size_t i;
    json_t *item;
    json_array_foreach(operators, i, item)
    {
        const char *op = text_of(item, "op");
        if (strcmp(op, "QUANTIZE") == 0 || strcmp(op, "DEQUANTIZE") == 0)
            count += number_or(item, "count", 0.0);
    }
    return count;
}

static const struct network_tensor *first_output(const struct network *network, size_t number)
{
    return &network->tensors[network->operators[number].outputs[0]];
}

int network_counterpart(const struct network *network, size_t number, const struct network *other)
{
    const struct network_tensor *own = first_output(network, number);
    int found = -1;
    for (size_t i = 0; *own->name && i < other->n_operators; i++) {
        const struct network_tensor *output = first_output(other, i);
        if (strcmp(output->name, own->name) != 0 || strcmp(output->shape, own->shape) != 0)
            continue;
        if (found >= 0)
            return -1;
        found = (int)i;
    }
    return found;
}
