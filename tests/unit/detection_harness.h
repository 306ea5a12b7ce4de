/* DETECTION_POSTPROCESS in tests. */
#ifndef TESTS_DETECTION_HARNESS_H
#define TESTS_DETECTION_HARNESS_H

#include "graph/graph.h"

/* Its outputs. */
enum { BOXES, CLASSES, SCORES, COUNT, OUTPUTS };

struct example {
    bool is_regular, has_background, has_keypoint, has_equal_scores;
    int classes_per_box, per_class;
    int count, found;                      /* places of the outputs; boxes */
    float boxes[6], classes[6], scores[6]; /* boxes: the left side */
};

/* Figures of TensorFlow's tensorflow/lite/kernels/detection_postprocess_test.cc. */
extern const struct example detection_examples[];
extern const size_t detection_example_count;

union op_params detection_example_params(void);
union op_params detection_random_params(void);
/* The example as a graph whose inputs are the encodings and the scores, of a type. */
struct graph *detection_example_graph(const struct example *example, enum type type,
                                      void *inputs[2]);
/* Outputs of so many places. */
void detection_check_shapes(const struct graph *graph, int count);

#endif
