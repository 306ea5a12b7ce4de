/* Times kernels on layers of real networks, beside what bounds them on this machine and beside the
 * plain kernel, and prints Markdown. Kernels, ceilings and the plain kernel take turns, round by
 * round, so that what the machine does meanwhile hits all of them. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "hardware/topology.h"
#include "layers.h"
#include "measure/stats.h"
#include "runs.h"

#define ROUNDS_MOST 99
/* What a block of runs takes at least. */
#define BLOCK_SECONDS 1e-3
/* Plain kernels are not run on layers of more operations, and no longer than this for one layer. */
#define PLAIN_OPERATIONS 4e7
#define PLAIN_SECONDS    0.1

struct options {
    enum isa isa;      /* ISA_COUNT: all that there are */
    const char *mode;  /* NULL: all */
    const char *layer; /* a part of its text or network; NULL: all */
    const char *commit;
    long rounds;
};

/* A kernel on a layer. */
struct line {
    struct bench_run run;
    enum isa isa; /* of the kernel */
    const char *kernel;
    size_t runs, rounds;
    double seconds[ROUNDS_MOST];
    double shares[ROUNDS_MOST]; /* logarithms of the share of the ceiling */
    double computing, reading;  /* seconds that its operations and bytes take at least, summed */
};

/* A layer in a mode, and the kernels that are there for it. */
struct comparison {
    const struct graph *graph;
    const char *network, *layer, *mode;
    double operations, bytes;
    struct line plain; /* kernel NULL: it is not run */
    struct line lines[ISA_COUNT];
    size_t count, rounds;
};

/* Arithmetic that bounds the node's products on an instruction set. */
static const struct ceiling *arithmetic_of(const struct graph *graph, enum isa isa)
{
    enum type data = graph->tensors[graph->inputs[0]].type, weights = bench_weights(graph)->type;
    const struct ceiling *halves = ceiling_find(CEILING_HALF, isa);
    if (data == TYPE_I16)
        return ceiling_find(CEILING_PAIRS, isa);
    if (weights == TYPE_I8)
        return ceiling_find(CEILING_BYTES, isa);
    return weights == TYPE_F16 && halves ? halves : ceiling_find(CEILING_FLOAT, isa);
}

/* Floats between -1 and 1, any integers. */
static void fill_inputs(const struct graph *graph, struct session *session)
{
    struct random random = {1};
    for (int i = 0; i < graph->n_inputs; i++) {
        const struct tensor *tensor = &graph->tensors[graph->inputs[i]];
        unsigned char *bytes = session_input(session, i);
        float *floats = session_input(session, i);
        if (tensor->type == TYPE_F32)
            for (size_t k = 0; k < shape_elements(&tensor->shape); k++)
                floats[k] = (float)(2.0 * random_unit(&random) - 1.0);
        else
            for (size_t k = 0; k < tensor_bytes(tensor); k++)
                bytes[k] = (unsigned char)random_next(&random);
    }
}

static struct line line_new(const struct graph *graph, enum isa isa)
{
    struct line line = {.run = bench_run_new(graph, isa, true), .runs = 1};
    int step = plan_steps(line.run.plan) - 1;
    line.kernel = plan_step_kernel(line.run.plan, step);
    line.isa = plan_step_isa(line.run.plan, step);
    fill_inputs(graph, line.run.session);
    return line;
}

/* How many runs make a block. */
static void find_runs(struct line *line)
{
    line->runs = 1 + (size_t)(BLOCK_SECONDS / bench_time(&line->run, 1));
}

static void prepare_plain(struct comparison *comparison, const char *best)
{
    comparison->plain.kernel = NULL;
    if (comparison->operations > PLAIN_OPERATIONS)
        return;
    comparison->plain = line_new(comparison->graph, ISA_REFERENCE);
    if (strcmp(comparison->plain.kernel, best) == 0) {
        bench_run_release(&comparison->plain.run);
        comparison->plain.kernel = NULL;
        return;
    }
    find_runs(&comparison->plain);
    double block = (double)comparison->plain.runs * bench_time(&comparison->plain.run, 1);
    size_t most = 1 + (size_t)(PLAIN_SECONDS / block);
    comparison->plain.rounds = most < comparison->rounds ? most : comparison->rounds;
}

