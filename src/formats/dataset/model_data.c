#include "formats/dataset/model_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/dataset/encode.h"
#include "graph/lookup.h"

/* One input and its samples. */
struct feed {
    struct dataset_input input; /* of one sample */
    struct tensor tensor;       /* the same */
    const char *samples;
    struct dataset *dataset;
};

struct model_data {
    const struct model_ends *ends;
    struct feed *feeds; /* one per input */
    size_t batch, count, left_out, sequence;
    size_t first; /* number of sample 0 in its files */
    struct data_part part;
};

struct model_ends ends_of_graph(const struct graph *graph)
{
    size_t ins = (size_t)graph->n_inputs, outs = (size_t)graph->n_outputs;
    struct tensor *inputs = xcalloc(ins, sizeof(*inputs));
    struct tensor *outputs = xcalloc(outs, sizeof(*outputs));
    struct input_facts *facts = xcalloc(ins, sizeof(*facts));
    for (size_t i = 0; i < ins; i++) {
        inputs[i] = graph->tensors[graph->inputs[i]];
        facts[i] = graph_input_facts(graph, graph->inputs[i]);
    }
    for (size_t i = 0; i < outs; i++)
        outputs[i] = graph->tensors[graph->outputs[i]];
    return (struct model_ends){graph->name,     inputs,           outputs, facts,
                               graph->n_inputs, graph->n_outputs, true};
}

void ends_release(struct model_ends *ends)
{
    free((void *)(uintptr_t)ends->inputs);
    free((void *)(uintptr_t)ends->outputs);
    free((void *)(uintptr_t)ends->facts);
    *ends = (struct model_ends){0};
}

/* Names */

static void list_inputs(const struct model_ends *ends, struct text *list)
{
    for (int i = 0; i < ends->n_inputs; i++)
        text_printf(list, "%s'%s'", i > 0 ? ", " : "", ends->inputs[i].name);
}

static enum status refuse_with_names(const struct model_ends *ends, const char *problem,
                                     struct error *error)
{
    struct text names = {0};
    list_inputs(ends, &names);
    error_set(error, STATUS_INVALID, ends->name, "%s, the model has the inputs %s", problem,
              names.bytes ? names.bytes : "none");
    text_release(&names);
    return STATUS_INVALID;
}

static enum status refuse_name(const struct model_ends *ends, const char *name, struct error *error)
{
    const char *near =
        text_nearest(name, ends->inputs, (size_t)ends->n_inputs, sizeof(ends->inputs[0]));
    if (near)
        return error_set(error, STATUS_INVALID, ends->name,
                         "samples for an unknown input '%s', nearest is '%s'", name, near);
    char *problem = xasprintf("samples for an unknown input '%s'", name);
    enum status status = refuse_with_names(ends, problem, error);
    free(problem);
    return status;
}

static const char *samples_named(const struct dataset_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->n_inputs; i++)
        if (strcmp(spec->inputs[i].input, name) == 0)
            return spec->inputs[i].samples;
    return NULL;
}

static bool has_input(const struct model_ends *ends, const char *name)
{
    for (int i = 0; i < ends->n_inputs; i++)
        if (strcmp(ends->inputs[i].name, name) == 0)
            return true;
    return false;
}

static enum status refuse_missing(const struct model_ends *ends, const char *name,
                                  struct error *error)
{
    char *problem = xasprintf("no samples for input '%s'", name);
    enum status status = refuse_with_names(ends, problem, error);
    free(problem);
    return status;
}

/* Finds the samples of each input. */
static enum status assign_samples(struct model_data *data, const struct dataset_spec *spec,
                                  struct error *error)
{
    const struct model_ends *ends = data->ends;
    if (ends->n_inputs == 0)
        return error_set(error, STATUS_UNSUPPORTED, ends->name, "the model has no inputs to feed");
    bool for_all = spec->n_inputs == 0 && dataset_is_random(spec->samples);
    if (spec->n_inputs == 0 && !for_all && ends->n_inputs != 1)
        return refuse_with_names(
            ends, "one data set for all inputs, expected one for each (NAME=PATH)", error);
    for (size_t i = 0; i < spec->n_inputs; i++)
        if (!has_input(ends, spec->inputs[i].input))
            return refuse_name(ends, spec->inputs[i].input, error);
    for (int i = 0; i < ends->n_inputs; i++) {
        const char *name = ends->inputs[i].name;
        data->feeds[i].samples = spec->n_inputs > 0 ? samples_named(spec, name) : spec->samples;
        if (!data->feeds[i].samples)
            return refuse_missing(ends, name, error);
    }
    return STATUS_OK;
}

