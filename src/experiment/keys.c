#include "experiment/keys.h"

#include <stdio.h>
#include <string.h>

#include "formats/dataset/picture.h"
#include "formats/dataset/preset.h"
#include "hardware/cpu.h"
#include "measure/accuracy.h"
#include "quantize/observer.h"
#include "runtimes/runtime.h"
#include "search/search.h"

static const size_t type_count = TYPE_COUNT, isa_count = ISA_COUNT;

#define ROWS(table) .names = (table), .stride = sizeof((table)[0])
static const struct choices metric_choices = {ROWS(metric_kinds), .count = &metric_kind_count,
                                              .open = "auto"};
static const struct choices type_choices = {ROWS(type_table), .count = &type_count, .open = "auto"};
static const struct choices layout_choices = {ROWS(data_layouts), .count = &data_layout_count,
                                              .open = "auto"};
static const struct choices preset_choices = {ROWS(dataset_presets), .count = &dataset_preset_count,
                                              .open = "none"};
static const struct choices filter_choices = {ROWS(picture_filters),
                                              .count = &picture_filter_count};
static const struct choices order_choices = {ROWS(picture_orders), .count = &picture_order_count};
static const struct choices observer_choices = {ROWS(observer_table), .count = &observer_count};
static const struct choices isa_choices = {ROWS(isa_table), .count = &isa_count, .open = "best"};
/* Beside the fastest way there is one: as they are defined. */
static const char *const convolution_ways[] = {"direct"};
static const size_t convolution_way_count = 1;
static const struct choices convolution_choices = {
    ROWS(convolution_ways), .count = &convolution_way_count, .open = "fastest"};
static const struct choices method_choices = {ROWS(search_methods), .count = &search_method_count};
static const struct choices runtime_choices = {ROWS(runtime_table), .count = &runtime_count,
                                               .by_pointer = true};

static const struct key_section sections[] = {
    {"", "What to compare."},
    {"data", "The samples that are scored, and the source of the inputs that are timed."},
    {"preprocess", "How the elements of data and calibration become the numbers that the model "
                   "takes: ((element - zero_point) * scale - mean) / deviation."},
    {"calibration", "The samples that ranges of activations are taken from."},
    {"measure", "How long and how exactly to measure."},
    {"layers", "The layer ledger: the error of each layer, and what it costs the network."},
    {"limits", "What one model may take: beyond it its row fails, says so, and the others go on."},
    {"constraints", "What the recommended mode has to meet."},
    {"search",
     "What quantop search looks for: the fastest plan in which some layers stay float32."},
    {"output", "Where results are written to when the run ends; \"-\" is standard output. What a "
               "profile names lies below its folder or the current one, unless --trust-profile is "
               "given."},
};
#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

/* Where a row stores to. */
#define AT(member) offsetof(struct draft, member)
#define IN(member) offsetof(struct draft, experiment.member)

