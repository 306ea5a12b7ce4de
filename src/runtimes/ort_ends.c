/* Inputs and outputs of a model that ONNX Runtime has loaded. */
#include <limits.h>

#include "base/file.h"
#include "base/text.h"
#include "model/load.h"
#include "runtimes/ort.h"

/* Their ONNXTensorElementDataType. */
static const int type_codes[TYPE_COUNT] = {
    [TYPE_F32] = 1, [TYPE_U8] = 2,   [TYPE_I8] = 3,   [TYPE_I16] = 5,  [TYPE_I32] = 6,
    [TYPE_I64] = 7, [TYPE_BOOL] = 9, [TYPE_F16] = 10, [TYPE_F64] = 11,
};

int ort_type_code(enum type type)
{
    return type_codes[type];
}

/* A session's inputs or its outputs. */
struct end {
    const char *noun;
    ort_result (*count)(const struct ort_session *, size_t *);
    ort_result (*name)(const struct ort_session *, size_t, struct ort_allocator *, char **);
    ort_result (*type)(const struct ort_session *, size_t, struct ort_type **);
};

static enum status unsupported(const struct ort_model *model, const struct tensor *tensor,
                               const char *what, struct error *error)
{
    return error_set(error, STATUS_UNSUPPORTED, model->name, "'%s' %s", tensor->name, what);
}

static enum status take_type(const struct ort_model *model, const struct ort_shape *shape,
                             struct tensor *tensor, struct error *error)
{
    int code = 0, type = 0;
    enum status status =
        ort_check(ort_functions()->GetTensorElementType(shape, &code), model->name, error);
    while (type < TYPE_COUNT && type_codes[type] != code)
        type++;
    tensor->type = (enum type)type;
    if (status == STATUS_OK && type == TYPE_COUNT)
        return unsupported(model, tensor, "is of a type that there are no inputs for", error);
    return status;
}

/* Dimensions that are open come as -1. */
static enum status take_shape(const struct ort_model *model, const struct ort_shape *shape,
                              struct tensor *tensor, struct error *error)
{
    int64_t dimensions[SHAPE_RANK_MAX];
    size_t rank = 0;
    enum status status =
        ort_check(ort_functions()->GetDimensionsCount(shape, &rank), model->name, error);
    if (status == STATUS_OK && rank > SHAPE_RANK_MAX)
        return unsupported(model, tensor, "has too many dimensions", error);
    if (status == STATUS_OK)
        status =
            ort_check(ort_functions()->GetDimensions(shape, dimensions, rank), model->name, error);
    if (status != STATUS_OK)
        return status;
    tensor->shape.rank = (int)rank;
    for (size_t i = 0; i < rank; i++) {
        if (dimensions[i] > INT32_MAX)
            return unsupported(model, tensor, "is too large", error);
        tensor->shape.dim[i] = dimensions[i] < 0 ? -1 : (int32_t)dimensions[i];
    }
    return STATUS_OK;
}

static enum status take_tensor(const struct ort_model *model, const struct ort_type *type,
                               struct tensor *tensor, struct error *error)
{
    const struct ort_shape *shape = NULL;
    enum status status =
        ort_check(ort_functions()->CastTypeInfoToTensorInfo(type, &shape), model->name, error);
    if (status == STATUS_OK && !shape)
        return unsupported(model, tensor, "is no tensor", error);
    if (status == STATUS_OK)
        status = take_type(model, shape, tensor, error);
    return status == STATUS_OK ? take_shape(model, shape, tensor, error) : status;
}

/* The name comes in memory of the library. */
static enum status take_name(const struct ort_model *model, const struct end *end, size_t i,
                             const char **name, struct error *error)
{
    const struct ort_api *api = ort_functions();
    struct ort_allocator *allocator;
    char *text;
    enum status status =
        ort_check(api->GetAllocatorWithDefaultOptions(&allocator), model->name, error);
    if (status == STATUS_OK)
        status = ort_check(end->name(model->session, i, allocator, &text), model->name, error);
    if (status != STATUS_OK)
        return status;
    *name = arena_strdup(model->arena, text);
    return ort_check(api->AllocatorFree(allocator, text), model->name, error);
}

static enum status take_one(const struct ort_model *model, const struct end *end, size_t i,
                            const char **name, struct tensor *tensor, struct error *error)
{
    struct ort_type *type;
    enum status status = take_name(model, end, i, name, error);
    if (status == STATUS_OK)
        status = ort_check(end->type(model->session, i, &type), model->name, error);
    if (status != STATUS_OK)
        return status;
    char *printable = arena_strdup(model->arena, *name);
    text_make_printable(printable);
    tensor->name = printable;
    status = take_tensor(model, type, tensor, error);
    ort_functions()->ReleaseTypeInfo(type);
    return status;
}

static enum status take_end(const struct ort_model *model, const struct end *end, int *count,
                            const char ***names, struct tensor **tensors, struct error *error)
{
    size_t found = 0;
    enum status status = ort_check(end->count(model->session, &found), model->name, error);
    if (status == STATUS_OK && found > INT_MAX)
        status = error_set(error, STATUS_FORMAT, model->name, "%zu %s", found, end->noun);
    if (status != STATUS_OK)
        return status;
    *names = arena_alloc(model->arena, found * sizeof(**names));
    *tensors = arena_alloc(model->arena, found * sizeof(**tensors));
    *count = (int)found;
    for (size_t i = 0; status == STATUS_OK && i < found; i++)
        status = take_one(model, end, i, &(*names)[i], &(*tensors)[i], error);
    return status;
}