/* Batches */

static int32_t first_dimension(const struct tensor *tensor)
{
    return tensor->shape.rank > 0 ? tensor->shape.dim[0] : 0;
}

/* The first dimension that all inputs and outputs share; 1 where they do not. */
static size_t fixed_batch(const struct model_ends *ends)
{
    int32_t batch = ends->n_inputs > 0 ? first_dimension(&ends->inputs[0]) : 1;
    for (int i = 0; i < ends->n_inputs; i++)
        if (first_dimension(&ends->inputs[i]) != batch)
            return 1;
    for (int i = 0; i < ends->n_outputs; i++)
        if (first_dimension(&ends->outputs[i]) != batch)
            return 1;
    return batch > 1 ? (size_t)batch : 1;
}

/* The description of one input's samples. Raw tensors of whole numbers are in the input's type
 * unless somebody says otherwise. */
static struct dataset_spec spec_of(const struct dataset_spec *spec, const struct feed *feed)
{
    struct dataset_spec own = *spec;
    own.samples = feed->samples;
    own.inputs = NULL;
    own.n_inputs = 0;
    if (own.type == TYPE_COUNT && tensor_is_whole(feed->input.tensor))
        own.type = feed->input.tensor->type;
    return own;
}

/* Whether a sample fits N times into the input. */
static bool fits_batch(const struct dataset_spec *spec, const struct feed *feed, size_t batch)
{
    struct dataset_spec own = spec_of(spec, feed);
    struct tensor single = feed->tensor;
    struct dataset_input input = feed->input;
    struct dataset *dataset;
    struct error ignored; /* what is wrong with the files is said when they are opened for good */
    single.shape.dim[0] = 1;
    input.tensor = &single;
    own.first = own.count = 0;
    own.n_mean = own.n_deviation = 0;
    if (dataset_is_random(feed->samples))
        return true;
    enum status status = dataset_open(&own, &input, &dataset, &ignored);
    own.labels = NULL; /* they may be wrong, but a list may say what samples are */
    if (status != STATUS_OK)
        status = dataset_open(&own, &input, &dataset, &ignored);
    if (status != STATUS_OK)
        return false;
    bool fits = dataset_elements(dataset) * batch == shape_elements(&feed->input.tensor->shape);
    dataset_free(dataset);
    return fits;
}

static void find_batch(struct model_data *data, const struct dataset_spec *spec)
{
    size_t batch = fixed_batch(data->ends);
    bool fits = batch > 1;
    for (int i = 0; i < data->ends->n_inputs && fits; i++)
        fits = fits_batch(spec, &data->feeds[i], batch);
    data->batch = fits ? batch : 1;
    for (int i = 0; i < data->ends->n_inputs && fits; i++)
        data->feeds[i].tensor.shape.dim[0] = 1;
}

/* Opening */

static bool changes_numbers(const struct dataset_spec *spec)
{
    return spec->n_mean > 0 || spec->n_deviation > 0 || fabs(spec->scale - 1.0) > 0.0 ||
           fabs(spec->zero_point) > 0.0;
}

/* Preprocessing is for real numbers; where there are none, somebody expects what does not happen.
 */
static enum status check_preprocessing(const struct model_data *data,
                                       const struct dataset_spec *spec, struct error *error)
{
    bool has_real = false;
    for (int i = 0; i < data->ends->n_inputs; i++)
        has_real |= !tensor_is_whole(&data->ends->inputs[i]);
    if (has_real || !changes_numbers(spec))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, data->ends->name,
                     "preprocessing for input '%s' of type %s, which takes whole numbers as they "
                     "are",
                     data->ends->inputs[0].name, type_name(data->ends->inputs[0].type));
}

static enum status open_feed(const struct dataset_spec *spec, const struct model_ends *ends,
                             struct feed *feed, struct error *error)
{
    struct dataset_spec own = spec_of(spec, feed);
    char text[SHAPE_TEXT_SIZE];
    enum status status = dataset_open(&own, &feed->input, &feed->dataset, error);
    if (status != STATUS_OK)
        return status;
    if (dataset_elements(feed->dataset) == shape_elements(&feed->tensor.shape))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, feed->samples,
                     "samples of %zu elements do not fit the input '%s' of %s",
                     dataset_elements(feed->dataset), feed->tensor.name,
                     shape_text(&ends->inputs[feed->input.number].shape, text));
}

