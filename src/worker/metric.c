#include "worker/metric.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "graph/comparable.h"

/* Of the node behind which an output's values are the same numbers, perhaps in other types and
 * shapes; -1: there is none. */
static int origin_of(const struct graph *graph, int tensor)
{
    for (int n = graph->n_nodes - 1; n >= 0; n--) {
        const struct node *node = &graph->nodes[n];
        if (node->outputs[0] != tensor)
            continue;
        bool passes = op_has(node->op, TRAIT_VIEW) || node->op == OP_QUANTIZE ||
                      node->op == OP_DEQUANTIZE || node->op == OP_CAST || node->op == OP_TRANSPOSE;
        if (!passes)
            return n;
        tensor = node->inputs[0];
    }
    return -1;
}

struct label_map label_map_of(const struct dataset *dataset, const struct shape *output,
                              size_t batch)
{
    size_t pixels = 0, elements = shape_elements(output) / batch;
    if (dataset_label_kind(dataset) == LABEL_VECTOR && dataset_count(dataset) > 0)
        dataset_target(dataset, 0, &pixels);
    if (output->rank < 3 || pixels < 2 || elements % pixels != 0 || elements / pixels < 2)
        return (struct label_map){0, 0};
    size_t classes = elements / pixels;
    if ((size_t)output->dim[output->rank - 1] == classes)
        return (struct label_map){classes, 1};
    if ((size_t)output->dim[1] == classes && (size_t)output->dim[0] == batch)
        return (struct label_map){classes, pixels};
    return (struct label_map){0, 0};
}

/* What the first of those that are compared is. */
struct output_kind {
    size_t elements;
    bool is_vector; /* all of them lie in one dimension */
    bool is_softmax, is_logistic;
    bool reconstructs;    /* it is as long as the only input, and no probabilities */
    struct label_map map; /* of the labels */
};

static int first_compared(const struct graph *graph)
{
    int *list = xcalloc(COMPARABLE_MAX(graph), sizeof(*list));
    graph_comparable(graph, list);
    int first = list[0];
    free(list);
    return first;
}

static struct output_kind describe_output(const struct graph *graph, const struct dataset *dataset,
                                          size_t batch)
{
    int output = first_compared(graph);
    const struct shape *shape = &graph->tensors[output].shape;
    struct output_kind kind = {
        .elements = shape_elements(shape) / batch,
        .map = label_map_of(dataset, shape, batch),
    };
    for (int i = 0; i < shape->rank; i++)
        kind.is_vector = kind.is_vector || (size_t)shape->dim[i] == kind.elements;
    int origin = origin_of(graph, output);
    if (origin >= 0) {
        kind.is_softmax = graph->nodes[origin].op == OP_SOFTMAX;
        kind.is_logistic = graph->nodes[origin].op == OP_LOGISTIC;
    }
    const struct shape *input = &graph->tensors[graph->inputs[0]].shape;
    kind.reconstructs = graph->n_inputs == 1 && kind.elements > 1 && !kind.is_softmax &&
                        shape_elements(input) / batch == kind.elements;
    return kind;
}

static bool labels_are_binary(const struct dataset *dataset)
{
    for (size_t i = 0; i < dataset_count(dataset); i++)
        if (dataset_class(dataset, i) < 0 || dataset_class(dataset, i) > 1)
            return false;
    return true;
}

/* Whether the labels are vectors as long as the output. */
static bool targets_fit(const struct dataset *dataset, const struct output_kind *kind)
{
    size_t elements = 0;
    if (dataset_label_kind(dataset) != LABEL_NONE && dataset_count(dataset) > 0)
        dataset_target(dataset, 0, &elements);
    return elements == kind->elements;
}

static const char *default_metric(const struct dataset *dataset, const struct output_kind *kind,
                                  bool has_threshold)
{
    bool is_score = kind->elements == 1;
    switch (dataset_label_kind(dataset)) {
    case LABEL_CLASS:
        if (is_score)
            return has_threshold || !labels_are_binary(dataset) ? "decision" : "auc";
        return kind->reconstructs && labels_are_binary(dataset) ? "anomaly" : "top1";
    case LABEL_VECTOR:
        return kind->map.classes > 0 ? "pixel" : "mae";
    default:
        return (is_score && has_threshold) || (kind->is_softmax && kind->is_vector && !is_score)
                   ? "agreement"
                   : "sqnr";
    }
}

static void check_labels(struct metric_choice *choice, const struct dataset *dataset,
                         const struct output_kind *kind)
{
    const struct metric_kind *metric = choice->metric;
    enum label_kind labels = dataset_label_kind(dataset);
    bool of_class = metric->truth == TRUTH_CLASS || metric->truth == TRUTH_BINARY;
    if (of_class && labels != LABEL_CLASS)
        snprintf(choice->absent, sizeof(choice->absent),
                 "metric '%s' needs class numbers as labels", metric->name);
    else if (metric->of_maps && kind->map.classes == 0)
        snprintf(choice->absent, sizeof(choice->absent),
                 "metric '%s' needs label maps, a number per pixel of an output of several classes",
                 metric->name);
    else if (metric->truth == TRUTH_VECTOR && !metric->of_maps && !targets_fit(dataset, kind))
        snprintf(choice->absent, sizeof(choice->absent),
                 "metric '%s' needs vectors of %zu numbers as labels", metric->name,
                 kind->elements);
    else if (metric->truth == TRUTH_BINARY && !labels_are_binary(dataset))
        snprintf(choice->absent, sizeof(choice->absent),
                 "metric '%s' needs labels 0 and 1, there are others", metric->name);
}

static void check_output(struct metric_choice *choice, const struct output_kind *kind)
{
    const struct metric_kind *metric = choice->metric;
    if (metric->of_classes && !kind->is_vector)
        snprintf(choice->absent, sizeof(choice->absent),
                 "metric '%s' needs class scores, one vector of them", metric->name);
    else if (metric->of_inputs && !kind->reconstructs)
        snprintf(choice->absent, sizeof(choice->absent),
                 "metric '%s' needs an output as long as the input", metric->name);
    else if (kind->elements < metric->least_elements)
        snprintf(choice->absent, sizeof(choice->absent),
                 "metric '%s' needs an output of at least %zu elements, this one has %zu",
                 metric->name, metric->least_elements, kind->elements);
    else if (metric->most_elements > 0 && kind->elements > metric->most_elements)
        snprintf(choice->absent, sizeof(choice->absent),
                 "metric '%s' needs an output of at most %zu elements, this one has %zu",
                 metric->name, metric->most_elements, kind->elements);
    else if (metric->of_classes && kind->elements == 1 && isnan(choice->threshold))
        snprintf(choice->absent, sizeof(choice->absent),
                 "metric '%s' needs a 'threshold': the output is no probability", metric->name);
}

struct metric_choice metric_choose(const struct work *work, const struct dataset *dataset,
                                   const struct graph *graph, size_t batch)
{
    struct output_kind kind = describe_output(graph, dataset, batch);
    struct metric_choice choice = {.threshold = NAN};
    if (kind.elements == 1)
        choice.threshold = work->has_threshold ? work->threshold : kind.is_logistic ? 0.5 : NAN;
    const char *name =
        work->metric ? work->metric : default_metric(dataset, &kind, !isnan(choice.threshold));
    choice.metric = metric_kind_find(name);
    check_labels(&choice, dataset, &kind);
    if (choice.absent[0] == '\0')
        check_output(&choice, &kind);
    return choice;
}
