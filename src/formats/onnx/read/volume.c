/* Convolutions and pools over volumes [N, C, D, H, W], as ones over images. */
#include <string.h>

#include "formats/onnx/read/import.h"
#include "formats/onnx/read/window.h"

/* How a window moves along one dimension of a volume. */
struct slide {
    int64_t filter, stride, dilation, before, after;
};

/* Entry i of an attribute that has one for each of the three dimensions. */
static int64_t entry(struct import *import, const char *name, int i, int total, int64_t missing)
{
    struct import_ints list = import_attribute_ints(import, name);
    if (list.count != 0 && list.count != total)
        import_fail(import, STATUS_FORMAT, "'%s' has %d numbers, expected %d", name, list.count,
                    total);
    return list.count ? list.values[i] : missing;
}

/* Of the depth, where the image's rows and columns are left to others. */
static struct slide depth_slide(struct import *import, int64_t size, int64_t filter)
{
    struct slide slide = {
        .filter = filter,
        .stride = entry(import, "strides", 0, 3, 1),
        .dilation = entry(import, "dilations", 0, 3, 1),
        .before = entry(import, "pads", 0, 6, 0),
        .after = entry(import, "pads", 3, 6, 0),
    };
    bool is_lower = import_attribute_is(import, "auto_pad", "SAME_LOWER", "NOTSET");
    bool is_same = is_lower || import_attribute_is(import, "auto_pad", "SAME_UPPER", "NOTSET");
    const int64_t most = INT32_MAX;
    if (filter < 1 || slide.stride < 1 || slide.dilation < 1 || slide.before < 0 ||
        slide.after < 0 || filter > most || slide.stride > most || slide.dilation > most ||
        slide.before > most || slide.after > most) {
        import_fail(import, STATUS_FORMAT, "the window along the depth is impossible");
        return slide;
    }
    if (is_same) {
        int64_t places = (size + slide.stride - 1) / slide.stride;
        int64_t total = (places - 1) * slide.stride + (filter - 1) * slide.dilation + 1 - size;
        total = total > 0 ? total : 0;
        slide.before = is_lower ? total - total / 2 : total / 2;
        slide.after = total - slide.before;
    }
    return slide;
}

/* Attributes that have entries for each dimension. */
static const char *const lists[] = {"kernel_shape", "strides", "dilations", "pads"};
#define LISTS ((int)(sizeof(lists) / sizeof(lists[0])))

static bool is_list(const Onnx__Attribute *attribute)
{
    for (int i = 0; i < LISTS; i++)
        if (attribute->name && strcmp(attribute->name, lists[i]) == 0)
            return true;
    return false;
}

static Onnx__Attribute *list_attribute(struct arena *arena, const char *name, size_t count,
                                       const int64_t *values)
{
    Onnx__Attribute *attribute = arena_alloc(arena, sizeof(*attribute));
    onnx__attribute__init(attribute);
    attribute->name = arena_strdup(arena, name);
    attribute->n_ints = count;
    attribute->ints = arena_copy(arena, values, count * sizeof(*values));
    return attribute;
}

/* A list without its first entry, or without that of the depth in both halves. */
static Onnx__Attribute *trimmed(struct arena *arena, const char *name,
                                const struct import_ints *list)
{
    int64_t left[IMPORT_INTS_MAX];
    bool is_pads = strcmp(name, "pads") == 0;
    size_t count = 0;
    for (int i = 0; i < list->count; i++)
        if (i != 0 && !(is_pads && i == list->count / 2))
            left[count++] = list->values[i];
    return list_attribute(arena, name, count, left);
}

/* The node with what its attributes say of rows and columns alone. */
static Onnx__Node *planar_node(struct import *import)
{
    struct arena *arena = import->graph->arena;
    Onnx__Node *node = arena_copy(arena, import->node, sizeof(*node));
    size_t count = 0;
    node->attribute = arena_alloc(arena, (node->n_attribute + LISTS) * sizeof(*node->attribute));
    for (size_t i = 0; i < import->node->n_attribute; i++)
        if (!is_list(import->node->attribute[i]))
            node->attribute[count++] = import->node->attribute[i];
    for (int i = 0; i < LISTS; i++) {
        struct import_ints list = import_attribute_ints(import, lists[i]);
        if (list.count > 0)
            node->attribute[count++] = trimmed(arena, lists[i], &list);
    }
    node->n_attribute = count;
    return node;
}

static int planar(struct import *import, const char *name, const int *inputs, int count)
{
    const Onnx__Node *outer = import->node;
    import->node = planar_node(import);
    int result = import_standard(import, name, inputs, count);
    import->node = outer;
    return result;
}

/* --- convolution --- */

/* Zeros before and behind the depth. */
static int pad_depth(struct import *import, int x, const struct slide *slide)
{
    int32_t cells[10] = {0};
    cells[4] = import_i32(import, slide->before, "padding");
    cells[5] = import_i32(import, slide->after, "padding");
    int list = import_constant(import, TYPE_I32, &SHAPE(5, 2), cells);
    const int inputs[] = {x, list};
    return slide->before || slide->after
               ? import_emit(import, OP_PAD, inputs, 2, NULL, import_tensor(import, x)->type)
               : x;
}

/* The planes that each place along the depth sees: [N, C, D, H, W] to [N, C, places * filter, H,
 * W]. */
