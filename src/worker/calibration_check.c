#include "worker/calibration_check.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "quantize/lint.h"
#include "results/json_text.h"

/* So many runs of either set are enough to see a mistake, and cost little. */
#define RUNS_MAX 256

typedef void take_sample(struct lint *lint, const float *values, size_t count);

/* The inputs as real numbers, whatever a mode made of them. */
struct real_inputs {
    struct model_ends ends;
    struct tensor *tensors;
    void **elements;     /* room for one run */
    struct lint **lints; /* one per input; NULL: it takes whole numbers */
};

static void inputs_init(struct real_inputs *inputs, const struct model_ends *ends, size_t first)
{
    size_t count = (size_t)ends->n_inputs;
    inputs->ends = *ends;
    inputs->tensors = xcalloc(count, sizeof(*inputs->tensors));
    inputs->elements = xcalloc(count, sizeof(*inputs->elements));
    inputs->lints = xcalloc(count, sizeof(*inputs->lints));
    for (size_t i = 0; i < count; i++) {
        struct tensor *tensor = &inputs->tensors[i];
        *tensor = ends->inputs[i];
        if (!tensor_is_whole(tensor)) {
            tensor->type = TYPE_F32;
            tensor->quant = (struct quantization){0};
            inputs->lints[i] = lint_new(first);
        }
        inputs->elements[i] = memory_try(tensor_bytes(tensor));
    }
    inputs->ends.inputs = inputs->tensors;
}

static void inputs_release(struct real_inputs *inputs)
{
    for (int i = 0; i < inputs->ends.n_inputs; i++) {
        lint_free(inputs->lints[i]);
        free(inputs->elements[i]);
    }
    free(inputs->tensors);
    free(inputs->elements);
    free(inputs->lints);
}

static bool has_room(const struct real_inputs *inputs)
{
    for (int i = 0; i < inputs->ends.n_inputs; i++)
        if (!inputs->elements[i])
            return false;
    return true;
}

/* The samples of a run, one by one. */
static void take_run(const struct real_inputs *inputs, size_t batch, take_sample *take)
{
    for (int i = 0; i < inputs->ends.n_inputs; i++) {
        size_t elements = shape_elements(&inputs->tensors[i].shape) / batch;
        for (size_t s = 0; s < batch && inputs->lints[i]; s++)
            take(inputs->lints[i], (const float *)inputs->elements[i] + s * elements, elements);
    }
}

/* What cannot be read was complained about when it was needed. */
static void look(struct real_inputs *inputs, const struct dataset_spec *spec, take_sample *take)
{
    struct model_data *data;
    struct error ignored;
    if (model_data_open(spec, &inputs->ends, &data, &ignored) != STATUS_OK)
        return;
    size_t runs = model_data_runs(data);
    for (size_t r = 0; r < runs && r < RUNS_MAX; r++) {
        if (model_data_read(data, r, inputs->elements, &ignored) != STATUS_OK)
            break;
        take_run(inputs, model_data_batch(data), take);
    }
    model_data_free(data);
}

/* An input and the texts about it. */
struct teller {
    const char *input; /* NULL: the only one */
    json_t *texts;
};

static void tell(void *context, const struct lint_rule *rule, const char *text)
{
    const struct teller *teller = context;
    struct text line = {0};
    (void)rule;
    if (teller->input)
        text_printf(&line, "input '%s': ", teller->input);
    text_add_string(&line, text);
    json_array_append_new(teller->texts, json_said(line.bytes));
    text_release(&line);
}

static void report(const struct real_inputs *inputs, json_t *texts)
{
    for (int i = 0; i < inputs->ends.n_inputs; i++) {
        bool is_only = inputs->ends.n_inputs == 1;
        struct teller teller = {is_only ? NULL : inputs->tensors[i].name, texts};
        if (inputs->lints[i])
            lint_report(inputs->lints[i], tell, &teller);
    }
}

static bool is_drawn(const struct dataset_spec *spec)
{
    for (size_t i = 0; i < spec->n_inputs; i++)
        if (dataset_is_random(spec->inputs[i].samples))
            return true;
    return spec->samples && dataset_is_random(spec->samples);
}

void calibration_check(const struct work *work, const struct model_ends *ends, json_t *texts)
{
    struct real_inputs inputs;
    if (!work->has_calibration || is_drawn(&work->calibration))
        return;
    inputs_init(&inputs, ends, work->calibration.first);
    if (has_room(&inputs)) {
        look(&inputs, &work->calibration, lint_calibration);
        if (work->has_data && !is_drawn(&work->data))
            look(&inputs, &work->data, lint_scored);
        report(&inputs, texts);
    }
    inputs_release(&inputs);
}