/* One line for each instruction set that has a kernel of its own. */
static void prepare(struct comparison *comparison, const struct options *options)
{
    for (int isa = ISA_GENERIC; isa < ISA_COUNT; isa++) {
        if (!isa_available((enum isa)isa) ||
            (options->isa != ISA_COUNT && options->isa != (enum isa)isa))
            continue;
        struct line line = line_new(comparison->graph, (enum isa)isa);
        const char *last =
            comparison->count > 0 ? comparison->lines[comparison->count - 1].kernel : "";
        if (strcmp(line.kernel, last) == 0) {
            bench_run_release(&line.run);
            continue;
        }
        find_runs(&line);
        comparison->lines[comparison->count++] = line;
    }
    if (comparison->count > 0)
        prepare_plain(comparison, comparison->lines[comparison->count - 1].kernel);
}

static void release(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++)
        bench_run_release(&comparison->lines[i].run);
    if (comparison->plain.kernel)
        bench_run_release(&comparison->plain.run);
}

/* A block of the kernel behind one of each ceiling. Nothing is faster than the slower of the two
 * ceilings. */
static void measure(const struct comparison *comparison, struct line *line, size_t round)
{
    enum isa isa = line->isa > ISA_GENERIC ? line->isa : ISA_GENERIC;
    double computing = 0.0;
    if (comparison->operations > 0.0)
        computing =
            comparison->operations * bench_operation_seconds(arithmetic_of(comparison->graph, isa));
    double reading =
        comparison->bytes * bench_byte_seconds(ceiling_find(CEILING_READ, isa), comparison->bytes);
    line->seconds[round] = bench_time(&line->run, line->runs);
    line->shares[round] = log(fmax(computing, reading) / line->seconds[round]);
    line->computing += computing;
    line->reading += reading;
}

static void measure_round(struct comparison *comparison, size_t round)
{
    struct line *plain = &comparison->plain;
    for (size_t i = 0; i < comparison->count; i++)
        measure(comparison, &comparison->lines[(i + round) % comparison->count], round);
    if (plain->kernel && round < plain->rounds)
        plain->seconds[round] = bench_time(&plain->run, plain->runs);
}

/* Printing */

static void add_line(const struct comparison *comparison, struct line *line, double plain,
                     struct text *out)
{
    char time[BENCH_NUMBER_SIZE], rate[BENCH_NUMBER_SIZE], faster[BENCH_NUMBER_SIZE] = "-";
    size_t rounds = comparison->rounds;
    double seconds = stats_median(line->seconds, rounds);
    struct interval share = stats_paired(line->shares, rounds);
    bool computes = comparison->operations > 0.0;
    enum isa isa = line->isa > ISA_GENERIC ? line->isa : ISA_GENERIC;
    enum ceiling_kind bound = line->reading > line->computing
                                  ? CEILING_READ
                                  : arithmetic_of(comparison->graph, isa)->kind;
    if (plain > 0.0)
        bench_number(plain / seconds, faster);
    text_printf(out, "| %-18s | %-42s | %-7s | %-40s | %8s | %6s %-5s | %-7s | %5.1f ", //
                comparison->network, comparison->layer, comparison->mode, line->kernel,
                bench_number(seconds * 1e6, time),
                bench_number(
                    (computes ? comparison->operations : comparison->bytes) * 1e-9 / seconds, rate),
                computes ? "GOP/s" : "GB/s", ceiling_kind_names[bound],
                100.0 * exp(share.estimate));
    if (share.bounded)
        text_printf(out, "±%-5.1f", 50.0 * (exp(share.high) - exp(share.low)));
    text_printf(out, "| %7s |\n", faster);
}

static void add_header(struct text *out)
{
    text_printf(out, "| %-18s | %-42s | %-7s | %-40s | %8s | %12s | %-7s | %12s | %7s |\n",
                "network", "layer", "mode", "kernel", "us", "rate", "bound", "% of bound",
                "x plain");
    text_add_string(out, "|---|---|---|---|--:|--:|---|--:|--:|\n");
}

