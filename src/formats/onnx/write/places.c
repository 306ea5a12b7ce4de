/* Operators of .onnx files that find elements by numbers, or numbers of elements. */
#include "formats/onnx/write/export.h"
#include "graph/infer.h"

/* Places as int64, which some operators insist on. */
static int read_places(struct exporter *exporter, int tensor)
{
    int value = export_read(exporter, tensor, LAYOUT_AS_IS);
    return export_tensor(exporter, tensor)->type == TYPE_I64
               ? value
               : export_cast_to(exporter, value, TYPE_I64);
}

EXPORT(gather_nd)
{
    int value = export_read(exporter, node->inputs[0], LAYOUT_AS_IS);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS,
                  EMIT(exporter, name, value, read_places(exporter, node->inputs[1])));
}

EXPORT(embedding_lookup)
{
    int table = export_read(exporter, node->inputs[1], LAYOUT_AS_IS);
    int value = EMIT(exporter, name, table, export_read(exporter, node->inputs[0], LAYOUT_AS_IS));
    onnx_set_int(&exporter->file, "axis", 0);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

static int64_t place_at(const struct tensor *places, size_t i)
{
    return places->type == TYPE_I64 ? ((const int64_t *)places->data)[i]
                                    : ((const int32_t *)places->data)[i];
}

/* Whether no two updates of a SCATTER_ND meet, as far as that is known before it runs. */
static bool is_unique(const struct exporter *exporter, const struct node *node)
{
    const struct tensor *places = node_input(exporter->graph, node, 0);
    const struct shape *out = &node_output(exporter->graph, node, 0)->shape;
    int length = places->shape.dim[places->shape.rank - 1];
    size_t count = shape_span(&places->shape, 0, places->shape.rank - 1);
    if (!places->data)
        return false;
    bool *taken = arena_alloc(exporter->file.arena, shape_span(out, 0, length));
    for (size_t i = 0; i < count; i++) {
        size_t slice = 0;
        for (int d = 0; d < length; d++) {
            int64_t place = place_at(places, i * (size_t)length + (size_t)d);
            if (place < 0 || place >= out->dim[d])
                return false;
            slice = slice * (size_t)out->dim[d] + (size_t)place;
        }
        if (taken[slice])
            return false;
        taken[slice] = true;
    }
    return true;
}

/* Updates of one place add up, which takes ONNX an attribute, and truth values it refuses. */
EXPORT(scatter_nd)
{
    const struct tensor *out = node_output(exporter->graph, node, 0);
    bool adds = !is_unique(exporter, node);
    if (adds && out->type == TYPE_BOOL) {
        export_refuse(exporter, "truth values that may meet cannot be expressed in .onnx files");
        return;
    }
    int value = export_zeros(exporter, out->type, &out->shape);
    value = EMIT(exporter, name, value, read_places(exporter, node->inputs[0]),
                 export_read(exporter, node->inputs[1], LAYOUT_AS_IS));
    if (adds)
        onnx_set_text(&exporter->file, "reduction", "add");
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

/* The places of all elements of an update that begins at 0. */
static int places_of(struct exporter *exporter, const struct shape *update)
{
    size_t count = shape_elements(update), rank = (size_t)update->rank;
    int64_t *list = arena_alloc(exporter->file.arena, (count * rank + 1) * sizeof(*list));
    for (size_t i = 0; i < count; i++)
        for (int d = 0; d < update->rank; d++)
            list[i * rank + (size_t)d] =
                (int64_t)(i / shape_span(update, d + 1, update->rank) % (size_t)update->dim[d]);
    struct shape shape = SHAPE((int32_t)count, update->rank);
    return onnx_add_constant(&exporter->file, "places", TYPE_I64, &shape, list);
}

EXPORT(update_slice)
{
    const struct shape *in = &node_input(exporter->graph, node, 0)->shape;
    const struct shape *update = &node_input(exporter->graph, node, 1)->shape;
    int64_t most[SHAPE_RANK_MAX];
    for (int i = 0; i < in->rank; i++)
        most[i] = in->dim[i] - update->dim[i];
    int begin = read_places(exporter, node->inputs[2]);
    begin = EMIT(exporter, "Min", begin, export_ints(exporter, most, in->rank));
    begin = EMIT(exporter, "Max", begin, export_int(exporter, 0));
    struct shape list = SHAPE((int32_t)shape_elements(update));
    int value = export_read(exporter, node->inputs[0], LAYOUT_AS_IS);
    value = EMIT(exporter, name, value, EMIT(exporter, "Add", places_of(exporter, update), begin),
                 export_read_shaped(exporter, node->inputs[1], &list));
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}

EXPORT(top_k)
{
    const struct tensor *places = node_output(exporter->graph, node, 1);
    const int64_t number = places->shape.dim[places->shape.rank - 1];
    int inputs[] = {export_read(exporter, node->inputs[0], LAYOUT_AS_IS), NO_VALUE}, outputs[2];
    inputs[1] = export_ints(exporter, &number, 1);
    onnx_add_node(&exporter->file, name, inputs, 2, outputs, 2);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, outputs[0]);
    if (places->type != TYPE_I64)
        outputs[1] = export_cast_to(exporter, outputs[1], places->type);
    export_define(exporter, node->outputs[1], LAYOUT_AS_IS, outputs[1]);
}

/* Where the place equals one of 0, 1, and so on: OneHot would count negative ones from the end. */
EXPORT(one_hot)
{
    const struct shape *out = &node_output(exporter->graph, node, 0)->shape;
    const struct tensor *places = node_input(exporter->graph, node, 0);
    struct shape spread = *out, along = {.rank = out->rank};
    int axis = 0;
    shape_axis(node->params.axis.axis, out->rank, &axis);
    for (int i = 0; i < out->rank; i++)
        along.dim[i] = i == axis ? out->dim[i] : 1;
    spread.dim[axis] = 1;
    size_t size = (size_t)out->dim[axis] * sizeof(int64_t);
    int64_t *numbers = arena_alloc(exporter->file.arena, size + 1);
    for (int32_t i = 0; i < out->dim[axis]; i++)
        numbers[i] = i;
    int value = export_read_shaped(exporter, node->inputs[0], &spread);
    if (places->type != TYPE_I64)
        value = export_cast_to(exporter, value, TYPE_I64);
    value = EMIT(exporter, "Equal", value,
                 onnx_add_constant(&exporter->file, "numbers", TYPE_I64, &along, numbers));
    const struct shape scalar = {0};
    int there = export_read_shaped(exporter, node->inputs[2], &scalar);
    int elsewhere = export_read_shaped(exporter, node->inputs[3], &scalar);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS,
                  EMIT(exporter, name, value, there, elsewhere));
}

