#include "worker/outputs.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "measure/fidelity.h"
#include "results/json_text.h"
#include "worker/feed.h"
#include "worker/messages.h"

/* One output of the model. */
struct output {
    const struct tensor *tensor;
    struct fidelity_layout layout; /* of one sample; elements 0: of a type that is not compared */
    size_t samples;                /* of a run that it has elements of: the batch, or 1 */
    size_t offset;                 /* of its elements among a run's */
    struct fidelity sum;
    atomic_bool varies; /* some sample's elements differ from the first one's */
};

struct outputs {
    const struct work *work;
    atomic_bool is_lost; /* there was no room to keep all outputs: nobody compares with some */
    struct output *list;
    int count, threads;
    const struct model_data *data;
    size_t batch;           /* samples of a run */
    size_t elements;        /* of all outputs of a run */
    size_t limit;           /* runs that are kept or compared */
    size_t taken;           /* runs so far */
    float *first;           /* elements of the first run */
    float **own;            /* per thread: a run's elements */
    float *reference;       /* per thread, back to back: fp32's */
    struct fidelity *slots; /* of the stretch: per run, per output */
    const char *absent;     /* why nothing is compared; NULL: it is */
};

/* In the kept file, runs follow after this: files of other outputs are not compared with. */
struct kept_header {
    uint64_t outputs, elements;
};

/* Graphs have channels last, files of the NCHW kind behind the batch: the shorter dimension of an
 * image's is taken for that of channels. */
static struct fidelity_layout layout_of(const struct tensor *tensor)
{
    const struct shape *shape = &tensor->shape;
    struct fidelity_layout layout = {.elements = shape_elements(shape), .stride = 1};
    if (tensor->type == TYPE_F16 || tensor->type == TYPE_F64)
        layout.elements = 0;
    if (shape->rank == 0 || layout.elements == 0)
        return layout;
    size_t channels = (size_t)shape->dim[shape->rank - 1];
    if (shape->rank == 4 && (size_t)shape->dim[1] < channels) {
        channels = (size_t)shape->dim[1];
        layout.stride = (size_t)shape->dim[2] * (size_t)shape->dim[3];
    }
    layout.channels = channels > 1 && channels <= FIDELITY_CHANNELS_MAX ? channels : 0;
    return layout;
}

static void list_outputs(struct outputs *outputs, const struct runtime_model *model)
{
    outputs->count = model->n_outputs;
    outputs->list = xcalloc((size_t)model->n_outputs, sizeof(*outputs->list));
    for (int i = 0; i < model->n_outputs; i++) {
        struct output *output = &outputs->list[i];
        output->tensor = &model->outputs[i];
        output->layout = layout_of(output->tensor);
        output->offset = outputs->elements;
        outputs->elements += output->layout.elements;
        output->samples = output->layout.elements % outputs->batch == 0 ? outputs->batch : 1;
        output->layout.elements /= output->samples;
    }
}

static enum status allocate(struct outputs *outputs, size_t slots, struct error *error)
{
    size_t threads = (size_t)outputs->threads, bytes = outputs->elements * sizeof(float);
    outputs->own = xcalloc(threads, sizeof(*outputs->own));
    outputs->slots = xcalloc(slots * (size_t)outputs->count, sizeof(*outputs->slots));
    outputs->first = memory_try(bytes);
    outputs->reference = memory_try(bytes * threads);
    bool enough = outputs->first && outputs->reference;
    for (size_t i = 0; i < threads; i++) {
        outputs->own[i] = memory_try(bytes);
        enough = enough && outputs->own[i];
    }
    if (!enough)
        return error_set(error, STATUS_MEMORY, outputs->work->model,
                         "not enough memory for outputs of %zu elements", outputs->elements);
    return STATUS_OK;
}

static enum status begin_keeping(struct outputs *outputs, struct error *error)
{
    struct kept_header header = {(uint64_t)outputs->count, outputs->elements};
    if (ftruncate(WORK_REFERENCE, 0) != 0 ||
        pwrite(WORK_REFERENCE, &header, sizeof(header), 0) != (ssize_t)sizeof(header))
        return error_set_errno(error, STATUS_IO, NULL, "cannot keep outputs");
    return STATUS_OK;
}

