/* quantop(1). */
#include <stdio.h>

#include "architectures/architecture.h"
#include "command/command.h"
#include "hardware/cpu.h"
#include "hardware/disturbance.h"
#include "hardware/topology.h"
#include "man/manual.h"
#include "man/roff.h"
#include "quantize/mode.h"
#include "results/column.h"
#include "results/layer_column.h"
#include "results/step_column.h"
#include "results/why.h"
#include "runtimes/runtime.h"
#include "ui/keys.h"

static void option(const struct option_row *row, struct text *out)
{
    char name[80];
    struct text help = {0};
    if (row->letter)
        snprintf(name, sizeof(name), "-%c, --%s", row->letter, row->name);
    else
        snprintf(name, sizeof(name), "--%s", row->name);
    option_help(row, &help);
    roff_item(name, row->argument, help.bytes, out);
    text_release(&help);
}

static void synopsis(struct text *out)
{
    text_add_string(out, ".SH SYNOPSIS\n");
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = commands[i];
        if (command->is_hidden)
            continue;
        text_add_string(out, ".B quantop");
        text_printf(out, "%s%s\n", *command->name ? " " : "", command->name);
        text_add_string(out, "[\\fIOPTION\\fR...] ");
        roff_text(command->arguments ? command->arguments : "", out);
        text_add_string(out, "\n.br\n");
    }
}

static void commands_section(struct text *out)
{
    text_add_string(out, ".SH COMMANDS\n");
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = commands[i];
        if (command->is_hidden)
            continue;
        text_printf(out, ".SS quantop%s%s", *command->name ? " " : "", command->name);
        text_printf(out, " %s\n", command->arguments ? command->arguments : "");
        roff_text(command->text, out);
        text_add_string(out, "\n");
        for (size_t o = 0; option_at(command, o); o++)
            option(option_at(command, o), out);
    }
}

static void modes_section(struct text *out)
{
    text_add_string(out, ".SH MODES\nA mode is written with its options as in\n"
                         "\\fBint8:weights=per\\-tensor,observer=mse\\fR.\n");
    for (size_t i = 0; i < mode_count; i++) {
        const struct mode *mode = mode_table[i];
        roff_item(mode->name, "", mode->text, out);
        text_printf(out, ".br\nPractice promises: size %s, speed %s.\n", mode->promise_size,
                    mode->promise_speed);
        for (size_t o = 0; o < mode_option_count; o++)
            if (mode->options & mode_option_table[o].bit) {
                text_add_string(out, ".br\n\\fB");
                roff_text(mode_option_table[o].name, out);
                text_add_string(out, "\\fR=");
                roff_text(mode_option_table[o].values, out);
                text_add_string(out, ": ");
                roff_text(mode_option_table[o].text, out);
                text_add_string(out, "\n");
            }
    }
}

static void architectures_section(struct text *out)
{
    char figures[160];
    text_add_string(
        out, ".SH ARCHITECTURES\nIn place of a model's file: \\fB" ARCHITECTURE_PREFIX "\\fR and "
             "one of these names with its options, as in\n"
             "\\fBsynth:mobilenet\\-v2:width=0.5,size=96\\fR. The network is built with drawn "
             "weights, the same ones on every\nmachine, whose ranges and those of the activations "
             "are like a trained network's. Sizes and times\nare those of the real network; it is "
             "untrained, so that accuracy can only be agreement with fp32\n(metric agreement), as "
             "on samples drawn with \\fBrandom:\\fR\\fIN\\fR. Inputs are images of values "
             "from 0 to 1, or\nvectors of mean 0 and variance 1.\n");
    for (size_t i = 0; i < architecture_count; i++) {
        const struct architecture *row = architecture_table[i];
        snprintf(figures, sizeof(figures),
                 ".br\n%.3g million parameters, %.4g million multiply\\-accumulates at %ld %s.\n",
                 row->parameters * 1e-6, row->macs * 1e-6, row->initial.size, row->size_is);
        roff_item(row->name, "", row->title, out);
        text_add_string(out, figures);
        text_add_string(out, ".br\n");
        roff_text(row->paper, out);
        text_add_string(out, ".\n");
    }
    text_add_string(out, ".PP\nOptions:\n");
    for (size_t i = 0; i < architecture_option_count; i++)
        roff_item(architecture_option_table[i].name, "", architecture_option_table[i].text, out);
}

