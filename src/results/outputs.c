#include "results/outputs.h"

#include <math.h>

#include "base/text.h"

/* No network of ours has more; a hostile journal shall not make a text of any length. */
#define OUTPUTS_MAX 4096

static const char *copy(struct results *results, const json_t *value)
{
    const char *text = json_string_value(value);
    char *printable = arena_strdup(results->arena, text ? text : "");
    text_make_printable(printable);
    return printable;
}

static double number_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

/* JSON has no infinity: without a difference the ratio is infinite, without a signal it is 0. */
static double ratio_at(const json_t *object, const char *key, double max_error)
{
    double ratio = number_at(object, key);
    return !isnan(ratio) ? ratio : max_error > 0.0 ? -INFINITY : INFINITY;
}

static struct output_data read_output(struct results *results, const json_t *entry)
{
    struct output_data output = {
        .name = copy(results, json_object_get(entry, "name")),
        .shape = copy(results, json_object_get(entry, "shape")),
        .elements = number_at(entry, "elements"),
        .is_constant = json_is_true(json_object_get(entry, "constant")),
        .is_compared = json_is_number(json_object_get(entry, "max_error")),
        .channel = -1,
    };
    if (!output.is_compared)
        return output;
    output.max_error = number_at(entry, "max_error");
    output.sqnr = ratio_at(entry, "sqnr", output.max_error);
    output.cosine = number_at(entry, "cosine");
    output.sample = (long)json_integer_value(json_object_get(entry, "sample"));
    if (json_is_integer(json_object_get(entry, "channel"))) {
        output.channel = (int)json_integer_value(json_object_get(entry, "channel"));
        output.channel_sqnr = ratio_at(entry, "channel_sqnr", output.max_error);
    }
    return output;
}

static void describe_output(const struct candidate_data *candidate, size_t i, struct text *out)
{
    const struct output_data *output = &candidate->outputs[i];
    text_printf(out, "%s%s %s: ", i ? "; " : "", output->name, output->shape);
    if (output->is_compared && output->max_error <= 0.0)
        text_add_string(out, "equal to fp32");
    else if (output->is_compared)
        text_printf(out, "SQNR %.1f dB, cosine %.6f, largest error %.4g at sample %ld",
                    output->sqnr, output->cosine, output->max_error, output->sample);
    if (output->is_compared && output->max_error > 0.0 && output->channel >= 0)
        text_printf(out, ", channel %d worst with %.1f dB", output->channel, output->channel_sqnr);
    if (!output->is_compared)
        text_add_string(out, candidate->not_compared);
    if (output->is_constant)
        text_add_string(out, ", the same for all samples");
}

static const char *describe_all(struct results *results, const struct candidate_data *candidate)
{
    struct text text = {0};
    for (size_t i = 0; i < candidate->n_outputs; i++)
        describe_output(candidate, i, &text);
    const char *list = arena_strdup(results->arena, text.bytes ? text.bytes : "");
    text_release(&text);
    return list;
}

bool outputs_take_event(struct results *results, struct candidate_data *candidate,
                        const json_t *event)
{
    const json_t *list = json_object_get(event, "outputs");
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count > OUTPUTS_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!json_is_object(json_array_get(list, i)))
            return false;
    struct output_data *outputs = arena_alloc(results->arena, count * sizeof(*outputs));
    for (size_t i = 0; i < count; i++)
        outputs[i] = read_output(results, json_array_get(list, i));
    candidate->outputs = outputs;
    candidate->n_outputs = count;
    candidate->not_compared = json_object_get(event, "absent")
                                  ? copy(results, json_object_get(event, "absent"))
                                  : "there is nothing to compare with";
    candidate->output_list = describe_all(results, candidate);
    return true;
}

/* Channels of class scores are not told apart: those of classes that hardly occur are all noise.
 * Channels of other outputs are quantities of their own. */
static bool judged_by_channel(const struct candidate_data *candidate, size_t i)
{
    bool has_classes = i == 0 && candidate->metric && candidate->metric->of_classes;
    return candidate->outputs[i].channel >= 0 && !has_classes;
}

static double judged_sqnr(const struct candidate_data *candidate, size_t i)
{
    const struct output_data *output = &candidate->outputs[i];
    return judged_by_channel(candidate, i) ? fmin(output->sqnr, output->channel_sqnr)
                                           : output->sqnr;
}

static struct figure plain(double value)
{
    if (isnan(value))
        return (struct figure){.reason = "not defined for these outputs"};
    return (struct figure){.present = true, .value = value, .low = value, .high = value};
}

void outputs_compute(const struct candidate_data *candidate, struct row *row)
{
    double sqnr = INFINITY, cosine = NAN, max_error = NAN;
    bool any = false;
    row->output_list = candidate->output_list;
    row->constant_output = "";
    for (size_t i = 0; i < candidate->n_outputs; i++) {
        const struct output_data *output = &candidate->outputs[i];
        if (output->is_constant && row->constant_output[0] == '\0')
            row->constant_output = output->name;
        if (!output->is_compared)
            continue;
        any = true;
        sqnr = fmin(sqnr, judged_sqnr(candidate, i));
        cosine = fmin(cosine, output->cosine);
        max_error = fmax(max_error, output->max_error);
    }
    if (any) {
        row->sqnr = plain(sqnr);
        row->cosine = plain(cosine);
        row->max_error = plain(max_error);
        return;
    }
    const char *reason = candidate->not_compared ? candidate->not_compared : "not scored yet";
    row->sqnr = row->cosine = row->max_error = (struct figure){.reason = reason};
}
