#include "experiment/work.h"

#include <stdint.h>
#include <string.h>

#include "results/json_text.h"

static const char *const kind_names[WORK_KIND_COUNT] = {
#define X(identifier, name) [identifier] = (name),
    WORK_LIST(X)
#undef X
};

const char *work_kind_name(enum work_kind kind)
{
    return kind_names[kind];
}

static json_t *encode_numbers(const double *values, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, json_real(values[i]));
    return list;
}

static json_t *encode_inputs(const struct dataset_spec *spec)
{
    json_t *list = json_array();
    for (size_t i = 0; i < spec->n_inputs; i++)
        json_array_append_new(list, json_pack("[o, o]", json_carried(spec->inputs[i].input),
                                              json_carried(spec->inputs[i].samples)));
    return list;
}

static json_t *encode_pictures(const struct picture_spec *spec)
{
    return json_pack("{s:[ii], s:f, s:[ii], s:s?, s:s?}", "resize", spec->resize.width,
                     spec->resize.height, "margin", spec->margin, "crop", spec->crop.width,
                     spec->crop.height, "filter", spec->filter, "order", spec->order);
}

static json_t *encode_dataset(const struct dataset_spec *spec)
{
    return json_pack("{s:o, s:o, s:o, s:i, s:I, s:I, s:b, s:I, s:f, s:f, s:o, s:o, s:s?, s:o, "
                     "s:s?, s:o, s:b}",
                     "samples", json_carried(spec->samples), "inputs", encode_inputs(spec),
                     "labels", json_carried(spec->labels), "type", (int)spec->type, "first",
                     (json_int_t)spec->first, "count", (json_int_t)spec->count, "at_most",
                     spec->at_most, "sequence", (json_int_t)spec->sequence, "scale", spec->scale,
                     "zero_point", spec->zero_point, "mean",
                     encode_numbers(spec->mean, spec->n_mean), "deviation",
                     encode_numbers(spec->deviation, spec->n_deviation), "layout", spec->layout,
                     "label_column", json_carried(spec->label_column), "preset", spec->preset,
                     "pictures", encode_pictures(&spec->pictures), "guessed", spec->is_guessed);
}

static json_t *encode_shapes(const struct work *work)
{
    json_t *list = json_array();
    for (size_t i = 0; i < work->n_shapes; i++) {
        struct text text = {0};
        model_shape_format(&work->shapes[i], &text);
        json_array_append_new(list, json_carried(text.bytes));
        text_release(&text);
    }
    return list;
}

json_t *work_encode(const struct work *work)
{
    json_t *pus = json_array();
    for (int i = 0; i < work->n_pus; i++)
        json_array_append_new(pus, json_integer(work->pus[i]));
    json_t *order = json_pack(
        "{s:s, s:i, s:i, s:i, s:o, s:s, s:s?, s:s, s:s, s:o, s:f, s:f, s:I, s:o, s:o}", "do",
        work_kind_name(work->kind), "trial", work->trial, "candidate", work->candidate, "process",
        work->process, "model", json_carried(work->model), "mode", work->mode, "metric",
        work->metric, "isa", work->isa, "runtime", work->runtime, "library",
        json_carried(work->library), "block_ms", work->block_ms, "warmup_ms", work->warmup_ms,
        "seed", (json_int_t)work->seed, "pus", pus, "shapes", encode_shapes(work));
    if (work->kind == WORK_SEARCH)
        json_object_set_new(order, "search",
                            json_pack("{s:f, s:f, s:f, s:s}", "drop", work->search.drop, "bytes",
                                      work->search.bytes, "seconds", work->search.seconds, "method",
                                      work->search.method));
    json_object_set_new(order, "reference", json_integer(work->reference));
    json_object_set_new(order, "check_seconds", json_real(work->check_seconds));
    if (work->format)
        json_object_set_new(order, "format", json_string(work->format));
    if (work->tells_look)
        json_object_set_new(order, "tells_look", json_true());
    json_object_set_new(order, "profile_seconds", json_real(work->profile_seconds));
    json_object_set_new(order, "direct", json_boolean(work->is_direct));
    json_object_set_new(order, "layer_samples", json_integer((json_int_t)work->layer_samples));
    json_object_set_new(order, "layer_seconds", json_real(work->layer_seconds));
    json_object_set_new(order, "bounds",
                        json_pack("{s:f, s:f, s:I}", "memory", work->memory_bytes, "inference",
                                  work->inference_seconds, "nodes", (json_int_t)work->most_nodes));
    if (work->signature)
        json_object_set_new(order, "signature", json_carried(work->signature));
    if (work->is_unguarded)
        json_object_set_new(order, "unguarded", json_true());
    if (work->has_threshold)
        json_object_set_new(order, "threshold", json_real(work->threshold));
    if (work->has_data)
        json_object_set_new(order, "data", encode_dataset(&work->data));
    if (work->has_calibration)
        json_object_set_new(order, "calibration", encode_dataset(&work->calibration));
    return order;
}