static void placements_section(struct text *out)
{
    text_add_string(out,
                    ".SH PLACEMENTS\nThe machine is what a mask leaves that quantop was started "
                    "with, such as that of taskset(1) or of\na batch system.\n");
    for (size_t i = 0; i < placement_kind_count; i++)
        roff_item(placement_kinds[i].name, "", placement_kinds[i].text, out);
    text_add_string(out, ".SH INSTRUCTION SETS\n");
    for (int i = 0; i < ISA_COUNT; i++)
        roff_item(isa_table[i].name, "", isa_table[i].text, out);
}

static const char libraries[] =
    "A library is looked for when it is needed: at the path that the option or the profile's key\n"
    "of the runtime's name gives, else at that of its variable (see ENVIRONMENT), else by its "
    "usual\n"
    "names wherever the system's loader finds libraries, else in the folder of the runtime's name\n"
    "beside the program or below its data, where \\fB./bootstrap onnxruntime\\fR puts one. Where "
    "none\n"
    "is found, or one that is too old (ONNX Runtime: before 1.11), the runtime's rows say so and "
    "the\n"
    "others go on. \\fBquantop runtimes\\fR shows what was found.\n.PP\n"
    "ONNX Runtime computes on the placement's processing units, one operator after the other, "
    "with\n"
    "all of its optimizations. Its threads go on spinning after an inference, which is its way to "
    "be\n"
    "fast; the next row's turn begins when they sleep. Its telemetry is switched off. How long "
    "its\n"
    "steps take it records itself, in a session of its own that is not timed; that needs the "
    "filter of\ncalls (see \\fBquantop topology\\fR).\n";

static void runtimes_section(struct text *out)
{
    text_add_string(out, ".SH RUNTIMES\nThe key \\fBruntimes\\fR or the option "
                         "\\fB\\-\\-runtimes\\fR names what executes the models. Each mode "
                         "has a row\nfor each of them, all timed in the same rounds.\n");
    for (size_t i = 0; i < runtime_count; i++) {
        const struct runtime *runtime = runtime_table[i];
        roff_item(runtime->name, "", runtime->text, out);
        text_add_string(out, ".br\nTakes");
        for (size_t k = 0; runtime->formats[k]; k++)
            text_printf(out, "%s %s", k > 0 ? " files or else" : "", runtime->formats[k]);
        text_printf(out, " files%s%s.\n", runtime->library ? "; in " : "",
                    runtime->library ? runtime->library : "");
    }
    text_add_string(out, ".PP\n");
    text_add_string(out, libraries);
}

static void key_group(size_t first, struct text *out)
{
    text_add_string(out, ".SS ");
    keys_print_group(&keymap_default()->rows[first], out);
    text_add_string(out, "\n");
    for (size_t i = first; i < keymap_default()->count; i++) {
        char name[KEY_NAME_SIZE];
        const struct key_binding *binding = &keymap_default()->rows[i];
        if (binding->contexts != keymap_default()->rows[first].contexts)
            continue;
        text_add_string(out, ".TP\n");
        for (int n = 0, key; (key = keys_nth(binding, n)) != 0; n++) {
            text_add_string(out, n > 0 ? ", \\fB" : "\\fB");
            roff_text(keys_name(key, name), out);
            text_add_string(out, "\\fR");
        }
        text_add_string(out, "\n");
        roff_text(binding->help, out);
        text_add_string(out, "\n");
    }
}

static void keys_section(struct text *out)
{
    text_add_string(out, ".SH KEYS\n");
    for (size_t i = 0; i < keymap_default()->count; i++)
        if (keys_starts_group(keymap_default(), i))
            key_group(i, out);
}

static void columns_section(struct text *out)
{
    text_add_string(out,
                    ".SH COLUMNS\nColumns of CSV and JSON, in their order. Those with an "
                    "interval are followed by the ends of\nthe 95 % interval, with _low and "
                    "_high. A figure that could not be had is empty in CSV and\nnull in JSON, "
                    "where a further key with _absent behind its name says why; \\fBreason\\fR "
                    "says\nwhy a row failed.\n");
    for (size_t i = 0; i < column_count; i++)
        if (columns[i].shown & SHOWN_EXPORT)
            roff_item(columns[i].id, columns[i].interval ? "with _low and _high" : "",
                      columns[i].help, out);
}