static enum status check_counts(const struct model_data *data, struct error *error)
{
    const struct feed *first = &data->feeds[0];
    for (int i = 1; i < data->ends->n_inputs; i++) {
        const struct feed *feed = &data->feeds[i];
        if (dataset_count(feed->dataset) != dataset_count(first->dataset))
            return error_set(error, STATUS_INVALID, feed->samples,
                             "%zu samples for input '%s', but there are %zu for input '%s'",
                             dataset_count(feed->dataset), feed->tensor.name,
                             dataset_count(first->dataset), first->tensor.name);
    }
    return STATUS_OK;
}

/* Folders may come with lists of their own, which decide the order of their files. */
static enum status check_labels(const struct model_data *data, struct error *error)
{
    const struct dataset *labelled = model_data_labelled(data);
    for (int i = 0; i < data->ends->n_inputs; i++) {
        const struct feed *feed = &data->feeds[i];
        if (dataset_label_kind(feed->dataset) != LABEL_CLASS ||
            dataset_label_kind(labelled) != LABEL_CLASS)
            continue;
        for (size_t k = 0; k < dataset_count(labelled); k++)
            if (dataset_class(feed->dataset, k) != dataset_class(labelled, k))
                return error_set(error, STATUS_INVALID, feed->samples,
                                 "the class of sample %zu is %d, but for another input it is %d",
                                 model_data_number(data, k), dataset_class(feed->dataset, k),
                                 dataset_class(labelled, k));
    }
    return STATUS_OK;
}

static enum status count_samples(struct model_data *data, struct error *error)
{
    size_t there = dataset_count(data->feeds[0].dataset);
    data->left_out = there % data->batch;
    data->count = there - data->left_out;
    if (data->count > 0)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, data->ends->name,
                     "%zu samples do not fill the %zu places of an input", there, data->batch);
}

static enum status open_all(struct model_data *data, const struct dataset_spec *spec,
                            struct error *error)
{
    enum status status = assign_samples(data, spec, error);
    if (status == STATUS_OK)
        status = check_preprocessing(data, spec, error);
    if (status == STATUS_OK)
        find_batch(data, spec);
    for (int i = 0; i < data->ends->n_inputs && status == STATUS_OK; i++)
        status = open_feed(spec, data->ends, &data->feeds[i], error);
    if (status == STATUS_OK)
        status = check_counts(data, error);
    if (status == STATUS_OK)
        status = check_labels(data, error);
    return status == STATUS_OK ? count_samples(data, error) : status;
}

enum status model_data_open(const struct dataset_spec *spec, const struct model_ends *ends,
                            struct model_data **data, struct error *error)
{
    struct model_data *opened = xcalloc(1, sizeof(*opened));
    opened->ends = ends;
    opened->sequence = spec->sequence;
    opened->first = spec->first;
    opened->part = (struct data_part){.step = 1};
    opened->feeds = xcalloc((size_t)ends->n_inputs, sizeof(*opened->feeds));
    for (int i = 0; i < ends->n_inputs; i++) {
        struct feed *feed = &opened->feeds[i];
        feed->tensor = ends->inputs[i];
        feed->input = (struct dataset_input){&feed->tensor, ends->facts[i], i, ends->is_own};
    }
    enum status status = open_all(opened, spec, error);
    if (status == STATUS_OK)
        *data = opened;
    else
        model_data_free(opened);
    return status;
}

void model_data_free(struct model_data *data)
{
    if (!data)
        return;
    for (int i = 0; i < data->ends->n_inputs; i++)
        dataset_free(data->feeds[i].dataset);
    free(data->feeds);
    free(data);
}

void model_data_take(struct model_data *data, const struct data_part *part)
{
    size_t runs = model_data_runs(data);
    runs = runs > part->first ? (runs - part->first + part->step - 1) / part->step : 0;
    data->count = runs * data->batch;
    data->part = *part;
}

size_t model_data_batch(const struct model_data *data)
{
    return data->batch;
}

/* The place of sample k of these in the data sets. */
static size_t place_of(const struct model_data *data, size_t k)
{
    size_t run = data->part.first + k / data->batch * data->part.step;
    return run * data->batch + k % data->batch;
}

size_t model_data_runs(const struct model_data *data)
{
    return data->count / data->batch;
}

