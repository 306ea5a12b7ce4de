/* Events: what a worker tells its parent, what the journal holds, what results are made from. One
 * JSON object per line, in the order in which things happened. Every event has "event" (its name)
 * and "t" (seconds since the run began), and "run" (the run's own number in hexadecimal digits,
 * absent in older journals: one of another run is refused). Trials and candidates are numbered from
 * 0. Unknown members and unknown events are skipped, so that an older program can show a newer
 * journal.
 *
 * run       the first line: "format" (JOURNAL_FORMAT), "version", "started" (ISO 8601), "title",
 *           "profile" (path, or ""), "host", "cpu", "isa" (the most that kernels may use),
 *           "cpu_isa" (the best that the CPU runs; absent in older journals), "topology", "machine"
 *           (its tree: lines that two blanks a level indent), "rounds_max", "constraints"
 *           {"max_drop", "min_speedup", "max_bytes"}, each optional; "same_percent" (differences in
 *           speed that do not matter; 1 in older journals); "targets", if there are any
 *           [{"name", "flash", "ram" (bytes; 0: no limit), "integer_only", "types", "operators"
 *           (lists with a + between items; "": anything)}]; "seed"; "experiment", what is
 *           measured as experiment/fingerprint.h has it, and "fingerprint", its SHA-256;
 *           "directory" and "options" [{"key", "value"}], from which, with the profile, the
 *           experiment can be made again; and the writer, as results/writer.h has it
 * trial     one row: "trial", "candidate", "model", "path", "mode", "label", "runtime",
 *           "placement", "threads", "baseline" (trial number of its fp32 row, or null), "builtin"
 *           (that of the row of the same mode on the builtin runtime, or null); what textbooks
 *           promise of the mode, where they do: "promised_smaller" and "promised_faster" than fp32
 * state     "trial", "state": what is being done for it now (see enum trial_state)
 * prepared  "candidate", "bytes" (of the file to ship), "base_bytes" (of the fp32 file), "nodes",
 *           "integer_nodes", "float_nodes" [{"node", "op"}], "operators" [{"op", "type" (of its
 *           activations), "weights" (type of its constants; absent: none), "count"}], conversions
 *           among them, "calibration" (samples used),
 *           "seconds", "batch" (samples of one inference; 1 where absent), "remarks" [texts that
 *           the user should know, without full stops]; where there is something to score,
 *           "metric" (name), "samples" and "left_out" (more of them, which fill no batch), and
 *           perhaps "recordings" (whose windows the samples are), "threshold" (of an output of one
 *           element) and "metric_absent" (why the metric says nothing of this model); of fp32
 *           perhaps "doubt" (why its answers to some of the samples make no sense) and
 *           "doubt_stays" (true: all of the samples cannot clear it up, unless their scores are as
 *           good as "doubt_bar", a value of the metric)
 * origins   which layers of the float model's file the operators of the file to ship do the work
 *           of: "candidate", "layers" [[name, operator]] in the order of the model's file, "nodes"
 *           [[numbers of layers]], one list per operator (of .onnx files: node) of the file to ship
 * network   what the file to ship computes: "candidate", "format" ("tflite"), "version" ("schema
 *           version 3"), "description" (the file's own), "spelling" (what is otherwise in the file
 *           itself; absent: nothing), "arithmetic" (as in "process"), "parameters", "macs" and
 *           "count" (of all operators), "constants" {type: bytes of all constants of it},
 *           "tensors" [{"name", "type", "shape" ("1x28x28x16", NHWC), "bytes" (of a constant;
 *           absent: it is computed or an input), "bits" (of each element in files, where that is
 *           fewer), where it is quantized "scale" with "zero_point", or of several scales their
 *           ends [least, greatest], "scales" (how many), "axis" (along which) and perhaps "block"
 *           (so many neighbours share one), and where calibration saw values of it "seen" [least,
 *           greatest]}], "operators" [{"op", "window" (height, width and stride of a convolution
 *           or pool: "3x3/2"), "activation" (fused), "params" (others that do not go without
 *           saying), "inputs" [], "outputs" [] and "weights": places in "tensors", -1: an optional
 *           one that is absent, "macs" and "parameters", each where there are any}] in their
 *           order: of a large graph the first ones; "inputs" [], "outputs" [] and "variables" []
 *           of the whole: places in "tensors", the first ones, and "ends", how many there are of
 *           each. A later one of the candidate takes its place
 * process   a fresh process has loaded the trial: "trial", "process" (0, 1, ...), "load_ms",
 *           "first_ms" (first inference), "arena_bytes", "weight_bytes", "scratch_bytes" (each only
 *           where the runtime tells), "isa" (best of the kernels used, or who chooses),
 *           "arithmetic" (how integers are rounded; absent: the library's own), "kernels"
 *           {name: count}, or a text where the runtime does not name them; "shares" {name: share of
 *           an inference's time that these kernels take}, where it tells; "runtime_version";
 *           "sandbox" (what confines the process), "unguarded" (why that is not more), as in
 *           "prepared"
 * block     one block of consecutive inferences: "trial", "round", "process", "ns" [integers], and
 *           "facts", what disturbed it, as hardware/witness.h has it: "seconds", "waited", "steal",
 *           "others", "switches" and "pace", each where the system tells
 * memory    at the end of a process: "trial", "process", "peak_bytes" (peak resident set)
 * steps     where an inference's time goes, found apart from the blocks: "trial", "process",
 *           "inferences" (so many were watched), "clock", "overhead_ns" (of watching, subtracted
 *           from each step), "whole_ns" (of an inference that nobody watched, where that was
 *           measured beside), "steps" [{"nodes" [operators of the file to ship], "op", "merged"
 *           (operators that the kernel does on the way), "kernel", "isa", "arithmetic" (what its
 *           products are made of: kernels/ceiling.h; "read": it has none), "input", "output"
 *           ("int8 1x28x28x16"), "macs", "constant_bytes", "read_bytes", "written_bytes",
 *           "ns" (median)}] in the order in which they run, where texts that are not known are
 *           empty and numbers absent; or "absent" (why there are no steps) in the place of all
 *           these; perhaps "ceilings" of the placement
 *           {"threads", "isa", "rounds" (measured so often, the best counts), "macs" {kind of
 *           products: multiply-accumulates per second}, "levels" [{"name", "capacity" (bytes; 0:
 *           RAM), "read" (bytes per second)}] from the nearest on}
 * scores    a stretch of the scored samples: "candidate", "first", "values" [] (null: not a
 *           number), "top1" [], "labels" [] (null: none); and where samples are the windows of
 *           recordings, "groups" []: the recording of each, from 0 in the order of the samples; of
 *           fp32, where labels are vectors, "trivial" []: the values of the best answer that is the
 *           same for all samples. Either all stretches of a candidate have such a list or none, and
 *           all windows of a recording have one label
 * warning   something disturbs what is measured: "kind" (hardware/disturbance.h), "text", "remedy";
 *           a later one of the same kind takes its place
 * timed     "trials" []: their timing is over, their blocks are all there
 * fidelity  all outputs against those of fp32, once all samples are scored: "candidate", "samples"
 *           (compared), "outputs" [{"name", "shape", "elements", "constant" (the same for all
 *           samples), and where it was compared "sqnr" (dB), "cosine", "max_error", "sample" (that
 *           has it; numbers count all of the data's samples), "channel" (the worst one) and
 *           "channel_sqnr"}], "absent" (why nothing was compared). A ratio is null where there is
 *           no difference or no signal
 * layers    of the layers' ledger, which begins: "candidate", "samples" (that layers were looked at
 *           with), "layers" (how many follow), "grids" (true: they tell "weights" and "values";
 *           absent in older journals); what an earlier process said is void
 * layer     one layer of the float model, in their order: "candidate", "layer" (from 0), "name" (of
 *           its first output), "op", "fate": "changed" by the mode, "float" as it was, "missing":
 *           not found again; "origin" [numbers of the layers of the model's file, as "origins"
 *           lists them, that it does the work of]; of fp32's values of the first output "seen"
 *           [least, greatest] on the samples; where this one is quantized "held" [least, greatest]
 *           of the values that it can hold, their "scale", and "clipped", the share of fp32's
 *           values beyond these by more than half a step; and the errors "isolated", of this layer
 *           alone on fp32's values, and "accumulated", of the whole mode: {"noise", the root of the
 *           mean squared error over that of fp32's squares, "cosine", "rmse"}, each null where
 *           there is no signal. Of the constant weights of a product that the mode stores otherwise
 *           "weights": {"type", "bits" (of each in files), "channels" (of the output), "noise"
 *           (likewise), "zeroed" (share of those other than 0 that became 0), "low", "high",
 *           "bins" [how many of fp32's lie in each of as many equal parts of low..high]}, of
 *           integers with "scales" (how many), "scale" [least, median, greatest], "levels" (that a
 *           number can have), "used" (those of them that some weight has) and "reached" (mean
 *           share of them between the extremes of a scale's weights), and perhaps "worst", the
 *           channel with the largest error: {"channel" (from 0), "noise", "most" (greatest size),
 *           "rms", "zeroed", of integers "reach" (levels from 0 to the farthest that it uses) and
 *           "scale" (its largest)}. Where the first output is quantized "values": {"type",
 *           "zero_point", "bins" (of fp32's values on the samples, over "held"), "below" and
 *           "above" (how many lie beyond)}
 * layer_cost  the network with only this layer in the mode, beside fp32: "candidate", "layer",
 *           "samples", "noise" (of the worst output, likewise), and where the metric tells "drop"
 *           and "interval" [low, high] of its values, not scaled to its unit
 * ledger    all layers were looked at, or the time was up: "candidate", "seconds", "left" (layers
 *           without a layer_cost for want of time); "absent": why there is no ledger
 * cleared   the scores of all samples clear up what was doubted of some: "candidate", "doubt" (that
 *           text)
 * gate      this run beside an earlier one: "baseline" (path), "started", "host" and "cpu" (of that
 *           run; the last two are absent in older journals), "notes" [texts: rows that only one of
 *           them has, and what else is different], "comparisons" [{"trial", "figure"
 *           (results/gate.h), "before", "now" (ns, the metric's unit, bytes), "margin", "change",
 *           "low", "high"}] in the order of the trials: change, its interval and the margin are
 *           shares of what was before, or of accuracy a loss in the unit of the metric's drop;
 *           "reason" in the place of these three where nothing can be told. What is worse follows
 *           from them; a later event takes the place of an earlier one
 * own_cost  what the process that runs and shows all this took itself, before it ends or is
 *           stopped: "seconds" (that it went on), "cpu" (of these, that it computed), "runner" (of
 *           "cpu", for the run itself and not for the screen), "pictures" (of the screen that were
 *           drawn; absent: there was none). Those of one run add up
 * done      "trial": nothing more will come
 * failed    "trial", "stage", "reason": the row is lost, the others go on
 * paused    the user has the run wait: nothing is measured until it goes on, and "t" waits, too
 * continued  the run goes on: "seconds" (that it waited)
 * skipped   "trial": the user left the row out; what was measured of it stays
 * added     "mode" or "placement": the user has it take part, too, as the keys of these names have
 *           it. Its trials follow, behind all others
 * removed   "trials" []: the user takes them out, and all that was timed of them is void;
 *           "candidates" [], whose scores are void: they have no others
 * stopped   the user stopped the run; it may go on in the same journal
 * resumed   another process goes on with the run: "trials" [] start again, and all that was timed
 *           of them is void; "candidates" [] are scored again, and their scores are void;
 *           "version", "started", and the writer; "repeated": true where it is the same process,
 *           whose user has these rows measured once more, or goes on after a stop
 * end       all trials are done, failed or skipped
 */
