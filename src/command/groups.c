#include "command/groups.h"
#include "report/report.h"

static const struct option_row help[] = {
    {"help", 'h', .help = "print this help"},
};
OPTION_GROUP(group_help, help);

static const struct option_row models[] = {
    {"model", .argument = "MODEL", .key = "model",
     .help = "a model's file, or an architecture such as synth:mobilenet-v2:size=96 (see 'quantop "
             "synth'); may be repeated"},
};
OPTION_GROUP(group_models, models);

static const struct option_row shapes[] = {
    {"shape", .argument = "NAME=AxBxC", .key = "shape",
     .help = "shape of an input that the file leaves open, or has otherwise; may be repeated"},
    {"signature", .argument = "NAME", .key = "signature",
     .help = "which one of several signatures or subgraphs of a .tflite file; see 'quantop "
             "inspect'"},
};
OPTION_GROUP(group_shapes, shapes);

static const struct option_row single[] = {
    {"mode", 'm', .argument = "MODE",
     .help = "mode with options, such as int8 or int8:weights=per-tensor; see 'quantop modes'"},
    {"profile", .argument = "FILE",
     .help = "take calibration data and preprocessing from a profile"},
    {"trust-profile",
     .help = "let a profile, or a journal that is resumed, name libraries to load and outputs "
             "anywhere"},
};
OPTION_GROUP(group_single, single);

static const struct option_row data[] = {
    {"data", .argument = "[NAME=]PATH", .key = "data.samples", .named = "data.inputs",
     .help = "samples: an IDX, NPY or NPZ file, a table (.csv), a folder of pictures or of raw "
             "tensors, or random:N to draw N; of a model with several inputs, repeated for each by "
             "its name"},
    {"labels", .argument = "FILE", .key = "data.labels", .help = "labels of the samples"},
    {"type", .argument = "TYPE", .key = "data.type",
     .help = "element type of raw tensors, such as int8"},
    {"first", .argument = "N", .key = "data.first", .help = "leave out the first N samples"},
    {"count", .argument = "N", .key = "data.count", .help = "use N samples"},
    {"preset", .argument = "NAME", .key = "preprocess.preset", .tells_choices = true,
     .help = "what is done to pixels"},
    {"scale", .argument = "X", .key = "preprocess.scale",
     .help = "real number = (element - zero point) * scale"},
    {"zero-point", .argument = "X", .key = "preprocess.zero_point", .help = "see --scale"},
    {"calibration", .argument = "[NAME=]PATH", .key = "calibration.samples",
     .named = "calibration.inputs",
     .help = "samples to take ranges from, as with --data; by default those of --data"},
    {"calibration-first", .argument = "N", .key = "calibration.first",
     .help = "leave out the first N samples of the calibration set"},
    {"calibration-count", .argument = "N", .key = "calibration.count",
     .help = "use N samples of the calibration set"},
    {"observer", .argument = "NAME", .key = "calibration.observer", .tells_choices = true,
     .help = "how ranges are taken"},
};
OPTION_GROUP(group_data, data);

static const struct option_row isa[] = {
    {"isa", .argument = "NAME", .key = "measure.isa",
     .help = "the most that kernels may use; see 'quantop topology'"},
    {"convolutions", .argument = "NAME", .key = "measure.convolutions",
     .help = "direct: compute those of float32 as they are defined"},
};
OPTION_GROUP(group_isa, isa);

static const struct option_row libraries[] = {
    {"onnxruntime", .argument = "PATH", .key = "onnxruntime",
     .help = "the library of ONNX Runtime; see 'quantop runtimes'"},
};
OPTION_GROUP(group_libraries, libraries);

static const struct option_row set[] = {
    {"set", .argument = "KEY=VALUE", .names_key = true,
     .help = "set any key of a profile, such as measure.seconds=5; see quantop-profile(5)"},
};
OPTION_GROUP(group_set, set);

static const struct option_row run[] = {
    {"modes", .argument = "LIST", .key = "mode", .is_list = true,
     .help = "modes to compare, such as fp32,int8,int8:weights=per-tensor"},
    {"placements", .argument = "LIST", .key = "placement", .is_list = true,
     .help = "processing units to run on, such as 1,cores; see 'quantop topology'"},
    {"runtimes", .argument = "LIST", .key = "runtime", .is_list = true,
     .help = "what executes the models, such as builtin,onnxruntime; see 'quantop runtimes'"},
    {"target", .argument = "TARGET", .key = "target",
     .help = "a device that files are meant for, such as edge-tpu or board:flash=256 KiB; may be "
             "repeated; see quantop-profile(5)"},
    {"metric", .argument = "NAME", .key = "metric", .tells_choices = true,
     .help = "what accuracy means"},
    {"seconds", .argument = "S", .key = "measure.seconds",
     .help = "time limit for timing one model on one placement"},
    {"journal", .argument = "FILE", .key = "output.journal",
     .help =
         "where to record the run, a file that is not there yet; by default a new one below the "
         "XDG state folder"},
    {"resume", .argument = "JOURNAL",
     .help = "finish the run of a journal that was stopped or killed; rows that are done are kept; "
             "'last' is the newest journal"},
    {"trust-profile",
     .help = "let a profile, or a journal that is resumed, name libraries to load and outputs "
             "anywhere"},
};
OPTION_GROUP(group_run, run);

static const struct option_row guard[] = {
    {"no-sandbox",
     .help = "let the processes that run models do what you may, for debugging; see 'quantop "
             "topology'"},
};
OPTION_GROUP(group_guard, guard);

static const struct option_row gate[] = {
    {"baseline", .argument = "FILE", .key = "gate.baseline",
     .help = "hold the run against an earlier one, its journal or JSON report: figures that are "
             "worse by more than the keys gate.* allow are told, and the exit status tells, too"},
};
OPTION_GROUP(group_gate, gate);

static const struct option_row outputs[] = {
#define X(identifier, name_, option_help, key_help)                                                \
    {.name = #name_, .argument = "FILE", .key = "output." #name_, .help = (option_help)},
    REPORT_FORMAT_LIST(X)
#undef X
};
OPTION_GROUP(group_outputs, outputs);

static const struct option_row screen[] = {
    {"ascii", .help = "draw the screen with ASCII characters only, as --glyphs ascii does"},
    {"glyphs", .argument = "NAME",
     .help = "what the screen is drawn with: auto, braille, block or ascii"},
    {"color", .argument = "WHEN", .help = "auto, always or never; NO_COLOR counts"},
    {"scheme", .argument = "NAME",
     .help = "colours: default, light, contrast, safe (told apart by every eye) or mono"},
    {"mouse", .help = "take mouse clicks and the wheel"},
    {"no-mouse", .help = "do not ask for the mouse, whatever the configuration says"},
};
OPTION_GROUP(group_screen, screen);

static const struct option_row config[] = {
    {"config", .argument = "FILE",
     .help = "a configuration in the place of the usual one; see quantop-config(5)"},
    {"no-config",
     .help = "read no configuration, and neither take up nor keep where the last session was"},
};
OPTION_GROUP(group_config, config);

static const struct option_row plain[] = {
    {"plain", .help = "print the screen once, as lines of text"},
    {"size", .argument = "WxH", .help = "with --plain, its columns and lines; 100x30 without it"},
    {"keys", .argument = "KEYS",
     .help = "with --plain, what is typed there first: characters, and between blanks names of "
             "keys, as in 'jj Enter'"},
};
OPTION_GROUP(group_plain, plain);
