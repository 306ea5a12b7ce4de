#include "results/column.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The extractors of the rows below. */
#define TEXT(member)                                                                               \
    static const char *text_##member(const struct row *row)                                        \
    {                                                                                              \
        return row->member;                                                                        \
    }
#define FIGURE(member)                                                                             \
    static const struct figure *figure_##member(const struct row *row)                             \
    {                                                                                              \
        return &row->member;                                                                       \
    }

#define RUN_TEXT(member)                                                                           \
    static const char *run_##member(const struct row *row)                                         \
    {                                                                                              \
        return row->run->member;                                                                   \
    }

TEXT(model)
TEXT(label)
TEXT(mode)
TEXT(runtime)
TEXT(placement)
TEXT(path)
TEXT(reason)
TEXT(sandbox)
TEXT(isa)
TEXT(arithmetic)
TEXT(kernel_list)
TEXT(float_list)
TEXT(plain_list)
TEXT(remark_text)
TEXT(speed_verdict)
TEXT(drop_verdict)
TEXT(trust)
TEXT(promise)
TEXT(fits)
TEXT(target_list)
TEXT(gate)
TEXT(trust_reason)
TEXT(runtime_version)
TEXT(metric_name)
TEXT(output_list)
RUN_TEXT(host)
RUN_TEXT(cpu)
RUN_TEXT(started)
RUN_TEXT(profile)
RUN_TEXT(title)
RUN_TEXT(seed)
RUN_TEXT(version)

static const char *text_state(const struct row *row)
{
    return trial_state_name(row->state);
}

static const char *text_metric_unit(const struct row *row)
{
    return row->metric ? row->metric->unit : "";
}

static const char *text_drop_unit(const struct row *row)
{
    return row->metric ? row->metric->drop_unit : "";
}

FIGURE(thread_count)
FIGURE(bytes)
FIGURE(size_ratio)
FIGURE(median)
FIGURE(per_sample)
FIGURE(p90)
FIGURE(p99)
FIGURE(fastest)
FIGURE(speedup)
FIGURE(vs_builtin)
FIGURE(accuracy)
FIGURE(drop)
FIGURE(sqnr)
FIGURE(cosine)
FIGURE(max_error)
FIGURE(threshold)
FIGURE(peak)
FIGURE(arena)
FIGURE(weights)
FIGURE(load)
FIGURE(first)
FIGURE(rounds)
FIGURE(samples)
FIGURE(scored)
FIGURE(recordings)
FIGURE(left_out)
FIGURE(nodes)
FIGURE(float_nodes)
FIGURE(plain_share)
FIGURE(seconds_needed)
FIGURE(samples_needed)
FIGURE(typical)
FIGURE(promised_smaller)
FIGURE(promised_faster)
FIGURE(disturbed)
FIGURE(waited)
FIGURE(steal)
FIGURE(others)
FIGURE(switches)
FIGURE(clock_spread)
FIGURE(drift)

#define SCORE_WIDTH 16 /* of scores of any size */

#define MS  1e-6           /* from ns */
#define KIB (1.0 / 1024.0) /* from bytes */
#define MIB (KIB / 1024.0)

#define AS_TEXT(member)   .kind = COLUMN_TEXT, .text = text_##member
#define OF_RUN(member)    .kind = COLUMN_TEXT, .text = run_##member
#define AS_FIGURE(member) .kind = COLUMN_FIGURE, .figure = figure_##member
#define IN_TABLE(width_, priority_)                                                                \
    .shown = SHOWN_TABLE | SHOWN_DETAILS | SHOWN_EXPORT, .width = (width_), .priority = (priority_)
#define IN_DETAILS .shown = SHOWN_DETAILS | SHOWN_EXPORT, .width = 12, .priority = 99
#define EXPORTED   .shown = SHOWN_EXPORT, .width = 12, .priority = 99
#define UNITS(text_, scale_, export_scale_, digits_)                                               \
    .unit = (text_), .scale = (scale_), .export_scale = (export_scale_), .digits = (digits_)