size_t model_data_count(const struct model_data *data)
{
    return data->count;
}

size_t model_data_left_out(const struct model_data *data)
{
    return data->left_out;
}

size_t model_data_number(const struct model_data *data, size_t k)
{
    return data->first + place_of(data, k);
}

const char *model_data_run_name(const struct model_data *data, size_t i,
                                char name[MODEL_DATA_RUN_SIZE])
{
    size_t first = model_data_number(data, i * data->batch);
    if (data->batch == 1)
        snprintf(name, MODEL_DATA_RUN_SIZE, "sample %zu", first);
    else
        snprintf(name, MODEL_DATA_RUN_SIZE, "samples %zu to %zu", first, first + data->batch - 1);
    return name;
}

const struct dataset *model_data_labelled(const struct model_data *data)
{
    for (int i = 0; i < data->ends->n_inputs; i++)
        if (dataset_label_kind(data->feeds[i].dataset) != LABEL_NONE)
            return data->feeds[i].dataset;
    return data->feeds[0].dataset;
}

bool model_data_begins(const struct model_data *data, size_t i)
{
    struct dataset_window window;
    if (i == 0 || data->sequence > 0)
        return i == 0 || i % data->sequence == 0;
    return dataset_window(model_data_labelled(data), i * data->batch, &window) &&
           window.number == 0;
}

enum status model_data_sequence(const struct model_data *data, size_t *runs, struct error *error)
{
    struct dataset_window window;
    bool is_recorded = data->sequence == 0 && model_data_count(data) > 0 &&
                       dataset_window(model_data_labelled(data), 0, &window);
    *runs = is_recorded ? 0 : data->sequence > 0 ? data->sequence : model_data_count(data);
    if (data->batch == 1 || *runs == 1) /* then each sample has variables of its own */
        return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, data->ends->name,
                     "a run takes %zu samples, and the model keeps variables from run to run: data "
                     "sets are fed to it with data.sequence=1, or with an input of one sample",
                     data->batch);
}

size_t model_data_remark_count(const struct model_data *data)
{
    size_t count = 0;
    for (int i = 0; i < data->ends->n_inputs; i++)
        count += dataset_remark_count(data->feeds[i].dataset);
    return count;
}

const char *model_data_remark(const struct model_data *data, size_t i)
{
    int feed = 0;
    while (i >= dataset_remark_count(data->feeds[feed].dataset))
        i -= dataset_remark_count(data->feeds[feed++].dataset);
    return dataset_remark(data->feeds[feed].dataset, i);
}

/* Reading */

static enum status read_real(const struct feed *feed, size_t place, void *elements,
                             struct error *error)
{
    size_t count = shape_elements(&feed->tensor.shape);
    if (feed->tensor.type == TYPE_F32)
        return dataset_read(feed->dataset, place, elements, error);
    float *values = memory_try(count * sizeof(*values));
    if (!values)
        return error_set(error, STATUS_MEMORY, feed->samples, "not enough memory for a sample");
    enum status status = dataset_read(feed->dataset, place, values, error);
    if (status == STATUS_OK)
        encode_real(&feed->tensor, values, count, elements);
    free(values);
    return status;
}

static enum status read_sample(const struct model_data *data, const struct feed *feed,
                               size_t sample, void *elements, struct error *error)
{
    size_t place = place_of(data, sample);
    enum status status =
        tensor_is_whole(&feed->tensor)
            ? dataset_read_whole(feed->dataset, place, feed->tensor.type, elements, error)
            : read_real(feed, place, elements, error);
    if (status != STATUS_OK)
        return status;
    status = lookup_check(&feed->tensor, feed->input.facts.table_rows, elements, error);
    if (status != STATUS_OK)
        return error_within(error, "%s: sample %zu", feed->samples,
                            model_data_number(data, sample));
    return STATUS_OK;
}

enum status model_data_read(struct model_data *data, size_t i, void *const *elements,
                            struct error *error)
{
    enum status status = STATUS_OK;
    for (int k = 0; k < data->ends->n_inputs; k++) {
        const struct feed *feed = &data->feeds[k];
        size_t bytes = tensor_bytes(&feed->tensor);
        for (size_t s = 0; s < data->batch && status == STATUS_OK; s++)
            status = read_sample(data, feed, i * data->batch + s, (char *)elements[k] + s * bytes,
                                 error);
    }
    return status;
}
