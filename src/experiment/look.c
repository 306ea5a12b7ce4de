#include "experiment/look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/printable.h"
#include "experiment/asked.h"
#include "experiment/work.h"
#include "hardware/cpu.h"
#include "measure/accuracy.h"
#include "runtimes/runtime.h"

/* Seconds for each way of looking at samples: some hundred of most networks. */
#define CHECK_SECONDS 3.0

/* What both have in common; whatever changes nothing of the samples is left out. */
static struct work order_of(const struct experiment *experiment, const struct placement *placement)
{
    return (struct work){
        .model = experiment->models[0].path,
        .signature = experiment->models[0].signature,
        .shapes = experiment->shapes,
        .n_shapes = experiment->n_shapes,
        .mode = "",
        .isa = isa_table[isa_best()].name,
        .runtime = runtime_table[0]->name,
        .memory_bytes = experiment->bounds.memory_bytes,
        .most_nodes = experiment->bounds.nodes,
        .is_unguarded = experiment->is_unguarded,
        .has_data = experiment->has_data,
        .data = experiment->data,
        .n_pus = placement->n_threads,
        .pus = placement->pus,
    };
}

json_t *look_order_show(const struct experiment *experiment, const struct placement *placement)
{
    struct work work = order_of(experiment, placement);
    work.kind = WORK_SHOW;
    return work_encode(&work);
}

json_t *look_order_check(const struct experiment *experiment, const struct placement *placement,
                         bool is_integer)
{
    struct work work = order_of(experiment, placement);
    size_t mode = 0;
    while (!(is_integer ? mode_table[mode]->takes_quantized : mode_table[mode]->is_baseline))
        mode++;
    work.kind = WORK_PREPARE;
    work.mode = mode_table[mode]->name;
    work.metric = experiment->metric;
    work.has_threshold = experiment->has_threshold;
    work.threshold = experiment->threshold;
    work.check_seconds = CHECK_SECONDS;
    work.tells_look = true;
    return work_encode(&work);
}

static void add_label(const json_t *event, struct text *out)
{
    const json_t *label = json_object_get(event, "label");
    const char *name = json_string_value(json_object_get(event, "name"));
    double targets = asked_number(event, "targets");
    if (json_is_integer(label))
        text_printf(out, "label %" JSON_INTEGER_FORMAT, json_integer_value(label));
    if (json_is_integer(label) && name) {
        text_add_string(out, " (");
        text_add_printable(out, name);
        text_add_string(out, ")");
    }
    if (targets > 0.0)
        text_printf(out, "target %.4g%s", asked_number(event, "target"),
                    targets > 1.0 ? " and more" : "");
}

/* "'image', float32 1x28x28x1, a curve: 0 to 255, mean 72.9" */
static void add_about(const json_t *event, struct text *out)
{
    const char *input = json_string_value(json_object_get(event, "input"));
    const char *takes = json_string_value(json_object_get(event, "takes"));
    text_add_string(out, "'");
    text_add_printable(out, input ? input : "");
    text_add_string(out, "', ");
    text_add_printable(out, takes ? takes : "");
    if (asked_number(event, "inputs") > 1.0)
        text_printf(out, ", the first of %.0f inputs", asked_number(event, "inputs"));
    text_printf(out, "%s: %.4g to %.4g, mean %.4g",
                json_is_true(json_object_get(event, "curve")) ? ", as a curve" : "",
                asked_number(event, "least"), asked_number(event, "most"),
                asked_number(event, "mean"));
}

static void add_ids(const json_t *event, struct text *out)
{
    const json_t *ids = json_object_get(event, "ids");
    size_t i;
    json_t *id;
    json_array_foreach(ids, i, id)
        text_printf(out, "%s%" JSON_INTEGER_FORMAT, i ? ", " : "", json_integer_value(id));
    if (asked_number(event, "elements") > (double)json_array_size(ids))
        text_add_string(out, ", ...");
}

static bool is_side(double side)
{
    return side >= 1.0 && side <= WORK_SHOWN_SIDE && !(floor(side) < side);
}

/* False where there is something that is no picture. */
static bool take_pixels(const json_t *event, struct look_sample *sample)
{
    const json_t *list = json_object_get(event, "pixels");
    double height = asked_number(event, "height"), width = asked_number(event, "width");
    double channels = asked_number(event, "channels");
    size_t count = json_array_size(list), i;
    json_t *item;
    if (!list)
        return true;
    bool is_shaped = is_side(height) && is_side(width) && (is_side(channels) && channels <= 3.0);
    if (!is_shaped || fabs(height * width * channels - (double)count) > 0.0)
        return false;
    sample->pixels = xcalloc(count, sizeof(*sample->pixels));
    json_array_foreach(list, i, item)
    {
        json_int_t value = json_integer_value(item);
        if (!json_is_integer(item) || value < 0 || value > 255)
            return false;
        sample->pixels[i] = (unsigned char)value;
    }
    sample->height = (int)height;
    sample->width = (int)width;
    sample->channels = (int)channels;
    return sample->channels != 2;
}