const struct column columns[] = {
    {"model", "model", "", "name of the model", AS_TEXT(model), IN_TABLE(12, 1)},
    {"mode", "mode", "", "quantization mode with the options that differ from its defaults",
     AS_TEXT(label), IN_TABLE(16, 0), .is_essential = true, .least = 7},
    {"runtime", "runtime", "", "what executes the graph", AS_TEXT(runtime), IN_TABLE(11, 1),
     .of_runtimes = true},
    {"placement", "on", "", "processing units that run it", AS_TEXT(placement), IN_TABLE(6, 9)},
    {"size_bytes", "size", .help = "bytes of the file to ship", AS_FIGURE(bytes), IN_TABLE(8, 5),
     UNITS("KiB", KIB, 1.0, 1)},
    {"size_ratio", "smaller", .help = "bytes of the float32 file over bytes of this one",
     AS_FIGURE(size_ratio), IN_TABLE(7, 3), UNITS("x", 1.0, 1.0, 2), .best_is_high = true},
    {"latency_ms", "median", .help = "median time of one inference after warm-up",
     AS_FIGURE(median), IN_TABLE(8, 2), UNITS("ms", MS, MS, 4), .significant = true},
    {"sample_ms", "per sample",
     .help = "the median over the samples of one inference, of models with a fixed batch",
     AS_FIGURE(per_sample), IN_TABLE(10, 3), UNITS("ms", MS, MS, 4), .significant = true,
     .of_batches = true},
    {"p99_ms", "p99", .help = "99th percentile of the same times; needs 459 of them",
     AS_FIGURE(p99), IN_TABLE(8, 8), UNITS("ms", MS, MS, 4), .significant = true},
    {"speedup", "speedup",
     .help = "latency of fp32 over latency of this row on the same placement and runtime, paired "
             "by round, with its 95 % interval",
     AS_FIGURE(speedup), IN_TABLE(12, 2), UNITS("x", 1.0, 1.0, 2), .interval = true,
     .best_is_high = true, .is_essential = true},
    {"vs_builtin", "vs builtin",
     .help =
         "latency of the same mode on the builtin runtime over latency of this row, on the same "
         "placement, paired by round, with its 95 % interval",
     AS_FIGURE(vs_builtin), IN_TABLE(12, 3), UNITS("x", 1.0, 1.0, 2), .interval = true,
     .best_is_high = true, .of_runtimes = true},
    {"metric", "metric", "", "what accuracy means for the model", AS_TEXT(metric_name),
     IN_TABLE(9, 4), .of_metrics = true},
    {"accuracy", "accuracy",
     .help = "the profile's metric over the scored samples, with its 95 % interval",
     AS_FIGURE(accuracy), IN_TABLE(12, 4), UNITS("", 1.0, 1.0, 2), .interval = true,
     .best_is_high = true},
    {"drop", "drop",
     .help = "what is lost against fp32, paired by sample, with its 95 % interval; positive is a "
             "loss",
     AS_FIGURE(drop), IN_TABLE(12, 2), UNITS("", 1.0, 1.0, 2), .interval = true, .is_signed = true,
     .is_essential = true},
    {"sqnr_db", "SQNR",
     .help = "signal to quantization noise of the outputs against those of fp32, of the worst "
             "output; of its worst channel where an output has at most 64 that are no classes",
     AS_FIGURE(sqnr), IN_TABLE(5, 4), UNITS("dB", 1.0, 1.0, 1), .best_is_high = true,
     .of_fidelity = true},
    {"speed_verdict", "speed", "",
     "faster, slower, same (within the profile's band, 1 % unless said) or cannot tell, from the "
     "speedup's interval",
     AS_TEXT(speed_verdict), IN_TABLE(11, 11), .changes = true, .is_essential = true, .least = 1},
    {"drop_verdict", "loss", "",
     "loss, small loss (within the limit), no loss seen (none beyond it), better or cannot tell, "
     "from "
     "the drop's interval; the limit is constraints.max_drop, or else 1 pp, 0.01 or 1 % of fp32's "
     "error",
     AS_TEXT(drop_verdict), IN_TABLE(12, 11), .changes = true},
    {"trust", "trust", "",
     "how far the times can be trusted, from A to D, by what disturbed them; see trust_reason",
     AS_TEXT(trust), IN_TABLE(5, 11), .changes = true},
    {"promise", "promise", "",
     "kept, or what is missed, of what textbooks promise of the mode: size, speed or both",
     AS_TEXT(promise), IN_TABLE(12, 12), .changes = true},
    {"fits", "fits", "", "targets of the profile that its file could run on", AS_TEXT(fits),
     IN_TABLE(8, 8), .changes = true, .of_targets = true},
    {"peak_memory_bytes", "memory",
     .help = "peak resident memory of the process that loads and runs nothing but this row",
     AS_FIGURE(peak), IN_TABLE(7, 7), UNITS("MiB", MIB, 1.0, 1)},
    {"state", "state", "",
     "what is being done: waiting, quantizing, timing, scoring, done, failed, "
     "skipped",
     AS_TEXT(state), IN_TABLE(10, 6), .changes = true},
    {"targets", "targets", "",
     "whether its file, activations and operators are what each target of the profile takes, and "
     "what is not",
     AS_TEXT(target_list), IN_DETAILS, .of_targets = true},
    {"gate", "gate", "",
     "which figures are worse, or better, than in the baseline, are not worse, or cannot be told",
     AS_TEXT(gate), IN_DETAILS, .of_gate = true},
    {"promised_ratio", "promised smaller",
     .help = "bytes of the float32 file over bytes of this one, as textbooks promise it at least",
     AS_FIGURE(promised_smaller), IN_DETAILS, UNITS("x", 1.0, 1.0, 1), .best_is_high = true},
    {"promised_speedup", "promised speedup",
     .help = "latency of fp32 over latency of this row, as textbooks promise it at least on CPUs",
     AS_FIGURE(promised_faster), IN_DETAILS, UNITS("x", 1.0, 1.0, 1), .best_is_high = true},
    {"seconds_needed", "seconds to tell",
     .help = "further seconds of timing that would about tell of the speed what cannot be told yet",
     AS_FIGURE(seconds_needed), IN_DETAILS, UNITS("s", 1.0, 1.0, 2), .significant = true},
    {"samples_needed", "samples to tell",
     .help = "further samples that would about tell of the loss what cannot be told yet; "
             "recordings, where these are judged",
     AS_FIGURE(samples_needed), IN_DETAILS, UNITS("", 1.0, 1.0, 0)},
    {"trust_reason", "trust because", "", "what makes the trust no better than it is",
     AS_TEXT(trust_reason), IN_DETAILS},
    {"block_ms", "typical block",
     .help = "pseudomedian of the blocks' medians, with its 95 % interval", AS_FIGURE(typical),
     IN_DETAILS, UNITS("ms", MS, MS, 4), .significant = true, .interval = true},
    {"disturbed_rounds", "disturbed",
     .help = "rounds that something disturbed; figures leave them out where 9 others remain",
     AS_FIGURE(disturbed), IN_DETAILS, UNITS("", 1.0, 1.0, 0)},
    {"waited_share", "waited",
     .help = "share of the time that threads were ready to run and had no processing unit",
     AS_FIGURE(waited), IN_DETAILS, UNITS("%", 100.0, 1.0, 2)},
    {"steal_share", "taken by host",
     .help = "share of the time that the host of a virtual machine took of its processing units",
     AS_FIGURE(steal), IN_DETAILS, UNITS("%", 100.0, 1.0, 2)},
    {"others_units", "others use", .help = "processing units that other programs used meanwhile",
     AS_FIGURE(others), IN_DETAILS, UNITS("units", 1.0, 1.0, 2)},
    {"switches_per_s", "interrupted",
     .help = "how often a second its threads were taken from their processing units",
     AS_FIGURE(switches), IN_DETAILS, UNITS("1/s", 1.0, 1.0, 1)},
    {"clock_spread", "clock varies",
     .help = "from the 10th to the 90th percentile of the clock, over the blocks, as a share",
     AS_FIGURE(clock_spread), IN_DETAILS, UNITS("%", 100.0, 1.0, 2)},
    {"drift_share", "drift",
     .help = "how far the last third of the blocks is from the first, where there is a trend",
     AS_FIGURE(drift), IN_DETAILS, UNITS("%", 100.0, 1.0, 2)},
    {"p90_ms", "p90", .help = "90th percentile of the times", AS_FIGURE(p90), IN_DETAILS,
     UNITS("ms", MS, MS, 4), .significant = true},
    {"fastest_ms", "fastest", .help = "shortest of the times", AS_FIGURE(fastest), IN_DETAILS,
     UNITS("ms", MS, MS, 4), .significant = true},
    {"first_ms", "first run", .help = "first inference of a fresh process, median of all processes",
     AS_FIGURE(first), IN_DETAILS, UNITS("ms", MS, MS, 4), .significant = true},
    {"load_ms", "start-up",
     .help = "reading the file and preparing kernels, median of all processes", AS_FIGURE(load),
     IN_DETAILS, UNITS("ms", MS, MS, 4), .significant = true},
    {"arena_bytes", "arena", .help = "memory of the activations", AS_FIGURE(arena), IN_DETAILS,
     UNITS("KiB", KIB, 1.0, 1)},
    {"weight_bytes", "packed weights", .help = "memory of the weights as the kernels want them",
     AS_FIGURE(weights), IN_DETAILS, UNITS("KiB", KIB, 1.0, 1)},
    {"rounds", "rounds", .help = "blocks that were timed", AS_FIGURE(rounds), IN_DETAILS,
     UNITS("", 1.0, 1.0, 0), .best_is_high = true},
    {"inferences", "inferences", .help = "timed inferences", AS_FIGURE(samples), IN_DETAILS,
     UNITS("", 1.0, 1.0, 0), .best_is_high = true},
    {"scored_samples", "scored", .help = "samples that the accuracy is made from",
     AS_FIGURE(scored), IN_DETAILS, UNITS("", 1.0, 1.0, 0), .best_is_high = true},
    {"metric_unit", "metric unit", "", "unit of the accuracy", .kind = COLUMN_TEXT,
     .text = text_metric_unit, EXPORTED},
    {"drop_unit", "drop unit", "", "unit of the drop; pp means percentage points",
     .kind = COLUMN_TEXT, .text = text_drop_unit, EXPORTED},
    {"threshold", "threshold", .help = "above it, an output of one element means class 1",
     AS_FIGURE(threshold), IN_DETAILS, UNITS("", 1.0, 1.0, 3), .significant = true},
    {"cosine", "cosine",
     .help = "cosine between the outputs and those of fp32, of the worst output", AS_FIGURE(cosine),
     IN_DETAILS, UNITS("", 1.0, 1.0, 5), .best_is_high = true},
    {"max_error", "largest error",
     .help = "largest absolute difference of an output's element from that of fp32",
     AS_FIGURE(max_error), IN_DETAILS, UNITS("", 1.0, 1.0, 4), .significant = true},
    {"outputs", "outputs", "", "every output and how near it is to that of fp32",
     AS_TEXT(output_list), IN_DETAILS},
    {"recordings", "recordings",
     .help = "recordings whose windows the scored samples are; anomaly judges them as a whole",
     AS_FIGURE(recordings), IN_DETAILS, UNITS("", 1.0, 1.0, 0), .best_is_high = true,
     .of_recordings = true},
    {"left_out_samples", "left out",
     .help = "samples that do not fill a batch of the model, which are not scored",
     AS_FIGURE(left_out), IN_DETAILS, UNITS("", 1.0, 1.0, 0), .of_batches = true},
    {"nodes", "nodes", .help = "operators of the quantized graph, conversions not counted",
     AS_FIGURE(nodes), IN_DETAILS, UNITS("", 1.0, 1.0, 0)},
    {"float_nodes", "float nodes", .help = "operators among them that compute in float",
     AS_FIGURE(float_nodes), IN_DETAILS, UNITS("", 1.0, 1.0, 0)},
    {"float_operators", "left float", "", "which operators these are", AS_TEXT(float_list),
     IN_DETAILS},
    {"isa", "isa", "", "best instruction set among the kernels that ran", AS_TEXT(isa), IN_DETAILS},
    {"arithmetic", "arithmetic", "",
     "how the kernels round integers, and which other runtimes do so; empty for libraries",
     AS_TEXT(arithmetic), IN_DETAILS},
    {"kernels", "kernels", "", "kernels that ran and how many nodes each served",
     AS_TEXT(kernel_list), IN_DETAILS},
    {"plain_kernels", "plain kernels", "",
     "those among them that compute one number after the other, slower than need be",
     AS_TEXT(plain_list), IN_DETAILS},
    {"plain_share", "plain share", .help = "share of an inference's time that these take",
     AS_FIGURE(plain_share), IN_DETAILS, UNITS("%", 100.0, 1.0, 1)},
    {"bound_by", "bound by", "",
     "shares of an inference's time that products and memory bound, and how near it is to what the "
     "placement can do",
     .kind = COLUMN_TEXT, .text = row_bound_by, IN_DETAILS},
    {"efficiency", "efficiency",
     .help = "what its steps take at the ceilings of the placement, as a share of their time",
     .kind = COLUMN_FIGURE, .figure = row_efficiency, EXPORTED, UNITS("%", 100.0, 1.0, 1),
     .best_is_high = true},
    {"remarks", "remarks", "", "what the user should know about the samples that were used",
     AS_TEXT(remark_text), IN_DETAILS},
    {"reason", "reason", "", "why the row failed", AS_TEXT(reason), IN_DETAILS},
    {"sandbox", "sandbox", "", "what confined the processes that ran the model", AS_TEXT(sandbox),
     IN_DETAILS},
    {"mode_name", "mode name", "", "the mode without its options", AS_TEXT(mode), EXPORTED},
    {"model_path", "model file", "", "path of the model", AS_TEXT(path), EXPORTED},
    {"threads", "threads", .help = "threads that the placement stands for", AS_FIGURE(thread_count),
     EXPORTED, UNITS("", 1.0, 1.0, 0)},
    {"runtime_version", "runtime version", "", "version of what executed the graph",
     AS_TEXT(runtime_version), EXPORTED},
    {"host", "host", "", "the machine that the run was started on", OF_RUN(host), EXPORTED},
    {"cpu", "CPU", "", "the machine's processor", OF_RUN(cpu), EXPORTED},
    {"started", "started", "", "when the run was started, local time and its offset from UTC",
     OF_RUN(started), EXPORTED},
    {"version", "version", "", "version of quantop", OF_RUN(version), EXPORTED},
    {"profile", "profile", "", "path of the profile, where there was one", OF_RUN(profile),
     EXPORTED},
    {"title", "title", "", "the run's title", OF_RUN(title), EXPORTED},
    {"seed", "seed", "", "what all that is drawn follows from", OF_RUN(seed), EXPORTED},
};
const size_t column_count = sizeof(columns) / sizeof(columns[0]);