static int decode_numbers(const json_t *list, double *values)
{
    int count = 0;
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (count < DATASET_CHANNELS_MAX)
            values[count++] = json_number_value(item);
    }
    return count;
}

static bool decode_inputs(const json_t *list, struct arena *arena, struct dataset_spec *spec)
{
    size_t count = json_array_size(list), i;
    struct named_samples *inputs = arena_alloc(arena, count * sizeof(*inputs));
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *input = json_carried_value(json_array_get(item, 0), arena);
        const char *samples = json_carried_value(json_array_get(item, 1), arena);
        if (!input || !samples)
            return false;
        inputs[i] = (struct named_samples){input, samples};
    }
    spec->inputs = inputs;
    spec->n_inputs = count;
    return true;
}

static const char *member_text(const json_t *object, const char *key, struct arena *arena)
{
    return json_carried_value(json_object_get(object, key), arena);
}

static bool decode_pictures(const json_t *object, struct arena *arena, struct picture_spec *spec)
{
    if (json_unpack((json_t *)(uintptr_t)object, "{s:[ii], s:F, s:[ii]}", "resize",
                    &spec->resize.width, &spec->resize.height, "margin", &spec->margin, "crop",
                    &spec->crop.width, &spec->crop.height) != 0)
        return false;
    spec->filter = member_text(object, "filter", arena);
    spec->order = member_text(object, "order", arena);
    return true;
}

static bool decode_dataset(const json_t *object, struct arena *arena, struct dataset_spec *spec)
{
    int type, at_most;
    json_int_t first, count, sequence;
    json_t *samples, *inputs, *labels, *mean, *deviation;
    if (json_unpack((json_t *)(uintptr_t)object,
                    "{s:o, s:o, s:o, s:i, s:I, s:I, s:b, s:I, s:F, s:F, s:o, s:o}", "samples",
                    &samples, "inputs", &inputs, "labels", &labels, "type", &type, "first", &first,
                    "count", &count, "at_most", &at_most, "sequence", &sequence, "scale",
                    &spec->scale, "zero_point", &spec->zero_point, "mean", &mean, "deviation",
                    &deviation) != 0)
        return false;
    spec->samples = json_carried_value(samples, arena);
    spec->labels = json_carried_value(labels, arena);
    spec->type = (enum type)type;
    spec->first = (size_t)first;
    spec->count = (size_t)count;
    spec->at_most = at_most != 0;
    spec->sequence = (size_t)sequence;
    spec->n_mean = decode_numbers(mean, spec->mean);
    spec->n_deviation = decode_numbers(deviation, spec->deviation);
    spec->layout = member_text(object, "layout", arena);
    spec->label_column = member_text(object, "label_column", arena);
    spec->preset = member_text(object, "preset", arena);
    spec->is_guessed = json_is_true(json_object_get(object, "guessed"));
    return decode_inputs(inputs, arena, spec) &&
           decode_pictures(json_object_get(object, "pictures"), arena, &spec->pictures);
}

static enum work_kind kind_from_name(const char *name)
{
    int kind = 0;
    while (kind < WORK_KIND_COUNT && strcmp(kind_names[kind], name) != 0)
        kind++;
    return (enum work_kind)kind;
}

static void decode_pus(const json_t *list, struct arena *arena, struct work *work)
{
    work->n_pus = (int)json_array_size(list);
    work->pus = arena_alloc(arena, (size_t)work->n_pus * sizeof(*work->pus));
    for (int i = 0; i < work->n_pus; i++)
        work->pus[i] = (int)json_integer_value(json_array_get(list, (size_t)i));
}

static void decode_bounds(const json_t *bounds, struct work *work)
{
    work->memory_bytes = json_number_value(json_object_get(bounds, "memory"));
    work->inference_seconds = json_number_value(json_object_get(bounds, "inference"));
    work->most_nodes = (long)json_integer_value(json_object_get(bounds, "nodes"));
}

static void decode_search(const json_t *search, struct arena *arena, struct work *work)
{
    work->search = (struct work_search){
        .drop = json_number_value(json_object_get(search, "drop")),
        .bytes = json_number_value(json_object_get(search, "bytes")),
        .seconds = json_number_value(json_object_get(search, "seconds")),
        .method = member_text(search, "method", arena),
    };
}

