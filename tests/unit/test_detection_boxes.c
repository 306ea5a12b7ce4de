/* DETECTION_POSTPROCESS: a definition of its own over random boxes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detection_harness.h"
#include "kernel_cases.h"

struct truth {
    double boxes[40][4];
    float chosen[40];
};

/* In double precision, but rounded where the operator has float32. */
static void decode(const struct kernel_case *c, const struct detection_params *params, int count,
                   struct truth *truth)
{
    int length = case_shape(c, 0)->dim[2];
    for (int i = 0; i < count; i++) {
        double y = case_real(c, 0, (size_t)(i * length)),
               x = case_real(c, 0, (size_t)(i * length + 1));
        double h = case_real(c, 0, (size_t)(i * length + 2)),
               w = case_real(c, 0, (size_t)(i * length + 3));
        double at[4];
        for (int k = 0; k < 4; k++)
            at[k] = case_real(c, 2, (size_t)(i * 4 + k));
        float center_y = (float)(y / (double)params->y_scale * at[2] + at[0]);
        float center_x = (float)(x / (double)params->x_scale * at[3] + at[1]);
        float half_h = (float)(0.5 * exp(h / (double)params->h_scale) * at[2]);
        float half_w = (float)(0.5 * exp(w / (double)params->w_scale) * at[3]);
        truth->boxes[i][0] = (double)(center_y - half_h);
        truth->boxes[i][1] = (double)(center_x - half_w);
        truth->boxes[i][2] = (double)(center_y + half_h);
        truth->boxes[i][3] = (double)(center_x + half_w);
    }
}

static double overlap(const double *a, const double *b)
{
    double common = 1.0, area_a = 1.0, area_b = 1.0;
    for (int d = 0; d < 2; d++) {
        common *= fmax(fmin(a[d + 2], b[d + 2]) - fmax(a[d], b[d]), 0.0);
        area_a *= a[d + 2] - a[d];
        area_b *= b[d + 2] - b[d];
    }
    return area_a > 0.0 && area_b > 0.0 ? common / (area_a + area_b - common) : 0.0;
}

struct entry {
    float score;
    int box, class, order;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->score < y->score || x->score > y->score)
        return x->score > y->score ? -1 : 1;
    return x->order - y->order;
}

/* Sorts what reaches the threshold, then keeps what overlaps nothing kept by more than the other
 * threshold; appends at most so many to the list. */
static int suppress(const struct truth *truth, const struct detection_params *params, int count,
                    int class, int most, struct entry *list, int n_list)
{
    struct entry sorted[40];
    int n = 0, first = n_list;
    for (int i = 0; i < count; i++)
        if (truth->chosen[i] >= params->score_threshold)
            sorted[n++] = (struct entry){truth->chosen[i], i, class, i};
    qsort(sorted, (size_t)n, sizeof(*sorted), compare_entries);
    for (int i = 0; i < n && n_list - first < most; i++) {
        bool stays = true;
        for (int k = first; k < n_list; k++)
            stays = stays && overlap(truth->boxes[list[k].box], truth->boxes[sorted[i].box]) <=
                                 (double)params->iou_threshold;
        if (stays)
            list[n_list++] = sorted[i];
    }
    return n_list;
}

static int classes_of_box(const float *of_box, int classes, struct entry *sorted)
{
    for (int k = 0; k < classes; k++)
        sorted[k] = (struct entry){of_box[k], 0, k, k};
    qsort(sorted, (size_t)classes, sizeof(*sorted), compare_entries);
    return classes;
}

/* What each place of the outputs holds; how many boxes there are. */
static int expect(struct truth *truth, const struct detection_params *params, int count,
                  const float *of_boxes, int depth, struct entry *places)
{
    struct entry list[40 * 5], sorted[5];
    int classes = params->num_classes, n = 0, per_box = params->max_classes_per_detection;
    of_boxes += depth - classes;
    for (int class = 0; params->use_regular_nms && class < classes; class ++) {
        for (int i = 0; i < count; i++)
            truth->chosen[i] = of_boxes[i * depth + class];
        n = suppress(truth, params, count, class, params->detections_per_class, list, n);
    }
    if (params->use_regular_nms) {
        for (int i = 0; i < n; i++)
            list[i].order = i;
        qsort(list, (size_t)n, sizeof(*list), compare_entries);
        n = n < params->max_detections ? n : params->max_detections;
        memcpy(places, list, (size_t)n * sizeof(*list));
        return n;
    }
    for (int i = 0; i < count; i++) {
        classes_of_box(of_boxes + i * depth, classes, sorted);
        truth->chosen[i] = sorted[0].score;
    }
    n = suppress(truth, params, count, 0, params->max_detections, list, 0);
    for (int i = 0; i < n; i++) {
        classes_of_box(of_boxes + list[i].box * depth, classes, sorted);
        for (int k = 0; k < per_box && k < classes; k++) {
            places[i * per_box + k] = sorted[k];
            places[i * per_box + k].box = list[i].box;
        }
    }
    return n;
}

static void compare(struct kernel_case *c, const struct truth *truth, const struct entry *places,
                    int n_places, int found)
{
    const float *boxes = case_run_output(c, BOXES);
    for (int i = 0; i < n_places; i++)
        for (int k = 0; k < 4; k++) {
            double expected = places[i].box < 0 ? 0.0 : truth->boxes[places[i].box][k];
            assert_true((double)boxes[i * 4 + k] == expected);
        }
    const float *classes = case_run_output(c, CLASSES);
    for (int i = 0; i < n_places; i++)
        assert_true(classes[i] == (places[i].box < 0 ? 0.0f : (float)places[i].class));
    const float *of_places = case_run_output(c, SCORES);
    for (int i = 0; i < n_places; i++)
        assert_true(of_places[i] == (places[i].box < 0 ? 0.0f : places[i].score));
    assert_true(*(const float *)case_run_output(c, COUNT) == (float)found);
}

static void random_case(void)
{
    union op_params params = detection_random_params();
    const struct detection_params *p = &params.detection;
    int count = case_between(0, 40), depth = p->num_classes + case_between(0, 1);
    int n_places = p->max_detections * p->max_classes_per_detection;
    const struct kind real = F32;
    struct truth truth;
    struct entry places[36];
    struct kernel_case c;
    case_init(&c);
    case_input(&c, real, SHAPE(1, count, 4 + 2 * case_between(0, 1)), 3.0);
    case_input(&c, real, SHAPE(1, count, depth), 1.0);
    case_constant(&c, real, SHAPE(count, 4), 2.0);
    for (size_t i = 0; i < case_count(&c, 2); i++) /* some are lines and points */
        if (i % 4 > 1)
            ((float *)c.elements[2])[i] = case_between(0, 9) ? (float)case_uniform(0.2, 2.0) : 0.0f;
    for (size_t i = 0; i < case_count(&c, 1); i++) /* many are equal */
        ((float *)c.elements[1])[i] = (float)case_between(-1, 9) / 8.0f;
    for (int i = 0; i < n_places; i++)
        places[i].box = -1;
    decode(&c, p, count, &truth);
    int found = expect(&truth, p, count, c.elements[1], depth, places);
    case_node(&c, OP_DETECTION_POSTPROCESS, &params, real, OUTPUTS);
    compare(&c, &truth, places, n_places, found);
    case_release(&c);
}

static void boxes_are_those_of_the_definition(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++)
        random_case();
    static const enum op ops[] = {OP_DETECTION_POSTPROCESS};
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_are_those_of_the_definition),
    };
    case_random.state = 5;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
