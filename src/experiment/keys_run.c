/* Keys of how it is measured, what it is held against, and where results go. */
#include "experiment/key_table.h"

#include "hardware/cpu.h"
#include "results/results.h"
#include "search/search.h"

#define ROWS(table) .names = (table), .stride = sizeof((table)[0])
static const size_t isa_count = ISA_COUNT;

static const struct choices isa_choices = {ROWS(isa_table), .count = &isa_count, .open = "best"};
/* Beside the fastest way there is one: as they are defined. */
static const char *const convolution_ways[] = {"direct"};
static const size_t convolution_way_count = 1;
static const struct choices convolution_choices = {
    ROWS(convolution_ways), .count = &convolution_way_count, .open = "fastest"};
static const struct choices method_choices = {ROWS(search_methods), .count = &search_method_count};

static const size_t trust_count = TRUST_GRADES;
static const struct choices trust_choices = {ROWS(trust_grades), .count = &trust_count};

static const struct key rows[] = {
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
     .most = ROUNDS_MOST,
     .initial = "10",
     .offset = IN(measure.min_rounds),
     .help = "Rounds that are run in any case."},
    {.path = "measure.max_rounds",
     .kind = KEY_INTEGER,
     .least = 1,
     .most = ROUNDS_MOST,
     .initial = "60",
     .offset = IN(measure.max_rounds),
     .help = "Rounds after which timing ends however wide the intervals are; where "
             "measure.seconds is given and this is not, that alone ends it."},
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

    {.path = "gate.baseline",
     .kind = KEY_PATH,
     .offset = IN(gate.baseline),
     .help = "The journal of an earlier run, or its JSON report. Each row is compared with the one "
             "of the same model, mode, placement and runtime there. What cannot be compared, as "
             "times of another CPU or accuracy on other data, is said and not judged."},
    {.path = "gate.slower",
     .kind = KEY_NUMBER,
     .unit = "%",
     .most = 100000,
     .initial = "5",
     .offset = IN(gate.slower),
     .help = "How much slower than there does not matter: a row is worse where the whole 95 % "
             "interval of the change lies beyond, and not worse where none of it does. What "
             "changes on a machine from day to day is not in the interval and has to find room "
             "here."},
    {.path = "gate.trust",
     .kind = KEY_CHOICE,
     .choices = &trust_choices,
     .initial = "B",
     .offset = IN(gate.trust),
     .help = "The least trust in its times for a row to be judged by them, in both runs. B leaves "
             "out what may be off by more than about 5 %; a larger margin goes with C."},
    {.path = "gate.drop",
     .kind = KEY_NUMBER,
     .unit = "points",
     .most = 1e9,
     .offset = IN(gate.drop),
     .also = IN(gate.has_drop),
     .help = "The loss of accuracy that does not matter: percentage points for metrics in per "
             "cent, else in the metric's own unit; where it is not given 1, or 0.01 of AUC and R2, "
             "or 1 % of the baseline's error."},
    {.path = "gate.larger",
     .kind = KEY_NUMBER,
     .unit = "%",
     .most = 100000,
     .initial = "1",
     .offset = IN(gate.larger),
     .help = "How much larger the model file may be."},
    {.path = "gate.memory",
     .kind = KEY_NUMBER,
     .unit = "%",
     .most = 100000,
     .initial = "10",
     .offset = IN(gate.memory),
     .help = "How much more the peak of memory may be, which has no interval."},

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

const struct key_list keys_of_run = {rows, sizeof(rows) / sizeof(rows[0])};