static const struct key keys[] = {
    {.path = "title", .kind = KEY_TEXT, .offset = IN(title), .help = "Heads tables and reports."},
    {.path = "models",
     .kind = KEY_MODELS,
     .offset = AT(models),
     .help = "The models; a name replaces the file's name without suffix, a signature chooses one "
             "of the file's. In place of a path, "
             "synth: and the text of an architecture, such as synth:mobilenet-v2:size=96, or in a "
             "mapping architecture and its options: see quantop(1)."},
    {.path = "model",
     .kind = KEY_MODELS,
     .one = true,
     .offset = AT(models),
     .help = "The only model, in place of models."},
    {.path = "shapes",
     .kind = KEY_SHAPES,
     .offset = IN(shapes),
     .help = "Shapes for inputs that a model's file leaves open, or has otherwise, as in "
             "input=1x3x224x224: "
             "for the models that have an input of that name."},
    {.path = "shape",
     .kind = KEY_SHAPES,
     .one = true,
     .offset = IN(shapes),
     .help = "The only shape, in place of shapes."},
    {.path = "signature",
     .kind = KEY_TEXT,
     .offset = IN(signature),
     .help = "Which signature of .tflite files with several to run, or which subgraph of those "
             "without, by its name as quantop inspect lists it, for models whose mapping has no "
             "signature of its own; the first one when none is given."},
    {.path = "modes",
     .kind = KEY_MODES,
     .offset = AT(modes),
     .help = "The modes to compare, fp32 among them if there are to be speedups and drops; all but "
             "as-is when none is given."},
    {.path = "mode",
     .kind = KEY_MODES,
     .one = true,
     .offset = AT(modes),
     .help = "The only mode, in place of modes."},
    {.path = "placements",
     .kind = KEY_PLACEMENTS,
     .initial = "1",
     .offset = IN(placements),
     .help = "Which processing units run the models; each mode is timed on each placement."},
    {.path = "placement",
     .kind = KEY_PLACEMENTS,
     .one = true,
     .offset = IN(placements),
     .help = "The only placement, in place of placements."},
    {.path = "runtimes",
     .kind = KEY_RUNTIMES,
     .choices = &runtime_choices,
     .initial = "builtin",
     .offset = IN(runtimes),
     .help =
         "What executes the models; each mode is timed on each runtime, whose library is looked "
         "for when the run begins."},
    {.path = "runtime",
     .kind = KEY_RUNTIMES,
     .one = true,
     .choices = &runtime_choices,
     .offset = IN(runtimes),
     .help = "The only runtime, in place of runtimes."},
    {.path = "targets",
     .kind = KEY_TARGETS,
     .offset = IN(targets),
     .help = "Devices that a mode's file may be meant for: each row says which of them its file, "
             "activations and operators fit, and why not the others; see TARGETS."},
    {.path = "target",
     .kind = KEY_TARGETS,
     .one = true,
     .offset = IN(targets),
     .help = "The only target, in place of targets."},
    {.path = "onnxruntime",
     .kind = KEY_PATH,
     .offset = IN(onnxruntime),
     .reach = REACH_CODE,
     .help = "The library of the runtime onnxruntime, where it is not found by itself. Its code "
             "runs, so that a profile's counts only with --trust-profile; the option "
             "--onnxruntime and the environment always do."},
    {.path = "metric",
     .kind = KEY_CHOICE,
     .choices = &metric_choices,
     .initial = "auto",
     .need = NEED_DATA,
     .offset = IN(metric),
     .help = "What accuracy means; auto follows the output and the labels: top1 for class labels, "
             "decision or auc where the output is one element, anomaly where it is as long as the "
             "input and labels are 0 and 1, mae for vectors, pixel for label "
             "maps; without labels, agreement behind a softmax or a sigmoid, and sqnr elsewhere."},
    {.path = "threshold",
     .kind = KEY_NUMBER,
     .least = -1e9,
     .most = 1e9,
     .need = NEED_DATA,
     .offset = IN(threshold),
     .also = IN(has_threshold),
     .help =
         "Above it, an output of one element means class 1; behind a sigmoid 0.5 if not given."},

    {.path = "data.samples",
     .kind = KEY_SAMPLES,
     .offset = IN(data.samples),
     .help = "An IDX file (gzip or not), an NPY or NPZ file, a table (.csv), a folder of raw "
             "tensors or "
             "of pictures; or random: and a number of samples to draw: see SAMPLES."},
    {.path = "data.inputs",
     .kind = KEY_INPUTS,
     .one = true,
     .offset = IN(data),
     .help = "In place of samples, for models with several inputs: samples for each, by its "
             "name, such as {input_ids: ids.npy, attention_mask: mask.npy}. All have the same "
             "number of samples. Inputs of integer types without a scale take whole numbers as "
             "they are."},
    {.path = "data.labels",
     .kind = KEY_PATH,
     .need = NEED_DATA,
     .offset = IN(data.labels),
     .help =
         "The truth: an IDX, NPY, NPZ or CSV file; those that come with the samples are found by "
         "themselves: see LABELS."},
    {.path = "data.label_column",
     .kind = KEY_TEXT,
     .need = NEED_DATA,
     .offset = IN(data.label_column),
     .help =
         "Of a table or a list (CSV): the column of labels, by its name in the first line or by "
         "its number from 1. Else it is the one called label, labels, class, class_name, "
         "category, target or y."},
    {.path = "data.layout",
     .kind = KEY_CHOICE,
     .choices = &layout_choices,
     .initial = "auto",
     .need = NEED_SAMPLES,
     .offset = IN(data.layout),
     .help =
         "How the samples of data and calibration are arranged, where comparing their shape with "
         "the model's input does not tell: nhwc with channels last, nchw with channels first, "
         "as-is as the input."},
    {.path = "data.type",
     .kind = KEY_TYPE,
     .choices = &type_choices,
     .initial = "auto",
     .need = NEED_SAMPLES,
     .offset = IN(data.type),
     .help = "Type of the elements of raw tensors, where auto is float32; files of other formats "
             "say it themselves."},
    {.path = "data.first",
     .kind = KEY_COUNT,
     .most = 1e9,
     .initial = "0",
     .need = NEED_DATA,
     .offset = IN(data.first),
     .help = "Samples to leave out at the start."},
    {.path = "data.count",
     .kind = KEY_COUNT,
     .most = 1e9,
     .initial = "0",
     .need = NEED_DATA,
     .offset = IN(data.count),
     .help = "Samples to score; 0 is all that are left."},
    {.path = "data.sequence",
     .kind = KEY_COUNT,
     .most = 1e9,
     .initial = "0",
     .offset = IN(data.sequence),
     .help = "Of models that keep variables from run to run (streaming networks, LSTM): how many "
             "samples of data and calibration make one sequence, behind which the variables begin "
             "anew; 0: all are one, in order, or each recording is. Where each sample is complete "
             "in itself it is 1."},

    {.path = "preprocess.preset",
     .kind = KEY_CHOICE,
     .choices = &preset_choices,
     .initial = "none",
     .need = NEED_SAMPLES,
     .offset = IN(data.preset),
     .help = "What published networks do to pixels of 0 to 255: sets scale, mean, deviation and "
             "resize where these are not given; see PRESETS."},
    {.path = "preprocess.resize",
     .kind = KEY_SIZE,
     .need = NEED_SAMPLES,
     .offset = IN(data.pictures.resize),
     .help = "Size that pictures get before the crop: that of their shorter side, or width and "
             "height. When not given, they are stretched to the input, or as the preset says."},
    {.path = "preprocess.crop",
     .kind = KEY_SIZE,
     .need = NEED_SAMPLES,
     .offset = IN(data.pictures.crop),
     .help =
         "Size of what is cut out of the middle: what the model's input takes, when not given."},
    {.path = "preprocess.filter",
     .kind = KEY_CHOICE,
     .choices = &filter_choices,
     .initial = "bilinear",
     .need = NEED_SAMPLES,
     .offset = IN(data.pictures.filter),
     .help = "How pictures are resized; both filters widen where a picture shrinks (antialias), as "
             "those of PIL do."},
    {.path = "preprocess.order",
     .kind = KEY_CHOICE,
     .choices = &order_choices,
     .initial = "rgb",
     .need = NEED_SAMPLES,
     .offset = IN(data.pictures.order),
     .help =
         "Order of a picture's channels as the model takes them; mean and deviation are given in "
         "that order."},
    {.path = "preprocess.scale",
     .kind = KEY_NUMBER,
     .least = -1e9,
     .most = 1e9,
     .not_zero = true,
     .initial = "1",
     .need = NEED_SAMPLES,
     .offset = IN(data.scale),
     .help = "What an element is multiplied with, such as 0.00392157 for bytes that stand for 0 "
             "to 1."},
    {.path = "preprocess.zero_point",
     .kind = KEY_NUMBER,
     .least = -1e9,
     .most = 1e9,
     .initial = "0",
     .need = NEED_SAMPLES,
     .offset = IN(data.zero_point),
     .help = "The element that stands for 0."},
    {.path = "preprocess.mean",
     .kind = KEY_NUMBERS,
     .least = -1e9,
     .most = 1e9,
     .need = NEED_SAMPLES,
     .offset = IN(data.mean),
     .also = IN(data.n_mean),
     .help = "What is subtracted after scaling: one number, or one per channel; 0 when not given."},
    {.path = "preprocess.deviation",
     .kind = KEY_NUMBERS,
     .least = -1e9,
     .most = 1e9,
     .not_zero = true,
     .need = NEED_SAMPLES,
     .offset = IN(data.deviation),
     .also = IN(data.n_deviation),
     .help = "What the difference is divided by: one number, or one per channel; 1 when not "
             "given."},

    {.path = "calibration.samples",
     .kind = KEY_SAMPLES,
     .offset = IN(calibration.samples),
     .help = "As data.samples; data.samples when not given, of which calibration.first and "
             "calibration.count choose a part of their own."},
    {.path = "calibration.inputs",
     .kind = KEY_INPUTS,
     .one = true,
     .offset = IN(calibration),
     .help = "As data.inputs, in place of samples."},
    {.path = "calibration.type",
     .kind = KEY_TYPE,
     .choices = &type_choices,
     .initial = "auto",
     .need = NEED_SAMPLES,
     .offset = IN(calibration.type),
     .help = "As data.type; that when not given."},
    {.path = "calibration.first",
     .kind = KEY_COUNT,
     .most = 1e9,
     .initial = "0",
     .need = NEED_SAMPLES,
     .offset = IN(calibration.first),
     .help = "Samples of the file to leave out at the start."},
    {.path = "calibration.count",
     .kind = KEY_COUNT,
     .most = 1e9,
     .initial = "200",
     .need = NEED_SAMPLES,
     .offset = IN(calibration.count),
     .help = "Samples to calibrate with; 0 is all that are left. Unless given, fewer will do."},
    {.path = "calibration.observer",
     .kind = KEY_CHOICE,
     .choices = &observer_choices,
     .initial = "minmax",
     .offset = AT(observer),
     .help = "How what calibration saw becomes a range, for all modes that do not say."},
    {.path = "calibration.percentile",
     .kind = KEY_NUMBER,
     .unit = "%",
     .least = 50,
     .most = 100,
     .initial = "99.99",
     .offset = AT(percentile),
     .help = "Share of the values that the percentile observer keeps within the range, for all "
             "modes that do not say."},

    {.path = "measure.block_ms",
     .kind = KEY_NUMBER,
     .unit = "ms",
     .least = 0.1,
     .most = 60000,
     .initial = "20",
     .offset = IN(measure.block_ms),
     .help = "Length of a block: the inferences of one mode that run in a row before the next mode "
             "has its turn."},
    {.path = "measure.warmup_ms",
     .kind = KEY_NUMBER,
     .unit = "ms",
     .most = 600000,
     .initial = "20",
     .offset = IN(measure.warmup_ms),
     .help = "How long a mode runs untimed at first."},
    {.path = "measure.profile_seconds",
     .kind = KEY_NUMBER,
     .unit = "s",
     .most = 3600,
     .initial = "0.3",
     .offset = IN(measure.profile_seconds),
     .help = "How long the steps of each row are watched, once its timing is over, to say where "
             "the time goes; 0: not at all."},
    {.path = "measure.interval_percent",
     .kind = KEY_NUMBER,
     .unit = "%",
     .least = 0.01,
     .most = 100,
     .initial = "1",
     .offset = IN(measure.interval_percent),
     .help = "Rounds go on until each speedup is known to within this share of itself, with 95 % "
             "confidence."},
    {.path = "measure.same_percent",
     .kind = KEY_NUMBER,
     .unit = "%",
     .least = 0.01,
     .most = 100,
     .initial = "1",
     .offset = IN(measure.same_percent),
     .help =
         "Differences in speed within this share do not matter: a mode is as fast as fp32 where "
         "the whole interval of its speedup lies within, and rounds go on until it lies within "
         "or beyond."},
    {.path = "measure.seconds",
     .kind = KEY_NUMBER,
     .unit = "s",
     .least = 0.01,
     .most = 86400,
     .initial = "20",
     .offset = IN(measure.seconds),
     .help = "Time spent on timing one model on one placement after which no further round begins, "
             "once min_rounds are done."},
    {.path = "measure.timeout_seconds",
     .kind = KEY_NUMBER,
     .unit = "s",
     .least = 1,
     .most = 86400,
     .initial = "120",
     .offset = IN(measure.timeout_seconds),
     .help = "A mode that does not answer for so long is given up."},
    {.path = "measure.min_rounds",
     .kind = KEY_INTEGER,
     .least = 1,
     .most = 1000000,
     .initial = "10",
     .offset = IN(measure.min_rounds),
     .help = "Rounds that are run in any case."},
    {.path = "measure.max_rounds",
     .kind = KEY_INTEGER,
     .least = 1,
     .most = 1000000,
     .initial = "60",
     .offset = IN(measure.max_rounds),
     .help = "Rounds after which timing ends however wide the intervals are."},
    {.path = "measure.process_rounds",
     .kind = KEY_INTEGER,
     .least = 1,
     .most = 1000000,
     .initial = "1",
     .offset = IN(measure.process_rounds),
     .help = "Rounds that one process of a mode takes part in before a fresh one replaces it, so "
             "that what changes from start to start shows."},
    {.path = "measure.seed",
     .kind = KEY_INTEGER,
     .most = 2147483647,
     .initial = "1",
     .offset = IN(measure.seed),
     .help = "Starts the random order of blocks, so that a run can be repeated."},
    {.path = "measure.isa",
     .kind = KEY_CHOICE,
     .choices = &isa_choices,
     .initial = "best",
     .offset = IN(measure.isa),
     .help = "The highest instruction set that kernels use."},
    {.path = "measure.convolutions",
     .kind = KEY_CHOICE,
     .choices = &convolution_choices,
     .initial = "fastest",
     .offset = IN(measure.convolutions),
     .help = "How the builtin runtime computes float32 convolutions of 3x3 cells and stride 1: the "
             "fastest way, which is Winograd's where that pays, or direct, as they are defined. "
             "Names of kernels say which it was."},

    {.path = "layers.samples",
     .kind = KEY_COUNT,
     .least = 1,
     .most = 1000000,
     .initial = "64",
     .need = NEED_DATA,
     .offset = IN(layers.samples),
     .help = "Samples that layers are looked at with; fewer where there is no time for more."},
    {.path = "layers.seconds",
     .kind = KEY_NUMBER,
     .unit = "s",
     .most = 3600,
     .initial = "0",
     .need = NEED_DATA,
     .offset = IN(layers.seconds),
     .help = "Time for the layers of one mode of a model, after it was timed and scored, for "
             "quantop layers: their errors, then what each costs the network while this lasts; 0: "
             "none are looked at."},
    {.path = "limits.memory",
     .kind = KEY_BYTES,
     .least = 0x1p24,
     .most = 1e15,
     .offset = IN(bounds.memory_bytes),
     .help = "Memory of a process that runs it; three quarters of the machine's when not given."},
    {.path = "limits.nodes",
     .kind = KEY_INTEGER,
     .least = 1,
     .most = 100000000,
     .initial = "1000000",
     .offset = IN(bounds.nodes),
     .help = "Operators of a model."},
    {.path = "limits.prepare_seconds",
     .kind = KEY_NUMBER,
     .unit = "s",
     .least = 0.1,
     .most = 86400,
     .offset = IN(bounds.prepare_seconds),
     .help = "Time to read a model and to quantize it; measure.timeout_seconds when not given."},
    {.path = "limits.load_seconds",
     .kind = KEY_NUMBER,
     .unit = "s",
     .least = 0.1,
     .most = 86400,
     .offset = IN(bounds.load_seconds),
     .help = "Time to load, to plan and to warm up; measure.timeout_seconds when not given."},
    {.path = "limits.inference_seconds",
     .kind = KEY_NUMBER,
     .unit = "s",
     .least = 0.000001,
     .most = 86400,
     .initial = "60",
     .offset = IN(bounds.inference_seconds),
     .help = "Time of one inference."},

    {.path = "constraints.max_drop",
     .kind = KEY_NUMBER,
     .unit = "points",
     .most = 1e9,
     .offset = IN(constraints.max_drop),
     .also = IN(constraints.has_drop),
     .help = "The largest loss of accuracy against fp32: percentage points for metrics in per "
             "cent, else in the metric's own unit. The whole 95 % interval of the drop must keep "
             "it; where it has none, for want of samples, nothing is told."},
    {.path = "constraints.min_speedup",
     .kind = KEY_NUMBER,
     .unit = "x",
     .least = 0.001,
     .most = 1000,
     .offset = IN(constraints.min_speedup),
     .also = IN(constraints.has_speedup),
     .help = "The least speedup against fp32."},
    {.path = "constraints.max_size",
     .kind = KEY_BYTES,
     .least = 1,
     .most = 1e15,
     .offset = IN(constraints.max_bytes),
     .also = IN(constraints.has_bytes),
     .help = "The largest model file."},

    {.path = "search.drop",
     .kind = KEY_NUMBER,
     .unit = "points",
     .most = 1e9,
     .offset = IN(search.drop),
     .also = IN(search.has_drop),
     .help = "The largest loss of accuracy, as with constraints.max_drop, which counts where this "
             "is not given; 1 where neither is."},
    {.path = "search.size",
     .kind = KEY_BYTES,
     .most = 1e15,
     .offset = IN(search.bytes),
     .help = "The largest model file; any size where it is not given."},
    {.path = "search.seconds",
     .kind = KEY_NUMBER,
     .unit = "s",
     .initial = "120",
     .least = 1,
     .most = 1e6,
     .offset = IN(search.seconds),
     .help = "Time to search in, for each model; what was found by then is the result."},
    {.path = "search.method",
     .kind = KEY_CHOICE,
     .choices = &method_choices,
     .initial = "gain",
     .offset = IN(search.method),
     .help = "How plans are chosen."},

#define X(identifier, name, option_help, key_help)                                                 \
    {.path = "output." #name,                                                                      \
     .kind = KEY_PATH,                                                                             \
     .offset = IN(output.reports[identifier]),                                                     \
     .reach = REACH_WRITES,                                                                        \
     .help = (key_help)},
    REPORT_FORMAT_LIST(X)
#undef X
        {.path = "output.journal",
         .kind = KEY_PATH,
         .offset = IN(output.journal),
         .reach = REACH_WRITES,
         .help = "The record of the run, a file that is not there yet; a new one in the state "
                 "folder when not given."},
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

size_t key_count(void)
{
    return KEYS;
}

const struct key *key_at(size_t index)
{
    return &keys[index];
}

const struct key *key_find(const char *path)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].path, path) == 0)
            return &keys[i];
    return NULL;
}

const char *key_path_held(const struct experiment *experiment, const struct key *key)
{
    const char *path = NULL;
    if (key && key->kind == KEY_PATH)
        memcpy(&path, (const char *)experiment + key->offset, sizeof(path));
    return path;
}

size_t key_section_count(void)
{
    return SECTIONS;
}

const struct key_section *key_section_at(size_t index)
{
    return &sections[index];
}

static const struct key_section *find_section(const char *name, size_t length)
{
    for (size_t i = 0; i < SECTIONS; i++)
        if (strlen(sections[i].name) == length && memcmp(sections[i].name, name, length) == 0)
            return &sections[i];
    return NULL;
}

bool key_is_section(const char *path)
{
    return path[0] != '\0' && find_section(path, strlen(path)) != NULL;
}

size_t key_section_length(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? (size_t)(dot - path) : 0;
}

bool key_is_within(const struct key *key, const struct key_section *section)
{
    size_t length = key_section_length(key->path);
    return strlen(section->name) == length && memcmp(section->name, key->path, length) == 0;
}