static void begin_comparing(struct outputs *outputs)
{
    struct kept_header header;
    struct stat status;
    if (pread(WORK_REFERENCE, &header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
        fstat(WORK_REFERENCE, &status) != 0) {
        outputs->absent = "the outputs of fp32 are not there";
        return;
    }
    if (header.outputs != (uint64_t)outputs->count || header.elements != outputs->elements) {
        outputs->absent = "the outputs are not those of fp32";
        return;
    }
    size_t there = ((size_t)status.st_size - sizeof(header)) / (outputs->elements * sizeof(float));
    outputs->limit = there < outputs->limit ? there : outputs->limit;
}

enum status outputs_new(const struct work *work, const struct runtime_model *model, int threads,
                        size_t slots, const struct model_data *data, struct outputs **outputs,
                        struct error *error)
{
    struct outputs *made = xcalloc(1, sizeof(*made));
    *made = (struct outputs){
        .work = work, .threads = threads, .data = data, .batch = model_data_batch(data)};
    list_outputs(made, model);
    made->limit = OUTPUTS_BYTES_MAX / ((made->elements + 1) * sizeof(float));
    enum status status = allocate(made, slots, error);
    if (status == STATUS_OK && work->reference == REFERENCE_WRITTEN)
        status = begin_keeping(made, error);
    if (status != STATUS_OK) {
        outputs_free(made);
        return status;
    }
    if (work->reference == REFERENCE_WRITTEN)
        made->absent = "it is what the others are compared with";
    else if (work->reference == REFERENCE_READ)
        begin_comparing(made);
    else
        made->absent = "there are no outputs of fp32 to compare with";
    *outputs = made;
    return STATUS_OK;
}

void outputs_free(struct outputs *outputs)
{
    if (!outputs)
        return;
    for (int i = 0; outputs->own && i < outputs->threads; i++)
        free(outputs->own[i]);
    free(outputs->own);
    free(outputs->slots);
    free(outputs->first);
    free(outputs->reference);
    free(outputs->list);
    free(outputs);
}

static enum status decode(const struct outputs *outputs, const struct runtime_session *session,
                          float *values, struct error *error)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < outputs->count; i++)
        if (outputs->list[i].layout.elements > 0 || i == 0)
            status = feed_decode(outputs->list[i].tensor, session->outputs[i],
                                 values + outputs->list[i].offset, error);
    return status;
}

enum status outputs_begin(struct outputs *outputs, const struct runtime_session *session,
                          struct error *error)
{
    return decode(outputs, session, outputs->first, error);
}

/* Number of a run's sample among all of the data. */
static size_t sample_of(const struct outputs *outputs, size_t run, size_t within)
{
    return model_data_number(outputs->data, run * outputs->batch + within);
}

static enum status check_finite(const struct outputs *outputs, const float *values, size_t run,
                                struct error *error)
{
    for (int i = 0; i < outputs->count; i++) {
        const struct output *output = &outputs->list[i];
        for (size_t k = 0; k < output->layout.elements * output->samples; k++) {
            float value = values[output->offset + k];
            if (!isfinite(value))
                return error_set(error, STATUS_INVALID, outputs->work->model,
                                 "output '%s' is %s for sample %zu", output->tensor->name,
                                 isnan(value) ? "NaN" : "infinite",
                                 sample_of(outputs, run, k / output->layout.elements));
        }
    }
    return STATUS_OK;
}

/* Compares the samples of one output, whose elements lie at own and reference. */
static void compare_output(const struct outputs *outputs, const struct output *output, size_t run,
                           const float *own, const float *reference, struct fidelity *sum)
{
    size_t elements = output->layout.elements;
    for (size_t s = 0; elements > 0 && s < output->samples; s++)
        fidelity_compare(sum, &output->layout, sample_of(outputs, run, s), own + s * elements,
                         reference + s * elements);
}

/* Keeps the run's outputs for others, or compares them with those that are kept. */
static enum status use_kept(struct outputs *outputs, int thread, size_t slot, size_t run,
                            struct error *error)
{
    const float *own = outputs->own[thread];
    float *reference = outputs->reference + (size_t)thread * outputs->elements;
    size_t bytes = outputs->elements * sizeof(float);
    off_t at = (off_t)(sizeof(struct kept_header) + run * bytes);
    struct fidelity *slots = outputs->slots + slot * (size_t)outputs->count;
    memset(slots, 0, (size_t)outputs->count * sizeof(*slots));
    if (run >= outputs->limit)
        return STATUS_OK;
    if (outputs->work->reference == REFERENCE_WRITTEN &&
        pwrite(WORK_REFERENCE, own, bytes, at) != (ssize_t)bytes)
        outputs->is_lost = true;
    if (outputs->absent)
        return STATUS_OK;
    ssize_t got = pread(WORK_REFERENCE, reference, bytes, at);
    if (got != (ssize_t)bytes) {
        errno = got < 0 ? errno : EIO;
        return error_set_errno(error, STATUS_IO, NULL, "cannot read the outputs of fp32");
    }
    for (int i = 0; i < outputs->count; i++) {
        const struct output *output = &outputs->list[i];
        compare_output(outputs, output, run, own + output->offset, reference + output->offset,
                       &slots[i]);
    }
    return STATUS_OK;
}