static int seen_planes(struct import *import, int x, const struct slide *slide, int64_t places)
{
    int64_t count = places * slide->filter;
    int numbers;
    struct shape shape = SHAPE(import_i32(import, count, "a number of planes"));
    int32_t *list = import_made(import, TYPE_I32, &shape, &numbers);
    for (int64_t i = 0; list && i < count; i++)
        list[i] =
            (int32_t)(i / slide->filter * slide->stride + i % slide->filter * slide->dilation);
    union op_params params = {.gather = {.axis = 2}};
    const int inputs[] = {x, numbers};
    return import_emit(import, OP_GATHER, inputs, 2, &params, import_tensor(import, x)->type);
}

static int32_t product_of(struct import *import, int64_t a, int64_t b)
{
    return import_i32(import, a * b, "a size");
}

/* The planes that a place along the depth sees are further channels of its image. */
int import_conv_volume(struct import *import, int x, int filter, int bias)
{
    struct shape in = import_shape(import, x), window = import_shape(import, filter);
    if (!import_ok(import) || in.rank != 5 || window.rank != 5) {
        import_fail(import, STATUS_FORMAT, "volume of rank %d and filter of rank %d", in.rank,
                    window.rank);
        return NO_TENSOR;
    }
    struct slide slide = depth_slide(import, in.dim[2], window.dim[2]);
    int64_t size = in.dim[2] + slide.before + slide.after;
    int64_t extent = (slide.filter - 1) * slide.dilation + 1;
    if (!import_ok(import) || extent > size) {
        import_fail(import, STATUS_FORMAT, "the window is larger than the depth");
        return NO_TENSOR;
    }
    int64_t places = (size - extent) / slide.stride + 1, each = slide.filter;
    x = seen_planes(import, pad_depth(import, x, &slide), &slide, places);
    int32_t n = in.dim[0], c = in.dim[1], h = in.dim[3], w = in.dim[4], d = (int32_t)places;
    x = import_reshape(import, x, &SHAPE(n, c, d, (int32_t)each, product_of(import, h, w)));
    x = import_transpose(import, x, (const int32_t[]){0, 2, 1, 3, 4});
    x = import_reshape(import, x,
                       &SHAPE(product_of(import, n, d), product_of(import, c, each), h, w));
    filter = import_reshape(import, filter,
                            &SHAPE(window.dim[0], product_of(import, window.dim[1], each),
                                   window.dim[3], window.dim[4]));
    const int inputs[] = {x, filter, bias};
    x = planar(import, "Conv", inputs, bias == NO_TENSOR ? 2 : 3);
    struct shape out = import_shape(import, x);
    x = import_reshape(import, x, &SHAPE(n, d, out.dim[1], out.dim[2], out.dim[3]));
    return import_transpose(import, x, (const int32_t[]){0, 2, 1, 3, 4});
}

/* --- pools --- */

/* The node as a pool along rows alone. */
static Onnx__Node *depth_node(struct import *import, const struct slide *slide)
{
    const int64_t values[LISTS][4] = {{slide->filter, 1},
                                      {slide->stride, 1},
                                      {slide->dilation, 1},
                                      {slide->before, 0, slide->after, 0}};
    struct arena *arena = import->graph->arena;
    Onnx__Node *node = arena_copy(arena, import->node, sizeof(*node));
    size_t count = 0;
    node->attribute = arena_alloc(arena, (node->n_attribute + LISTS) * sizeof(*node->attribute));
    for (size_t i = 0; i < import->node->n_attribute; i++) {
        const char *name = import->node->attribute[i]->name;
        bool is_kept =
            name && (strcmp(name, "ceil_mode") == 0 || strcmp(name, "count_include_pad") == 0);
        if (is_kept)
            node->attribute[count++] = import->node->attribute[i];
    }
    for (int i = 0; i < LISTS; i++)
        node->attribute[count++] = list_attribute(arena, lists[i], i < 3 ? 2 : 4, values[i]);
    node->n_attribute = count;
    return node;
}

/* Over rows and columns, then over the depth: the maximum of maxima, and the mean of means, each of
 * which is of as many. */
int import_pool_volume(struct import *import, const char *name, int x)
{
    struct shape in = import_shape(import, x);
    const Onnx__Node *outer = import->node;
    if (in.rank != 5) {
        import_fail(import, STATUS_FORMAT, "volume has rank %d, expected 5", in.rank);
        return NO_TENSOR;
    }
    struct slide slide = depth_slide(import, in.dim[2], entry(import, "kernel_shape", 0, 3, 0));
    int32_t n = in.dim[0], c = in.dim[1], d = in.dim[2];
    if (!import_ok(import))
        return NO_TENSOR;
    x = import_reshape(import, x, &SHAPE(n, product_of(import, c, d), in.dim[3], in.dim[4]));
    x = planar(import, name, &x, 1);
    struct shape out = import_shape(import, x);
    x = import_reshape(import, x, &SHAPE(n, c, d, product_of(import, out.dim[2], out.dim[3])));
    import->node = depth_node(import, &slide);
    x = import_standard(import, name, &x, 1);
    import->node = outer;
    int32_t places = import_shape(import, x).dim[2];
    return import_reshape(import, x, &SHAPE(n, c, places, out.dim[2], out.dim[3]));
}