static bool decode_shapes(const json_t *list, struct arena *arena, struct work *work)
{
    size_t count = json_array_size(list), i;
    struct model_shape *shapes = arena_alloc(arena, count * sizeof(*shapes));
    struct error error;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *text = json_carried_value(item, arena);
        if (!text || model_shape_parse(text, arena, &shapes[i], &error) != STATUS_OK)
            return false;
    }
    work->shapes = shapes;
    work->n_shapes = count;
    return true;
}

enum status work_decode(const json_t *order, struct arena *arena, struct work *work,
                        struct error *error)
{
    const char *kind, *mode, *isa, *runtime;
    json_t *model, *metric, *library, *pus, *shapes, *data = NULL, *calibration = NULL;
    json_int_t seed;
    json_error_t problem;
    *work = (struct work){0};
    if (json_unpack_ex((json_t *)(uintptr_t)order, &problem, 0,
                       "{s:s, s:i, s:i, s:i, s:o, s:s, s:o, s:s, s:s, s:o, s:F, s:F, s:I, s:o, "
                       "s:o, s?o, s?o}",
                       "do", &kind, "trial", &work->trial, "candidate", &work->candidate, "process",
                       &work->process, "model", &model, "mode", &mode, "metric", &metric, "isa",
                       &isa, "runtime", &runtime, "library", &library, "block_ms", &work->block_ms,
                       "warmup_ms", &work->warmup_ms, "seed", &seed, "pus", &pus, "shapes", &shapes,
                       "data", &data, "calibration", &calibration) != 0)
        return error_set(error, STATUS_FORMAT, "order", "%s", problem.text);
    work->kind = kind_from_name(kind);
    work->reference = (enum reference_use)json_integer_value(json_object_get(order, "reference"));
    work->check_seconds = json_number_value(json_object_get(order, "check_seconds"));
    work->tells_look = json_is_true(json_object_get(order, "tells_look"));
    work->layer_samples = (size_t)json_integer_value(json_object_get(order, "layer_samples"));
    work->layer_seconds = json_number_value(json_object_get(order, "layer_seconds"));
    work->profile_seconds = json_number_value(json_object_get(order, "profile_seconds"));
    decode_bounds(json_object_get(order, "bounds"), work);
    work->is_unguarded = json_is_true(json_object_get(order, "unguarded"));
    work->has_threshold = json_object_get(order, "threshold") != NULL;
    work->threshold = json_number_value(json_object_get(order, "threshold"));
    work->model = json_carried_value(model, arena);
    work->format = member_text(order, "format", arena);
    work->signature = member_text(order, "signature", arena);
    work->mode = arena_strdup(arena, mode);
    work->metric = json_carried_value(metric, arena);
    work->isa = arena_strdup(arena, isa);
    work->is_direct = json_is_true(json_object_get(order, "direct"));
    work->runtime = arena_strdup(arena, runtime);
    work->library = json_carried_value(library, arena);
    work->seed = (long)seed;
    decode_pus(pus, arena, work);
    decode_search(json_object_get(order, "search"), arena, work);
    work->has_data = data != NULL;
    work->has_calibration = calibration != NULL;
    if (work->kind == WORK_KIND_COUNT || work->n_pus < 1 || !work->model ||
        !decode_shapes(shapes, arena, work) ||
        (data && !decode_dataset(data, arena, &work->data)) ||
        (calibration && !decode_dataset(calibration, arena, &work->calibration)))
        return error_set(error, STATUS_FORMAT, "order", "not an order of this program");
    return STATUS_OK;
}

static const char request_block[] = "block", request_finish[] = "finish";

json_t *work_block_request(long round)
{
    return json_pack("{s:s, s:I}", "do", request_block, "round", (json_int_t)round);
}

json_t *work_finish_request(void)
{
    return json_pack("{s:s}", "do", request_finish);
}

bool work_asks_for_block(const json_t *request, long *round)
{
    const char *what = json_string_value(json_object_get(request, "do"));
    *round = (long)json_integer_value(json_object_get(request, "round"));
    return what && strcmp(what, request_block) == 0;
}

json_t *work_show_request(size_t sample)
{
    return json_pack("{s:s, s:I}", "do", "show", "sample", (json_int_t)sample);
}

/* A number that is none is one beyond all samples. */
size_t work_asks_for_sample(const json_t *request)
{
    return (size_t)json_integer_value(json_object_get(request, "sample"));
}