static void layers_section(struct text *out)
{
    text_add_string(out,
                    ".SH LAYERS\n\\fBquantop layers\\fR shows what became of each layer of the "
                    "float model in each mode:\nits error alone and in the whole mode, what it "
                    "clips, and what the network loses by it.\nA run keeps that ledger where "
                    "\\fBlayers.seconds\\fR is given. Each layer is taken from the file to ship "
                    "as it\nis there: nothing is quantized again. Layers are followed in .tflite "
                    "files, by the names of\ntheir outputs, on the builtin runtime. Its columns "
                    "in CSV and JSON, which \\fB--sort\\fR takes:\n");
    for (size_t i = 0; i < layer_column_count; i++)
        roff_item(layer_columns[i].id, layer_columns[i].interval ? "with _low and _high" : "",
                  layer_columns[i].help, out);
}

static void reasons_section(struct text *out)
{
    text_add_string(out, ".SH REASONS\nWhat \\fBquantop why\\fR finds by rules over what was "
                         "measured, and what helps. Those that concern\nmost of a row's time come "
                         "first, but before them what makes its answers wrong; the heaviest\n"
                         "stand below the table of a run, and of the screen, too.\n");
    for (size_t i = 0; i < why_rule_count; i++) {
        struct text help = {0};
        text_printf(&help, "%s: %s.", why_rules[i].cause, why_rules[i].remedy);
        roff_item(why_rules[i].name, "", help.bytes, out);
        text_release(&help);
    }
}

static void steps_section(struct text *out)
{
    text_add_string(out,
                    ".SH STEPS\nWhat \\fBquantop why --steps\\fR and JSON (below why) say of each "
                    "step of a row, a call of a\nkernel. A run watches them once the row's timing "
                    "is over, for \\fBmeasure.profile_seconds\\fR.\n");
    for (size_t i = 0; i < step_column_count; i++)
        roff_item(step_columns[i].id, "", step_columns[i].help, out);
}

static void exit_section(struct text *out)
{
    char number[16];
    text_add_string(out, ".SH EXIT STATUS\n");
#define X(identifier, number_, meaning)                                                            \
    snprintf(number, sizeof(number), "%d", (number_));                                             \
    roff_item(number, "", (meaning), out);
    EXIT_LIST(X)
#undef X
    text_add_string(
        out, ".PP\nA mode meets the constraints where its whole intervals do, and breaks them "
             "where one lies beyond a\nlimit; between the two nobody can tell, and the "
             "answer says how many more samples or rounds would do.\nfp32 is what the "
             "others are compared with, and no answer. Lost rows go before verdicts.\n"
             ".PP\nWhere what fp32 makes of the data is no better than chance, always the same, "
             "or clearly better with\nanother preset, a warning says so before anything is "
             "timed. A limit of the drop cannot be judged then;\nlimits of speed and size are "
             "judged as ever.\n");
}

static const char gate[] =
    ".SH THE GATE\n"
    "\\fB\\-\\-baseline\\fR \\fIFILE\\fR holds a run against an earlier one: its journal, "
    "or the report that \\fB\\-\\-json\\fR wrote, which knows no single samples, so that "
    "accuracy is harder to tell. Rows belong together whose mode, placement and runtime are the "
    "same and whose model has the same contents, or else the same name. The figures are latency "
    "(the typical block), accuracy, the size of the file and the peak of memory.\n.PP\n"
    "A figure is \\fIworse\\fR where the whole 95 % interval of its change lies beyond the "
    "margin, \\fInot worse\\fR where none of it does, \\fIbetter\\fR where all of it lies "
    "beyond the margin on the good side; else nobody \\fIcan tell\\fR. The interval of a "
    "latency's ratio is made from those of both runs by the method of Zou and Donner; accuracy is "
    "paired by sample, and nothing is lost where each sample scores as before. Size and memory "
    "have no interval. Margins are the keys \\fBgate.*\\fR of quantop\\-profile(5). What "
    "changes on a machine between two runs, beyond what changes from process to process, is in no "
    "interval: the margin of latency has to have room for it.\n.PP\n"
    "What cannot be compared is refused, and the reason is said: latency and memory where the "
    "CPU, the instruction set, the runtime's version (of builtin, that of quantop), the threads, "
    "the shapes of inputs or the way of convolutions differ, and latency of fewer than 9 rounds "
    "or of times that deserve less trust than \\fBgate.trust\\fR asks for, in either run; "
    "accuracy where the data, their preprocessing, the seed, the number of samples or the metric "
    "differ, or where what fp32 makes of the data makes no sense. Of folders and of files above "
    "64 MiB the times of the last change count, which copies must keep. Rows that only one of "
    "the runs has are said and decide nothing, unless there are no others. Lost rows and "
    "constraints count for the exit status as ever.\n.PP\n"
    "The result is an event of the journal. \\fBquantop view\\fR \\fIJOURNAL\\fR "
    "\\fB\\-\\-baseline\\fR \\fIFILE\\fR asks the same of a run that is over, and its "
    "exit status tells. \\fB\\-\\-markdown\\fR begins with the gate; "
    "\\fB\\-\\-junit\\fR has a test case for each row that was measured, for each figure "
    "of it, and for the constraints of each model: what is worse is a failure, a lost row an "
    "error, and what nobody can tell is skipped. The time of a case is that of its timed "
    "inferences.\n";

