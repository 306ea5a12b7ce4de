#include "formats/dataset/layout.h"

#include <stdio.h>
#include <string.h>

/* More channels than pictures have: the other dimension is taken for rows or columns. */
#define FEW_CHANNELS 4

const struct data_layout data_layouts[] = {
    {.name = "as-is"},
    {.name = "nhwc", .is_nhwc = true},
    {.name = "nchw", .is_nchw = true},
};
const size_t data_layout_count = sizeof(data_layouts) / sizeof(data_layouts[0]);

/* Dimensions without that of the samples. */
struct dims {
    int rank;
    size_t dim[SOURCE_RANK_MAX];
};

#define DIMS_TEXT_SIZE 160

static const char *dims_text(const struct dims *dims, char buffer[DIMS_TEXT_SIZE])
{
    size_t length = 0;
    snprintf(buffer, DIMS_TEXT_SIZE, "1");
    for (int i = 0; i < dims->rank && length < DIMS_TEXT_SIZE; i++)
        length += (size_t)snprintf(buffer + length, DIMS_TEXT_SIZE - length, i ? "x%zu" : "%zu",
                                   dims->dim[i]);
    return buffer;
}

static struct dims without_ones(const struct dims *dims)
{
    struct dims left = {0};
    for (int i = 0; i < dims->rank; i++)
        if (dims->dim[i] != 1)
            left.dim[left.rank++] = dims->dim[i];
    return left;
}

/* The same elements in the same order. */
static bool is_same(const struct dims *a, const struct dims *b)
{
    struct dims x = without_ones(a), y = without_ones(b);
    return x.rank == y.rank && memcmp(x.dim, y.dim, (size_t)x.rank * sizeof(x.dim[0])) == 0;
}

int dataset_channel_axis(const struct dataset_input *input)
{
    const struct shape *shape = &input->tensor->shape;
    int last = shape->rank - 1, told = input->facts.channel_axis;
    if (told == 1 || (told >= 0 && told == last))
        return told;
    bool looks_planar =
        shape->rank == 4 && shape->dim[1] <= FEW_CHANNELS && shape->dim[last] > FEW_CHANNELS;
    return looks_planar ? 1 : last;
}

static struct dims dims_of_input(const struct shape *shape)
{
    struct dims dims = {0};
    for (int i = shape->rank > 1 && shape->dim[0] == 1; i < shape->rank; i++)
        dims.dim[dims.rank++] = (size_t)shape->dim[i];
    return dims;
}

static struct dims dims_of_source(const struct source *source)
{
    struct dims dims = {.rank = source->rank};
    memcpy(dims.dim, source->dim, sizeof(dims.dim));
    return dims;
}

/* The input's dimensions with the channels at their other end. */
static struct dims other_way(const struct dims *dims, bool channels_last)
{
    struct dims other = {.rank = dims->rank};
    for (int i = 0; i < dims->rank; i++)
        other.dim[(channels_last ? i + 1 : i + dims->rank - 1) % dims->rank] = dims->dim[i];
    return other;
}

/* Whether moving the channels would move any element. */
static bool would_move(const struct layout *layout, size_t elements)
{
    return layout->channels > 1 && layout->channels < elements;
}

/* What a comparison is about. */
struct match {
    struct source *source;
    const struct dataset_input *input;
    struct layout *layout;
    struct dims samples, own, other; /* the input's, in its own layout and in the other one */
    bool has_other;                  /* which makes sense for this input */
};

static enum status refuse(const struct match *match, const char *what, struct error *error)
{
    char samples[DIMS_TEXT_SIZE], input[SHAPE_TEXT_SIZE];
    const struct tensor *tensor = match->input->tensor;
    return error_set(error, STATUS_INVALID, match->source->path,
                     "samples of %s (%zu elements) %s the input %s of '%.60s'%s%s",
                     match->samples.rank < 0 ? "unknown shape"
                                             : dims_text(&match->samples, samples),
                     match->source->elements, what, shape_text(&tensor->shape, input), tensor->name,
                     strstr(what, "either") ? ": say which with data.layout" : "",
                     match->source->hint ? match->source->hint : "");
}