const struct column *column_find(const char *id)
{
    for (size_t i = 0; i < column_count; i++)
        if (strcmp(columns[i].id, id) == 0)
            return &columns[i];
    return NULL;
}

/* Whether the outputs' nearness stands in the column of accuracy already. */
static bool is_the_metric(const struct run_info *run)
{
    return run->metric && run->metric->of_fidelity;
}

bool column_is_shown(const struct column *column, enum column_place place,
                     const struct run_info *run)
{
    bool applies = (!column->of_targets || run->has_targets) &&
                   (!column->of_gate || run->has_gate) &&
                   (!column->of_runtimes || run->has_runtimes) &&
                   (!column->of_recordings || run->has_recordings) &&
                   (!column->of_batches || run->has_batches) &&
                   (!column->of_metrics || run->has_metrics || place == SHOWN_DETAILS) &&
                   (!column->of_fidelity || (run->has_fidelity && !is_the_metric(run)));
    return (applies || place == SHOWN_EXPORT) && (column->shown & place) != 0;
}

/* Digits after the point that show `digits` significant ones. */
static int decimals(const struct column *column, double value)
{
    if (!column->significant || !(fabs(value) > 0.0))
        return column->digits;
    int whole = (int)floor(log10(fabs(value))) + 1;
    int after = column->digits - whole;
    return after < 0 ? 0 : after > 6 ? 6 : after;
}