static const char files[] =
    ".SH FILES\n"
    ".TP\n\\fI$XDG_STATE_HOME/quantop/*.jsonl\\fR\n"
    "Journals: one event per line, written as it happens; \\fBquantop view\\fR shows them,\n"
    "\\fBquantop journals\\fR lists them, and \\fBlast\\fR stands for the newest.\n"
    "~/.local/state stands in for an unset $XDG_STATE_HOME.\n"
    ".TP\n\\fI$XDG_CONFIG_HOME/quantop/config.yaml\\fR\n"
    "What you want otherwise: colours, columns, keys, ...; see quantop-config(5).\n"
    ".SH INTERRUPTED RUNS\n"
    "\\fBquantop run \\-\\-resume\\fR \\fIJOURNAL\\fR finishes the run of a journal that was "
    "stopped or\n"
    "killed. Without a profile and a model, the run is started as it was. It must be the same\n"
    "experiment on the same machine: the contents of models and data, modes, placements, limits "
    "and\n"
    "the version of quantop are compared, and what differs is said. Rows that are done are kept;\n"
    "rows whose rounds were not over are timed from the beginning, together with all that they "
    "are\n"
    "compared with.\n";

static const char environment[] =
    ".SH ENVIRONMENT\n"
    ".TP\n\\fBQUANTOP_DATADIR\\fR\n"
    "Where profiles/ and data/ are, in place of the installed ones.\n"
    ".TP\n\\fBNO_COLOR\\fR\nNo colours, when set and not empty.\n"
    ".TP\n\\fBTMPDIR\\fR\nWhere the files of candidates are kept while a run goes on; /tmp when "
    "unset.\n"
    ".TP\n\\fBHWLOC_SYNTHETIC\\fR, \\fBHWLOC_XMLFILE\\fR\n"
    "Another machine's topology in place of this one's; threads are not bound then.\n";

static void disturbances_section(struct text *out)
{
    text_add_string(out,
                    ".SH DISTURBANCES\nWhat a run warns of, in its journal and in all reports but "
                    "CSV, and what helps:\n");
    for (int i = 0; i < DISTURBANCE_COUNT; i++)
        roff_item(disturbance_table[i].name, "", disturbance_table[i].remedy, out);
}

static void environment_section(struct text *out)
{
    text_add_string(out, environment);
    for (size_t i = 0; i < runtime_count; i++)
        if (runtime_table[i]->variable) {
            roff_item(runtime_table[i]->variable, "", "Path of a library in place of the usual ",
                      out);
            text_printf(out, "%s; see RUNTIMES.\n", runtime_table[i]->library);
        }
}