static void compare(const struct bench_layer *layer, const struct mode *mode,
                    const struct options *options, struct text *out)
{
    struct text text = {0};
    struct graph *graph = bench_layer_graph(layer, mode);
    if (!graph)
        return;
    bench_layer_text(layer, &text);
    struct comparison *comparison = &(struct comparison){
        .graph = graph,
        .network = layer->network,
        .layer = text.bytes,
        .mode = mode->name,
        .operations = bench_operations(graph),
        .bytes = bench_bytes(graph),
        .rounds = (size_t)options->rounds,
    };
    prepare(comparison, options);
    for (size_t round = 0; round < comparison->rounds; round++)
        measure_round(comparison, round);
    double plain = comparison->plain.kernel
                       ? stats_median(comparison->plain.seconds, comparison->plain.rounds)
                       : 0.0;
    for (size_t i = 0; i < comparison->count; i++)
        add_line(comparison, &comparison->lines[i], plain, out);
    release(comparison);
    text_release(&text);
    graph_free(graph);
}

static bool is_chosen(const struct bench_layer *layer, const struct options *options)
{
    struct text text = {0};
    text_printf(&text, "%s ", layer->network);
    bench_layer_text(layer, &text);
    bool is_there = !options->layer || strstr(text.bytes, options->layer);
    text_release(&text);
    return is_there;
}

static size_t compare_all(const struct options *options, struct text *out)
{
    size_t count = 0;
    for (size_t i = 0; i < bench_layer_count; i++) {
        if (!is_chosen(&bench_layers[i], options))
            continue;
        count++;
        fprintf(stderr, "\rlayer %zu of %zu", i + 1, bench_layer_count);
        for (size_t m = 0; m < mode_count; m++)
            if (!options->mode || strcmp(options->mode, mode_table[m]->name) == 0)
                compare(&bench_layers[i], mode_table[m], options, out);
    }
    fputc('\n', stderr);
    return count;
}

static void add_heading(const struct options *options, const char *machine, struct text *out)
{
    char date[32];
    time_t now = time(NULL);
    strftime(date, sizeof(date), "%Y-%m-%d", localtime(&now));
    text_printf(
        out, "## Kernels\n\n%s, %s; kernels up to %s; one thread; %s; quantop %s, commit %s\n\n",
        cpu_name(), machine, isa_table[isa_best()].name, date, PACKAGE_VERSION, options->commit);
}

/* Arguments */

static const struct option option_rows[] = {
    {"isa", required_argument, NULL, 'i'},    {"mode", required_argument, NULL, 'm'},
    {"layer", required_argument, NULL, 'l'},  {"rounds", required_argument, NULL, 'r'},
    {"commit", required_argument, NULL, 'c'}, {0},
};

static enum isa isa_argument(const char *name)
{
    enum isa isa = isa_from_name(name);
    if (isa == ISA_COUNT || isa == ISA_REFERENCE || !isa_available(isa))
        bench_fail("this CPU or this program has no instruction set '%s'", name);
    return isa;
}

static struct options parse(int argc, char **argv)
{
    struct options options = {.isa = ISA_COUNT, .commit = "unknown", .rounds = 11};
    int option;
    while ((option = getopt_long(argc, argv, "", option_rows, NULL)) != -1)
        if (option == 'i')
            options.isa = isa_argument(optarg);
        else if (option == 'm')
            options.mode = optarg;
        else if (option == 'l')
            options.layer = optarg;
        else if (option == 'c')
            options.commit = optarg;
        else if (option != 'r' || !text_to_long(optarg, &options.rounds))
            bench_fail("what is known: --isa --mode --layer --rounds --commit");
    if (options.rounds < 1 || options.rounds > ROUNDS_MOST || optind < argc)
        bench_fail("rounds are 1 to %d, and there are no other arguments", ROUNDS_MOST);
    return options;
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    struct text head = {0}, layers = {0}, ceilings = {0};
    struct topology *topology;
    struct error error;
    if (topology_load(&topology, &error) != STATUS_OK)
        bench_fail("%s", error.text);
    add_heading(&options, topology_summary(topology), &head);
    topology_free(topology);
    add_header(&layers);
    if (compare_all(&options, &layers) == 0)
        bench_fail("no layer's text has '%s'", options.layer);
    bool is_one = options.isa != ISA_COUNT;
    bench_arithmetic_table(&ceilings);
    text_add_string(&ceilings, "\n");
    bench_reading_table(is_one ? options.isa : ISA_GENERIC, is_one ? options.isa : isa_best(),
                        &ceilings);
    printf("%s%s\n%s", head.bytes, ceilings.bytes, layers.bytes);
    text_release(&head);
    text_release(&layers);
    text_release(&ceilings);
    return 0;
}