static bool is_score(const struct column *column)
{
    return column->kind == COLUMN_FIGURE &&
           (column->figure == figure_drop || column->figure == figure_accuracy);
}

/* Errors may be of any size, shares are not. */
static bool has_any_size(const struct metric_kind *metric)
{
    return !metric->of_fidelity && metric->scale <= 1.0;
}

/* As many as show something of a score and its interval. */
static int decimals_of_score(const struct figure *figure, const struct metric_kind *metric)
{
    double size = fmax(fabs(figure->value), figure->bounded ? figure->high - figure->low : 0.0);
    if (!metric || !has_any_size(metric) || !(size > 0.0))
        return 2;
    int digits = 1 - (int)floor(log10(size));
    return digits < 2 ? 2 : digits > 6 ? 6 : digits;
}

static void format_figure(const struct column *column, const struct row *row,
                          const struct figure *figure, char buffer[COLUMN_TEXT_SIZE])
{
    double value = figure->value * column->scale;
    int digits =
        is_score(column) ? decimals_of_score(figure, row->metric) : decimals(column, value);
    int used = snprintf(buffer, COLUMN_TEXT_SIZE, column->is_signed ? "%+.*f" : "%.*f", digits,
                        value + 0.0);
    if (!column->interval || !figure->bounded || used < 0 || used >= COLUMN_TEXT_SIZE)
        return;
    double half = fmax(figure->high - figure->value, figure->value - figure->low) * column->scale;
    snprintf(buffer + used, COLUMN_TEXT_SIZE - (size_t)used, " ±%.*f", digits, half);
}