static const char rounding[] =
    ".SH ROUNDING\n"
    "Formats say what integers mean, not how every sum is rounded, so runtimes differ. "
    "\\fIOnce\\fR: the sum times the ratio of the scales as a real number, halves to the even "
    "neighbour. So do LiteRT on CPUs, whose kernels for int8 are those of XNNPACK, and ONNX "
    "Runtime, as the specification of QuantizeLinear has it. \\fITwice\\fR: the ratio is a "
    "mantissa and a shift, which round one after the other, halves away from zero. So does "
    "TensorFlow Lite Micro.\n.PP\n"
    "The modes int8 and int8\\-io round once, unless told otherwise: on microcontrollers choose "
    "\\fBrounding=twice\\fR, so that accuracy here is accuracy there. The file is the same but for "
    "an entry of its metadata, \\fIquantop.rounding\\fR, which is \\fBtwice\\fR or "
    "\\fBonce\\fR and which other programs do not know. 16x8 is rounded as LiteRT does it in "
    ".tflite files, where "
    "XNNPACK takes no part, and once in .onnx files. A .tflite file without the entry is taken for "
    "one that is rounded twice, a .onnx file for one that is rounded once. "
    "\\fBquantop convert\\fR changes the format and not the arithmetic. The column "
    "\\fIarithmetic\\fR and \\fBquantop inspect\\fR name the runtimes that round so.\n.PP\n"
    "That holds for sums of products and what follows from them. What XNNPACK has no kernel for "
    "(ABS, SQRT, activations that are not fused) may be a step away in LiteRT when rounded once, "
    "and so may CONV_2D, FULLY_CONNECTED, MEAN and SUM without XNNPACK when rounded twice. MUL, "
    "SUB and SOFTMAX of int16 differ by a step, in fewer than one in a thousand values, between "
    "LiteRT and TensorFlow Lite Micro: here they are LiteRT's.\n";

static const char examples[] =
    ".SH EXAMPLES\n"
    "Open the screen on the shipped models:\n.PP\n.nf\n.B quantop\n.fi\n.PP\n"
    "Compare all modes on a model of one's own, on random inputs, so that accuracy is agreement "
    "with "
    "fp32:\n.PP\n.nf\n"
    ".B quantop run net.tflite\n.fi\n.PP\n"
    "Write a profile for it, with a comment on every key, and try it out:\n.PP\n.nf\n"
    ".B quantop init net.tflite \\-o net.yaml\n.fi\n.PP\n.nf\n"
    ".B quantop run net.yaml \\-\\-dry\\-run\n.fi\n.PP\n"
    "Measure a model without a profile and keep the figures:\n.PP\n.nf\n"
    ".B quantop run \\-\\-model net.tflite \\-\\-data samples.npy \\-\\-modes fp32,dynamic,fp16 "
    "\\-\\-csv out.csv\n.fi\n.PP\n"
    "Compare modes on a network of a published architecture, without any file:\n.PP\n.nf\n"
    ".B quantop run \\-\\-model synth:mobilenet\\-v2:size=96 \\-\\-data random:16 \\-\\-modes "
    "fp32,int8\n.fi\n.PP\n"
    "Write the file to ship:\n.PP\n.nf\n"
    ".B quantop quantize net.tflite \\-\\-mode int8 \\-\\-calibration samples.npy \\-o "
    "net8.tflite\n.fi\n"
    ".SH SEE ALSO\n.BR quantop\\-profile (5),\n.BR quantop\\-config (5)\n";

void page_quantop(struct text *out)
{
    text_add_string(out, ".TH QUANTOP 1 \"\" \"quantop " PACKAGE_VERSION "\" \"User Commands\"\n"
                         ".SH NAME\nquantop \\- compare post\\-training quantization modes of "
                         "neural networks\n");
    synopsis(out);
    text_add_string(
        out,
        ".SH DESCRIPTION\n"
        "quantop applies every mode of post\\-training quantization to a model, times each on "
        "this\n"
        "machine in interleaved rounds, scores it on labelled data, and shows size, speedup and\n"
        "accuracy drop in one table, each speedup and drop with a 95 % interval. Models are "
        ".tflite\n"
        "and .onnx files.\n.PP\n"
        "Sizes are those of the files that \\fBquantop quantize\\fR writes; a mode's ratio is to "
        "the\n"
        "float32 graph written the same way. A speedup is the ratio of the latencies of fp32 and "
        "of\n"
        "the mode on the same placement, from paired rounds. A drop is the paired difference to "
        "fp32\n"
        "in percentage points.\n");
    commands_section(out);
    modes_section(out);
    architectures_section(out);
    placements_section(out);
    runtimes_section(out);
    text_add_string(out, rounding);
    keys_section(out);
    columns_section(out);
    layers_section(out);
    reasons_section(out);
    steps_section(out);
    text_add_string(out, gate);
    exit_section(out);
    disturbances_section(out);
    text_add_string(out, files);
    environment_section(out);
    text_add_string(out, examples);
}