bool look_take_sample(const json_t *event, struct look_sample *sample)
{
    double number = asked_number(event, "sample"), count = asked_number(event, "count");
    *sample = (struct look_sample){0};
    if (!asked_is(event, WORK_SHOWN) || !(number >= 0.0) || !(number < count) || count > 1e15 ||
        !take_pixels(event, sample)) {
        look_sample_release(sample);
        return false;
    }
    sample->sample = (size_t)number;
    sample->count = (size_t)count;
    sample->number = asked_number(event, "number");
    add_label(event, &sample->label);
    add_about(event, &sample->about);
    if (json_object_get(event, "ids"))
        add_ids(event, &sample->ids);
    return true;
}

void look_sample_release(struct look_sample *sample)
{
    free(sample->pixels);
    text_release(&sample->label);
    text_release(&sample->about);
    text_release(&sample->ids);
    *sample = (struct look_sample){0};
}

/* "top-1 88.3 % (84 to 92.1 %)" */
static void add_figure(const json_t *looked, const struct metric_kind *metric, struct text *out)
{
    double low = asked_number(looked, "low"), high = asked_number(looked, "high");
    const char *space = metric->unit[0] ? " " : "";
    text_printf(out, "%s %.3g%s%s", metric->title, asked_number(looked, "estimate") * metric->scale,
                space, metric->unit);
    if (isfinite(low) && isfinite(high))
        text_printf(out, " (%.3g to %.3g%s%s)", low * metric->scale, high * metric->scale, space,
                    metric->unit);
}

/* ", by chance 10 %, over 256 of 2000 samples" */
static void add_ground(const json_t *looked, const struct metric_kind *metric, struct text *out)
{
    double samples = asked_number(looked, "samples"), total = asked_number(looked, "total");
    double chance = asked_number(looked, "chance");
    if (isfinite(chance))
        text_printf(out, ", by chance %.3g%s%s", chance * metric->scale, metric->unit[0] ? " " : "",
                    metric->unit);
    text_printf(out, ", over %.0f", samples);
    if (total > samples)
        text_printf(out, " of %.0f", total);
    text_add_string(out, " samples");
}

/* Why nothing was looked at. */
static void add_absence(const json_t *prepared, struct text *out)
{
    const char *absent = json_string_value(json_object_get(prepared, "metric_absent"));
    text_add_string(out, "cannot be told: ");
    if (absent)
        text_add_printable(out, absent);
    else
        text_add_string(out, "samples belong together, or the model is too slow for enough of "
                             "them");
}

struct look_check look_take_check(const json_t *looked, const json_t *prepared)
{
    struct look_check check = {.verdict = LOOK_OPEN};
    check.samples = asked_number(prepared, "samples");
    check.sample_seconds = asked_number(looked, "seconds");
    check.run_seconds = asked_number(prepared, "seconds") + check.samples * check.sample_seconds;
    const char *name = json_string_value(json_object_get(looked, "metric"));
    const char *word = json_string_value(json_object_get(looked, "word"));
    const char *doubt = json_string_value(json_object_get(prepared, "doubt"));
    const struct metric_kind *metric = name ? metric_kind_find(name) : NULL;
    if (!metric || !word) {
        add_absence(prepared, &check.text);
        return check;
    }
    bool has_truth = metric->truth != TRUTH_NONE;
    bool has_figure = has_truth && isfinite(asked_number(looked, "estimate"));
    if (has_truth && !has_figure && !word[0]) {
        text_printf(&check.text, "cannot be told: %s says nothing of these labels", metric->title);
        return check;
    }
    check.verdict = word[0] ? LOOK_DOUBTFUL : has_truth ? LOOK_PLAUSIBLE : LOOK_OPEN;
    text_add_printable(&check.text, word[0]     ? word
                                    : has_truth ? "plausible"
                                                : "not constant, and no labels to judge it by");
    if (word[0] && doubt) {
        text_add_string(&check.text, ": ");
        text_add_printable(&check.text, doubt);
    }
    if (has_figure) {
        text_add_string(&check.text, word[0] && doubt ? "; " : ": ");
        add_figure(looked, metric, &check.text);
    }
    if (!word[0])
        add_ground(looked, metric, &check.text);
    return check;
}

void look_check_release(struct look_check *check)
{
    text_release(&check->text);
    *check = (struct look_check){0};
}
