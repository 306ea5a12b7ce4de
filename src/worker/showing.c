/* Showing samples as a model is fed them: one after the other, on request. A picture is told as
 * bytes, made small; what is none as a curve of all its numbers, ids as the numbers they are. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "formats/dataset/model_data.h"
#include "model/load.h"
#include "results/json_text.h"
#include "worker/feed.h"
#include "worker/messages.h"
#include "worker/worker.h"

/* The least rows and columns of a picture, and of one whose channels nobody tells. */
#define SIDE_LEAST  4
#define PLAIN_LEAST 8
/* So many ids are told, the others are counted. */
#define IDS_MOST 64

/* How the elements of a sample make a picture; rows 0: they do not. */
struct frame {
    size_t rows, columns, channels;
    size_t row_step, column_step, channel_step; /* elements from one to the next */
};

struct show {
    const struct work *work;
    struct graph *graph;
    struct model_ends ends;
    struct model_data *data;
    void **elements; /* of all inputs, for one run */
    float *values;   /* of the first input, as real numbers */
    size_t count;    /* of one sample */
    struct frame frame;
};

static void show_release(struct show *show)
{
    for (int i = 0; show->elements && i < show->ends.n_inputs; i++)
        free(show->elements[i]);
    free(show->elements);
    free(show->values);
    model_data_free(show->data);
    ends_release(&show->ends);
    graph_free(show->graph);
}

/* Elements from one place to the next along the axis. */
static size_t step_of(const struct shape *shape, int axis)
{
    size_t step = 1;
    for (int i = axis + 1; i < shape->rank; i++)
        step *= (size_t)shape->dim[i];
    return step;
}

/* The two sides beside the channels, where there are one or three of these. */
static struct frame frame_of_channels(const struct dataset_input *input)
{
    const struct shape *shape = &input->tensor->shape;
    int axis = shape->rank == 4 ? dataset_channel_axis(input) : -1;
    if (axis != 1 && axis != 3)
        return (struct frame){0};
    int row = axis == 1 ? 2 : 1;
    struct frame frame = {(size_t)shape->dim[row],  (size_t)shape->dim[row + 1],
                          (size_t)shape->dim[axis], step_of(shape, row),
                          step_of(shape, row + 1),  step_of(shape, axis)};
    bool is_picture = (frame.channels == 1 || frame.channels == 3) && frame.rows >= SIDE_LEAST &&
                      frame.columns >= SIDE_LEAST;
    return is_picture ? frame : (struct frame){0};
}

/* The only two dimensions that are not 1, behind the first. */
static struct frame frame_of_sides(const struct shape *shape)
{
    int sides[2], count = 0;
    for (int i = 1; i < shape->rank; i++)
        if (shape->dim[i] != 1 && count++ < 2)
            sides[count - 1] = i;
    if (count != 2)
        return (struct frame){0};
    struct frame frame = {(size_t)shape->dim[sides[0]], (size_t)shape->dim[sides[1]], 1,
                          step_of(shape, sides[0]),     step_of(shape, sides[1]),     0};
    bool is_picture = frame.rows >= PLAIN_LEAST && frame.columns >= PLAIN_LEAST;
    return is_picture ? frame : (struct frame){0};
}

static struct frame frame_of(const struct model_ends *ends)
{
    const struct dataset_input input = {.tensor = &ends->inputs[0], .facts = ends->facts[0]};
    struct frame frame = frame_of_channels(&input);
    return frame.rows > 0 ? frame : frame_of_sides(&ends->inputs[0].shape);
}

