/* Keys of what is compared: models, modes, placements, data and calibration. */
#include "experiment/key_table.h"

#include "formats/dataset/picture.h"
#include "formats/dataset/preset.h"
#include "measure/accuracy.h"
#include "quantize/observer.h"
#include "runtimes/runtime.h"

#define ROWS(table) .names = (table), .stride = sizeof((table)[0])
static const size_t type_count = TYPE_COUNT;

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
static const struct choices runtime_choices = {ROWS(runtime_table), .count = &runtime_count,
                                               .by_pointer = true};

static const struct key rows[] = {
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
     .initial = "search",
     .offset = AT(observer),
     .help = "How what calibration saw becomes a range, for all modes that do not say. Unless "
             "given, it is minmax with effort=0, and with more effort int8 has mse or minmax where "
             "the outputs are better for it."},
    {.path = "calibration.percentile",
     .kind = KEY_NUMBER,
     .unit = "%",
     .least = 50,
     .most = 100,
     .initial = "99.99",
     .offset = AT(percentile),
     .help = "Share of the values that the percentile observer keeps within the range, for all "
             "modes that do not say."},

};

const struct key_list keys_of_subject = {rows, sizeof(rows) / sizeof(rows[0])};