static enum status take_moved(const struct match *match, struct error *error)
{
    char samples[DIMS_TEXT_SIZE], input[SHAPE_TEXT_SIZE];
    bool is_flat = match->samples.rank <= 1;
    (void)error;
    match->layout->moves = would_move(match->layout, match->source->elements);
    if (match->layout->moves && !match->source->is_nhwc)
        source_remark(match->source, "%s: samples of %s are transposed for the input %s",
                      match->source->path,
                      dims_text(is_flat ? &match->other : &match->samples, samples),
                      shape_text(&match->input->tensor->shape, input));
    return STATUS_OK;
}

/* Samples or an input without rows and columns keep their order; of images this is said. */
static bool is_flat(const struct match *match)
{
    struct dims samples = without_ones(&match->samples), own = without_ones(&match->own);
    return match->samples.rank < 0 || samples.rank <= 1 || own.rank <= 1;
}

static enum status take_flat(const struct match *match)
{
    char samples[DIMS_TEXT_SIZE], input[SHAPE_TEXT_SIZE];
    struct dims dims = without_ones(&match->samples);
    if (dims.rank > 2)
        source_remark(match->source, "%s: samples of %s are fed to the input %s in their own order",
                      match->source->path, dims_text(&match->samples, samples),
                      shape_text(&match->input->tensor->shape, input));
    return STATUS_OK;
}

/* Nobody says how the samples are arranged. */
static enum status compare(const struct match *match, struct error *error)
{
    bool is_own = is_same(&match->samples, &match->own);
    bool is_other = match->has_other && is_same(&match->samples, &match->other);
    if (match->samples.rank < 0)
        return STATUS_OK;
    if (is_own && is_other && match->own.rank == 3 &&
        would_move(match->layout, match->source->elements))
        return refuse(match, "may be in either layout of", error);
    if (is_own)
        return STATUS_OK;
    if (is_other)
        return take_moved(match, error);
    return is_flat(match) ? take_flat(match) : refuse(match, "do not fit", error);
}

/* Somebody does. */
static enum status obey(const struct match *match, const char *wanted, struct error *error)
{
    const struct data_layout *row = data_layouts, *end = row + data_layout_count;
    while (row < end && strcmp(row->name, wanted) != 0)
        row++;
    if (row == end)
        return error_set(error, STATUS_INVALID, match->source->path, "unknown layout '%.60s'",
                         wanted);
    bool last = match->layout->stride == 1;
    bool moves = last ? row->is_nchw : row->is_nhwc;
    bool flat = is_flat(match);
    if (!row->is_nhwc && !row->is_nchw)
        return STATUS_OK;
    if (moves && !match->has_other && would_move(match->layout, match->source->elements))
        return refuse(match, "cannot be transposed for", error);
    if (!flat && !is_same(&match->samples, moves ? &match->other : &match->own))
        return refuse(match, "do not fit, in the layout that was given,", error);
    return moves ? take_moved(match, error) : STATUS_OK;
}

/* Without an input, as in a list of labels: images end with their channels. */
static void guess(const struct source *source, struct layout *layout)
{
    *layout = (struct layout){.channels = 1, .stride = 1};
    if (source->rank < 0)
        layout->channels = 0;
    else if (source->rank >= 3)
        layout->channels = source->dim[source->rank - 1];
}

enum status layout_fit(struct source *source, const struct dataset_input *input, const char *wanted,
                       struct layout *layout, struct error *error)
{
    guess(source, layout);
    if (!input)
        return STATUS_OK;
    const struct shape *shape = &input->tensor->shape;
    int axis = dataset_channel_axis(input), last = shape->rank - 1;
    struct match match = {.source = source, .input = input, .layout = layout};
    match.samples = dims_of_source(source);
    match.own = dims_of_input(shape);
    if (axis >= 0) {
        layout->channels = (size_t)shape->dim[axis];
        layout->stride = shape_span(shape, axis + 1, shape->rank);
    }
    match.has_other = shape->dim[0] == 1 &&
                      (shape->rank == 4 || (shape->rank == 3 && input->facts.channel_axis >= 0));
    if (match.has_other)
        match.other = other_way(&match.own, axis == last);
    if (source->elements != shape_elements(shape))
        return refuse(&match, "do not fit", error);
    if (source->is_nhwc)
        wanted = "nhwc";
    return wanted ? obey(&match, wanted, error) : compare(&match, error);
}