static enum status show_open(struct show *show, struct error *error)
{
    const struct work *work = show->work;
    const struct load_options options = {.shapes = work->shapes,
                                         .n_shapes = work->n_shapes,
                                         .signature = work->signature,
                                         .most_nodes = work->most_nodes};
    enum status status = model_load(work->model, &options, &show->graph, error);
    if (status != STATUS_OK)
        return status;
    show->ends = ends_of_graph(show->graph);
    status = model_data_open(&work->data, &show->ends, &show->data, error);
    if (status != STATUS_OK)
        return status;
    show->elements = xcalloc((size_t)show->ends.n_inputs, sizeof(*show->elements));
    for (int i = 0; i < show->ends.n_inputs && status == STATUS_OK; i++) {
        show->elements[i] = memory_try(tensor_bytes(&show->ends.inputs[i]));
        if (!show->elements[i])
            status = error_set(error, STATUS_MEMORY, work->model, "not enough memory for an input");
    }
    size_t elements = shape_elements(&show->ends.inputs[0].shape);
    show->values = status == STATUS_OK ? memory_try(elements * sizeof(*show->values)) : NULL;
    if (status == STATUS_OK && !show->values)
        status = error_set(error, STATUS_MEMORY, work->model, "not enough memory for a sample");
    show->count = elements / model_data_batch(show->data);
    show->frame = frame_of(&show->ends);
    return status;
}

struct extent {
    double least, most, mean;
};

static struct extent extent_of(const float *values, size_t count)
{
    struct extent extent = {INFINITY, -INFINITY, 0.0};
    for (size_t i = 0; i < count; i++) {
        extent.least = fmin(extent.least, (double)values[i]);
        extent.most = fmax(extent.most, (double)values[i]);
        extent.mean += (double)values[i] / (double)count;
    }
    return extent;
}

/* A byte for a value: black is the least of the sample, white the most. */
static int shade_of(double value, const struct extent *extent)
{
    double span = extent->most - extent->least, share = (value - extent->least) / span;
    return span > 0.0 && isfinite(share) ? (int)lround(fmin(fmax(share, 0.0), 1.0) * 255.0) : 128;
}

/* The mean of the cells that part i of n parts of a side covers: [*first, *end). */
static void part_of(size_t side, size_t i, size_t n, size_t *first, size_t *end)
{
    *first = i * side / n;
    *end = (i + 1) * side / n;
    if (*end == *first)
        (*end)++;
}

static double mean_of(const struct show *show, const float *values, size_t y, size_t height,
                      size_t x, size_t width, size_t channel)
{
    const struct frame *frame = &show->frame;
    size_t top, bottom, left, right;
    double sum = 0.0;
    part_of(frame->rows, y, height, &top, &bottom);
    part_of(frame->columns, x, width, &left, &right);
    for (size_t i = top; i < bottom; i++)
        for (size_t k = left; k < right; k++)
            sum += (double)values[i * frame->row_step + k * frame->column_step +
                                  channel * frame->channel_step];
    return sum / (double)((bottom - top) * (right - left));
}

static void set_pixels(json_t *event, json_t *pixels, size_t height, size_t width, size_t channels)
{
    json_object_set_new(event, "pixels", pixels);
    json_object_set_new(event, "height", json_integer((json_int_t)height));
    json_object_set_new(event, "width", json_integer((json_int_t)width));
    json_object_set_new(event, "channels", json_integer((json_int_t)channels));
}

static void add_picture(const struct show *show, const float *values, const struct extent *extent,
                        json_t *event)
{
    const struct frame *frame = &show->frame;
    size_t longest = frame->rows > frame->columns ? frame->rows : frame->columns;
    double shrinking = fmin(1.0, (double)WORK_SHOWN_SIDE / (double)longest);
    size_t height = (size_t)fmax(1.0, round((double)frame->rows * shrinking));
    size_t width = (size_t)fmax(1.0, round((double)frame->columns * shrinking));
    json_t *pixels = json_array();
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            for (size_t c = 0; c < frame->channels; c++)
                json_array_append_new(
                    pixels,
                    json_integer(shade_of(mean_of(show, values, y, height, x, width, c), extent)));
    set_pixels(event, pixels, height, width, frame->channels);
}