const char *column_format(const struct column *column, const struct row *row,
                          char buffer[COLUMN_TEXT_SIZE])
{
    if (column->kind == COLUMN_TEXT)
        return column->text(row);
    const struct figure *figure = column->figure(row);
    if (figure->present)
        format_figure(column, row, figure, buffer);
    else
        snprintf(buffer, COLUMN_TEXT_SIZE, "-");
    return buffer;
}

const char *column_unit(const struct column *column, const struct run_info *run)
{
    bool is_drop = column->kind == COLUMN_FIGURE && column->figure == figure_drop;
    bool is_accuracy = column->kind == COLUMN_FIGURE && column->figure == figure_accuracy;
    if (is_drop || is_accuracy)
        return !run->metric ? "" : is_drop ? run->metric->drop_unit : run->metric->unit;
    return column->unit ? column->unit : "";
}

int column_width(const struct column *column, const struct run_info *run)
{
    bool is_small = run->has_metrics || (run->metric && has_any_size(run->metric));
    return is_score(column) && is_small ? SCORE_WIDTH : column->width;
}

const char *column_title(const struct column *column, const struct run_info *run)
{
    bool is_accuracy = column->kind == COLUMN_FIGURE && column->figure == figure_accuracy;
    return is_accuracy && run->metric ? run->metric->title : column->title;
}

int column_compare(const struct column *column, const struct row *a, const struct row *b,
                   bool descending)
{
    int order;
    if (column->kind == COLUMN_TEXT) {
        order = strcmp(column->text(a), column->text(b));
        return descending ? -order : order;
    }
    const struct figure *x = column->figure(a), *y = column->figure(b);
    if (!x->present || !y->present)
        return (int)y->present - (int)x->present;
    order = (x->value > y->value) - (x->value < y->value);
    return descending ? -order : order;
}