#ifndef RESULTS_EVENT_H
#define RESULTS_EVENT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

#define JOURNAL_FORMAT 1

/* X(identifier, name). */
#define TRIAL_STATE_LIST(X)                                                                        \
    X(TRIAL_WAITING, "waiting")                                                                    \
    X(TRIAL_QUANTIZING, "quantizing")                                                              \
    X(TRIAL_READY, "ready")                                                                        \
    X(TRIAL_TIMING, "timing")                                                                      \
    X(TRIAL_SCORING, "scoring")                                                                    \
    X(TRIAL_DONE, "done")                                                                          \
    X(TRIAL_FAILED, "failed")                                                                      \
    X(TRIAL_SKIPPED, "skipped")

enum trial_state {
#define X(identifier, name) identifier,
    TRIAL_STATE_LIST(X)
#undef X
        TRIAL_STATE_COUNT
};

const char *trial_state_name(enum trial_state state);
/* Whether something is being done for a trial in this state. */
bool trial_state_is_active(enum trial_state state);
/* Whether nothing more is to be done for it, well or not. */
bool trial_state_is_over(enum trial_state state);
/* Whether that is because it failed or was left out. */
bool trial_state_is_lost(enum trial_state state);
/* TRIAL_STATE_COUNT for an unknown name. */
enum trial_state trial_state_from_name(const char *name) __attribute__((nonnull(1)));

/* Fills the error for an event that lacks a member, or has a wrong one: STATUS_FORMAT. */
enum status malformed(struct error *error, const json_t *event, const char *key)
    __attribute__((nonnull(1, 2, 3)));

/* Whether it is a list of at least so many items, all of which are numbers. */
bool all_numbers(const json_t *list, size_t fewest);

#endif