/* One sample is run at a time: what is open, usually the number of samples, is 1. */
static void close_inputs(struct ort_model *model)
{
    for (int i = 0; i < model->base.n_inputs; i++)
        for (int k = 0; k < model->inputs[i].shape.rank; k++)
            if (model->inputs[i].shape.dim[k] < 0)
                model->inputs[i].shape.dim[k] = 1;
}

static bool is_open(const struct shape *shape)
{
    for (int i = 0; i < shape->rank; i++)
        if (shape->dim[i] < 0)
            return true;
    return false;
}

enum status ort_describe(struct ort_model *model, struct error *error)
{
    const struct ort_api *api = ort_functions();
    const struct end inputs = {"inputs", api->SessionGetInputCount, api->SessionGetInputName,
                               api->SessionGetInputTypeInfo};
    const struct end outputs = {"outputs", api->SessionGetOutputCount, api->SessionGetOutputName,
                                api->SessionGetOutputTypeInfo};
    enum status status =
        take_end(model, &inputs, &model->base.n_inputs, &model->input_names, &model->inputs, error);
    if (status == STATUS_OK)
        status = take_end(model, &outputs, &model->base.n_outputs, &model->output_names,
                          &model->outputs, error);
    if (status != STATUS_OK)
        return status;
    close_inputs(model);
    for (int i = 0; i < model->base.n_outputs; i++)
        model->has_open_outputs = model->has_open_outputs || is_open(&model->outputs[i].shape);
    model->base.inputs = model->inputs;
    model->base.outputs = model->outputs;
    return STATUS_OK;
}

enum status ort_value_shape(const struct ort_model *model, const struct ort_value *value,
                            struct tensor *tensor, struct error *error)
{
    const struct ort_api *api = ort_functions();
    struct ort_shape *shape;
    enum status status = ort_check(api->GetTensorTypeAndShape(value, &shape), model->name, error);
    if (status != STATUS_OK)
        return status;
    status = take_shape(model, shape, tensor, error);
    api->ReleaseTensorTypeAndShapeInfo(shape);
    return status;
}

static bool has_integers(const struct tensor *tensors, int count)
{
    for (int i = 0; i < count; i++)
        if (type_is_quantized(tensors[i].type))
            return true;
    return false;
}

static struct quantization copy_scales(struct arena *arena, const struct quantization *quant)
{
    struct quantization copy = *quant;
    size_t count = (size_t)quant->count;
    copy.scale = count ? arena_copy(arena, quant->scale, count * sizeof(*quant->scale)) : NULL;
    copy.zero_point =
        count ? arena_copy(arena, quant->zero_point, count * sizeof(*quant->zero_point)) : NULL;
    return copy;
}

/* Tensors are told apart by their places in the lists. */
static enum status scale_end(const struct ort_model *model, const struct graph *graph,
                             const int *numbers, int in_graph, struct tensor *tensors, int count,
                             struct error *error)
{
    for (int i = 0; i < count; i++) {
        const struct tensor *same = i < in_graph ? &graph->tensors[numbers[i]] : NULL;
        if (!same || same->type != tensors[i].type ||
            shape_elements(&same->shape) != shape_elements(&tensors[i].shape))
            return unsupported(model, &tensors[i], "is not what it is in the graph read here",
                               error);
        tensors[i].quant = copy_scales(model->arena, &same->quant);
    }
    return STATUS_OK;
}

static void add_facts(struct ort_model *model, const struct graph *graph)
{
    size_t count = (size_t)model->base.n_inputs;
    struct input_facts *facts = arena_alloc(model->arena, count * sizeof(*facts));
    for (int i = 0; i < model->base.n_inputs; i++)
        facts[i] = graph && i < graph->n_inputs ? graph_input_facts(graph, graph->inputs[i])
                                                : (struct input_facts){.channel_axis = -1};
    model->base.facts = facts;
}

enum status ort_load_graph(const struct ort_model *model, struct graph **graph, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    enum status status = file_read(model->path, MODEL_BYTES_MAX, &bytes, &size, error);
    return status == STATUS_OK ? graph_load_bytes(model->name, bytes, size, NULL, graph, error)
                               : status;
}

/* The library may run what this program cannot read: only integers need a graph. */
enum status ort_add_scales(struct ort_model *model, struct error *error)
{
    struct graph *graph = NULL;
    bool is_needed = has_integers(model->inputs, model->base.n_inputs) ||
                     has_integers(model->outputs, model->base.n_outputs);
    enum status status = ort_load_graph(model, &graph, error);
    if (status != STATUS_OK && is_needed)
        return status;
    add_facts(model, status == STATUS_OK ? graph : NULL);
    if (!is_needed) {
        if (status == STATUS_OK)
            graph_free(graph);
        return STATUS_OK;
    }
    status = scale_end(model, graph, graph->inputs, graph->n_inputs, model->inputs,
                       model->base.n_inputs, error);
    if (status == STATUS_OK)
        status = scale_end(model, graph, graph->outputs, graph->n_outputs, model->outputs,
                           model->base.n_outputs, error);
    graph_free(graph);
    return status;
}