/* White where the curve is, in each column from the least to the most of its part. */
static void add_curve(const struct show *show, const float *values, const struct extent *extent,
                      json_t *event)
{
    int low[WORK_SHOWN_SIDE], high[WORK_SHOWN_SIDE];
    const int width = WORK_SHOWN_SIDE, height = WORK_SHOWN_SIDE / 2;
    size_t before = 0;
    json_t *pixels = json_array();
    for (int x = 0; x < width; x++) {
        size_t first, end;
        part_of(show->count, (size_t)x, (size_t)width, &first, &end);
        /* From the number before, so that the curve has no gaps. */
        size_t from = first > before ? first - 1 : first;
        struct extent own = extent_of(values + from, end - from);
        before = first;
        low[x] = shade_of(own.least, extent) * (height - 1) / 255;
        high[x] = shade_of(own.most, extent) * (height - 1) / 255;
    }
    for (int row = height - 1; row >= 0; row--)
        for (int x = 0; x < width; x++)
            json_array_append_new(pixels, json_integer(row >= low[x] && row <= high[x] ? 255 : 0));
    set_pixels(event, pixels, (size_t)height, (size_t)width, 1);
    json_object_set_new(event, "curve", json_true());
}

static void add_ids(const struct show *show, const float *values, json_t *event)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < show->count && i < IDS_MOST; i++)
        json_array_append_new(ids, json_integer((json_int_t)values[i]));
    json_object_set_new(event, "ids", ids);
    json_object_set_new(event, "elements", json_integer((json_int_t)show->count));
}

/* A class with its name, or what a vector of targets begins with. */
static void add_label(const struct dataset *dataset, size_t sample, json_t *event)
{
    size_t elements = 0;
    if (dataset_label_kind(dataset) == LABEL_CLASS) {
        int32_t class = dataset_class(dataset, sample);
        const char *name = dataset_class_name(dataset, class);
        json_object_set_new(event, "label", json_integer(class));
        if (name)
            json_object_set_new(event, "name", json_said(name));
    } else if (dataset_label_kind(dataset) == LABEL_VECTOR) {
        const float *target = dataset_target(dataset, sample, &elements);
        json_object_set_new(event, "targets", json_integer((json_int_t)elements));
        if (target && elements > 0)
            json_object_set_new(event, "target", message_number((double)target[0]));
    }
}

static json_t *tell_sample(const struct show *show, size_t sample)
{
    const struct tensor *input = &show->ends.inputs[0];
    const float *values = show->values + sample % model_data_batch(show->data) * show->count;
    struct extent extent = extent_of(values, show->count);
    char shape[SHAPE_TEXT_SIZE];
    json_t *event = json_pack(
        "{s:s, s:I, s:I, s:I, s:i, s:o, s:o, s:o, s:o, s:o}", "event", WORK_SHOWN, "sample",
        (json_int_t)sample, "number", (json_int_t)model_data_number(show->data, sample), "count",
        (json_int_t)model_data_count(show->data), "inputs", show->ends.n_inputs, "input",
        json_said(input->name), "takes",
        json_sprintf("%s %s", type_name(input->type), shape_text(&input->shape, shape)), "least",
        message_number(extent.least), "most", message_number(extent.most), "mean",
        message_number(extent.mean));
    add_label(model_data_labelled(show->data), sample, event);
    if (tensor_is_whole(input))
        add_ids(show, values, event);
    else if (show->frame.rows > 0)
        add_picture(show, values, &extent, event);
    else
        add_curve(show, values, &extent, event);
    return event;
}

static enum status show_one(struct show *show, size_t sample, struct error *error)
{
    if (sample >= model_data_count(show->data))
        return error_set(error, STATUS_INVALID, show->work->model, "there is no sample %zu",
                         sample);
    enum status status =
        model_data_read(show->data, sample / model_data_batch(show->data), show->elements, error);
    if (status == STATUS_OK)
        status = feed_decode(&show->ends.inputs[0], show->elements[0], show->values, error);
    if (status == STATUS_OK)
        worker_emit(tell_sample(show, sample));
    return status;
}

enum status worker_show(const struct work *work, struct error *error)
{
    struct show show = {.work = work};
    enum status status = work->has_data ? show_open(&show, error)
                                        : error_set(error, STATUS_INVALID, NULL, "no samples");
    json_t *request;
    while (status == STATUS_OK && (request = worker_await()) != NULL) {
        status = show_one(&show, work_asks_for_sample(request), error);
        json_decref(request);
    }
    show_release(&show);
    return status;
}