static void note_variation(struct outputs *outputs, const float *values)
{
    for (int i = 0; i < outputs->count; i++) {
        struct output *output = &outputs->list[i];
        size_t bytes = output->layout.elements * sizeof(float);
        for (size_t s = 0; s < output->samples && !output->varies; s++)
            if (memcmp(values + output->offset + s * output->layout.elements,
                       outputs->first + output->offset, bytes) != 0)
                output->varies = true;
    }
}

enum status outputs_take(struct outputs *outputs, const struct runtime_session *session, int thread,
                         size_t slot, size_t run, const float **values, struct error *error)
{
    float *own = outputs->own[thread];
    *values = own;
    enum status status = decode(outputs, session, own, error);
    if (status == STATUS_OK)
        status = check_finite(outputs, own, run, error);
    if (status != STATUS_OK)
        return status;
    note_variation(outputs, own);
    return use_kept(outputs, thread, slot, run, error);
}

void outputs_add_slots(struct outputs *outputs, size_t count)
{
    outputs->taken += count;
    for (size_t slot = 0; slot < count; slot++)
        for (int i = 0; i < outputs->count; i++)
            fidelity_add(&outputs->list[i].sum,
                         &outputs->slots[slot * (size_t)outputs->count + (size_t)i]);
}

static json_t *output_entry(const struct outputs *outputs, const struct output *output)
{
    const struct fidelity *sum = &output->sum;
    char shape[SHAPE_TEXT_SIZE];
    double channel_sqnr;
    int channel = fidelity_worst_channel(sum, output->layout.channels, &channel_sqnr);
    json_t *entry = json_pack("{s:o, s:s, s:I, s:b}", "name", json_said(output->tensor->name),
                              "shape", shape_text(&output->tensor->shape, shape), "elements",
                              (json_int_t)output->layout.elements, "constant",
                              outputs->taken * output->samples > 1 && !output->varies);
    if (sum->samples == 0)
        return entry;
    json_object_set_new(entry, "sqnr", message_number(fidelity_sqnr(sum->signal, sum->noise)));
    json_object_set_new(entry, "cosine", message_number(fidelity_cosine(sum)));
    json_object_set_new(entry, "max_error", message_number(sum->max_error));
    json_object_set_new(entry, "sample", json_integer((json_int_t)sum->sample));
    if (channel >= 0) {
        json_object_set_new(entry, "channel", json_integer(channel));
        json_object_set_new(entry, "channel_sqnr", message_number(channel_sqnr));
    }
    return entry;
}

double outputs_noise(const struct outputs *outputs)
{
    double worst = NAN;
    for (int i = 0; i < outputs->count; i++) {
        const struct fidelity *sum = &outputs->list[i].sum;
        if (sum->signal > 0.0)
            worst = fmax(worst, sqrt(sum->noise / sum->signal));
    }
    return worst;
}

/* An empty file says that nothing was kept. */
static void drop_lost(const struct outputs *outputs)
{
    if (outputs->is_lost && ftruncate(WORK_REFERENCE, 0) != 0)
        abort(); /* others would compare with holes */
}

json_t *outputs_event(const struct outputs *outputs)
{
    drop_lost(outputs);
    json_t *list = json_array();
    for (int i = 0; i < outputs->count; i++)
        if (outputs->list[i].layout.elements > 0)
            json_array_append_new(list, output_entry(outputs, &outputs->list[i]));
    size_t compared = outputs->count > 0 ? outputs->list[0].sum.samples : 0;
    json_t *event =
        json_pack("{s:s, s:i, s:I, s:o}", "event", "fidelity", "candidate",
                  outputs->work->candidate, "samples", (json_int_t)compared, "outputs", list);
    if (outputs->absent)
        json_object_set_new(event, "absent", json_said(outputs->absent));
    return event;
}