/* NonZero has a row for each dimension. */
EXPORT(where)
{
    int value = EMIT(exporter, name, export_read(exporter, node->inputs[0], LAYOUT_AS_IS));
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, EMIT(exporter, "Transpose", value));
}

EXPORT(range)
{
    const struct shape scalar = {0};
    int inputs[3];
    for (int i = 0; i < 3; i++)
        inputs[i] = export_read_shaped(exporter, node->inputs[i], &scalar);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, export_emit(exporter, name, inputs, 3));
}

EXPORT(rank)
{
    int value = EMIT(exporter, "Shape", export_read(exporter, node->inputs[0], LAYOUT_AS_IS));
    value = EMIT(exporter, name, value);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS,
                  export_cast_to(exporter, value, export_tensor(exporter, node->outputs[0])->type));
}

EXPORT(zeros_like)
{
    const struct tensor *out = node_output(exporter->graph, node, 0);
    (void)name;
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS,
                  export_zeros(exporter, out->type, &out->shape));
}

/* A list of sizes with ones in front, as long as the other. */
static int lengthened(struct exporter *exporter, int tensor, int32_t length)
{
    int64_t ones[SHAPE_RANK_MAX];
    int32_t missing = length - export_tensor(exporter, tensor)->shape.dim[0];
    int value = read_places(exporter, tensor);
    for (int i = 0; i < SHAPE_RANK_MAX; i++)
        ones[i] = 1;
    if (missing > SHAPE_RANK_MAX)
        export_refuse(exporter, "a shape of %d dimensions is not supported", length);
    if (missing < 1 || missing > SHAPE_RANK_MAX)
        return value;
    value = EMIT(exporter, "Concat", export_ints(exporter, ones, missing), value);
    onnx_set_int(&exporter->file, "axis", 0);
    return value;
}

EXPORT(broadcast_args)
{
    const struct tensor *out = node_output(exporter->graph, node, 0);
    int a = lengthened(exporter, node->inputs[0], out->shape.dim[0]);
    int b = lengthened(exporter, node->inputs[1], out->shape.dim[0]);
    int is_one = EMIT(exporter, "Equal", a, export_int(exporter, 1));
    int value = EMIT(exporter, name, is_one, b, a);
    if (out->type != TYPE_I64)
        value = export_cast_to(exporter, value, out->type);
    export_define(exporter, node->outputs[0], LAYOUT_AS_IS, value);
}
