/* DETECTION_POSTPROCESS: decodes the boxes of a detector and suppresses those that overlap a better
 * one too much.
 *
 * Boxes are encoded as distances from anchors: center y, x, height and width (the box coder of
 * Faster R-CNN, Ren et al. 2015, section 3.1.2, which SSD took over). Of equal scores that of the
 * first box counts as the better one, of one box that of the first class. Places of the outputs
 * that nothing was found for are 0. Source: TFLite's custom operator, which leaves the order of
 * equal ones to the C++ library where it looks for the best alone, and such places of fast
 * suppression as they were.
 */
#include <math.h>
#include <string.h>

#include "kernels/fault.h"
#include "kernels/lists.h"

enum { INPUT_ENCODINGS, INPUT_SCORES, INPUT_ANCHORS };
enum { OUTPUT_BOXES, OUTPUT_CLASSES, OUTPUT_SCORES, OUTPUT_COUNT };

struct box {
    float top, left, bottom, right;
};

struct found {
    float score;
    int32_t box, class; /* class: that of the background not counted */
};

/* One run. */
struct detection {
    const struct detection_params *params;
    size_t count, n_scores; /* boxes; scores of each */
    const float *scores;    /* of the first box's first class that is not the background */
    struct box *boxes;
    float *chosen;       /* of each box: the score by which it is judged */
    struct found *found; /* the best ones so far, in order, and room for one more */
    size_t n_found;
    int32_t *taken; /* boxes of this class, the best first */
    int32_t *left;  /* that reach the threshold and were not looked at yet */
    size_t n_left;
};

/* To where the element ends, in units of a double's alignment. */
static size_t take(size_t *bytes, size_t count, size_t size)
{
    size_t at = *bytes;
    *bytes += (count * size + sizeof(double) - 1) / sizeof(double) * sizeof(double);
    return at;
}

/* scratch NULL: only how many bytes of it there must be. */
static struct detection lay_out(const struct kernel_call *call, unsigned char *scratch,
                                size_t *bytes)
{
    const struct detection_params *params = &call->node->params.detection;
    const struct shape *scores = &call->inputs[INPUT_SCORES].tensor->shape;
    struct detection d = {
        .params = params,
        .count = (size_t)scores->dim[1],
        .n_scores = (size_t)scores->dim[2],
    };
    *bytes = 0;
    size_t boxes = take(bytes, d.count, sizeof(*d.boxes));
    size_t chosen = take(bytes, d.count, sizeof(*d.chosen));
    size_t found = take(bytes, (size_t)params->max_detections + 1, sizeof(*d.found));
    size_t taken = take(bytes, d.count, sizeof(*d.taken));
    size_t left = take(bytes, d.count, sizeof(*d.left));
    if (!scratch)
        return d;
    d.boxes = (struct box *)(void *)(scratch + boxes);
    d.chosen = (float *)(void *)(scratch + chosen);
    d.found = (struct found *)(void *)(scratch + found);
    d.taken = (int32_t *)(void *)(scratch + taken);
    d.left = (int32_t *)(void *)(scratch + left);
    return d;
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    (void)arena;
    for (int i = 0; i < call->n_inputs + call->n_outputs; i++) {
        bool is_input = i < call->n_inputs;
        const struct operand *operand =
            is_input ? &call->inputs[i] : &call->outputs[i - call->n_inputs];
        if (operand->tensor->type != TYPE_F32)
            return error_set(error, STATUS_UNSUPPORTED, NULL, "%s %d is %s, expected float32",
                             is_input ? "input" : "output", is_input ? i : i - call->n_inputs,
                             type_name(operand->tensor->type));
    }
    lay_out(call, NULL, &call->scratch_bytes);
    call->items[0] = 1;
    return STATUS_OK;
}

static float center(float encoding, float scale, float size, float anchor)
{
    return (float)((double)encoding / (double)scale * (double)size + (double)anchor);
}

static float half_size(float encoding, float scale, float size)
{
    return (float)(0.5 * exp((double)encoding / (double)scale) * (double)size);
}

static struct box decode(const struct detection_params *params, const float *encoding,
                         const float *anchor)
{
    float y = center(encoding[0], params->y_scale, anchor[2], anchor[0]);
    float x = center(encoding[1], params->x_scale, anchor[3], anchor[1]);
    float half_height = half_size(encoding[2], params->h_scale, anchor[2]);
    float half_width = half_size(encoding[3], params->w_scale, anchor[3]);
    return (struct box){y - half_height, x - half_width, y + half_height, x + half_width};
}

/* False where a box is turned inside out. */
static bool decode_all(const struct kernel_call *call, const struct detection *d)
{
    const struct operand *encodings = &call->inputs[INPUT_ENCODINGS];
    size_t length = (size_t)encodings->tensor->shape.dim[2];
    for (size_t i = 0; i < d->count; i++) {
        const float *encoding = (const float *)encodings->data + i * length;
        const float *anchor = (const float *)call->inputs[INPUT_ANCHORS].data + i * 4;
        struct box box = decode(d->params, encoding, anchor);
        d->boxes[i] = box;
        if (box.top > box.bottom || box.left > box.right) {
            fault_report_box(call, i);
            return false;
        }
    }
    return true;
}

/* As std::max and std::min choose, for numbers that are none. */
static float greater(float a, float b)
{
    return a < b ? b : a;
}

static float less(float a, float b)
{
    return b < a ? b : a;
}

static float area(const struct box *box)
{
    return (box->bottom - box->top) * (box->right - box->left);
}

/* Intersection over union; 0 where there is no intersection, or one is a line or a point. */
static float overlap(const struct box *a, const struct box *b)
{
    float height = less(a->bottom, b->bottom) - greater(a->top, b->top);
    float width = less(a->right, b->right) - greater(a->left, b->left);
    if (!(height > 0.0f && width > 0.0f))
        return 0.0f;
    float area_a = area(a), area_b = area(b), common = height * width;
    if (area_a <= 0.0f || area_b <= 0.0f)
        return 0.0f;
    return common / (area_a + area_b - common);
}

/* Of the higher score, or the first of equal ones. None is NaN, which reaches no threshold. */
static bool is_better(const struct detection *d, int32_t a, int32_t b)
{
    return d->chosen[a] > d->chosen[b] || (a < b && !(d->chosen[a] < d->chosen[b]));
}

/* Boxes that are left are a heap, of which few are looked at (J. W. J. Williams, 1964, Algorithm
 * 232: Heapsort): none is better than that at half its place. */
static void sink(const struct detection *d, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < d->n_left; at = child) {
        if (child + 1 < d->n_left && is_better(d, d->left[child + 1], d->left[child]))
            child++;
        if (!is_better(d, d->left[child], d->left[at]))
            return;
        int32_t box = d->left[at];
        d->left[at] = d->left[child];
        d->left[child] = box;
    }
}

static void list_left(struct detection *d)
{
    d->n_left = 0;
    for (size_t i = 0; i < d->count; i++)
        if (d->chosen[i] >= d->params->score_threshold)
            d->left[d->n_left++] = (int32_t)i;
    for (size_t i = d->n_left / 2; i-- > 0;)
        sink(d, i);
}

static int32_t take_best(struct detection *d)
{
    int32_t best = d->left[0];
    d->left[0] = d->left[--d->n_left];
    sink(d, 0);
    return best;
}

/* Behind those that are not less; what does not belong to the best ones is dropped. */
static void keep(struct detection *d, struct found found)
{
    size_t at = d->n_found;
    while (at > 0 && d->found[at - 1].score < found.score) {
        d->found[at] = d->found[at - 1];
        at--;
    }
    d->found[at] = found;
    if (d->n_found < (size_t)d->params->max_detections)
        d->n_found++;
}

/* Whether the box overlaps none of those taken by too much. */
static bool is_free(const struct detection *d, int32_t box, int32_t n_taken)
{
    for (int32_t i = 0; i < n_taken; i++)
        if (overlap(&d->boxes[d->taken[i]], &d->boxes[box]) > d->params->iou_threshold)
            return false;
    return true;
}

/* Takes up to `most` boxes by their chosen scores, each of which suppresses what overlaps it. */
static void suppress(struct detection *d, int32_t class, int32_t most)
{
    int32_t n_taken = 0;
    list_left(d);
    while (n_taken < most && d->n_left > 0) {
        int32_t best = take_best(d);
        if (!is_free(d, best, n_taken))
            continue;
        d->taken[n_taken++] = best;
        keep(d, (struct found){d->chosen[best], best, class});
    }
}

/* The class that comes behind another, by score, then by number; before all of them comes -1. */
static int32_t class_behind(const struct detection *d, const float *scores, int32_t class)
{
    int32_t next = -1;
    for (int32_t c = 0; c < d->params->num_classes; c++) {
        bool is_behind =
            class < 0 || scores[c] < scores[class] || (c > class && !(scores[c] > scores[class]));
        if (is_behind && (next < 0 || scores[c] > scores[next]))
            next = c;
    }
    return next;
}

static void put(const struct kernel_call *call, const struct detection *d, size_t slot,
                struct found found)
{
    memcpy((struct box *)call->outputs[OUTPUT_BOXES].data + slot, &d->boxes[found.box],
           sizeof(*d->boxes));
    ((float *)call->outputs[OUTPUT_CLASSES].data)[slot] = (float)found.class;
    ((float *)call->outputs[OUTPUT_SCORES].data)[slot] = found.score;
}

/* Class by class; the best ones of all classes stay. */
static void run_regular(const struct kernel_call *call, struct detection *d)
{
    for (int32_t class = 0; class < d->params->num_classes; class ++) {
        for (size_t i = 0; i < d->count; i++)
            d->chosen[i] = d->scores[i * d->n_scores + (size_t) class];
        suppress(d, class, d->params->detections_per_class);
    }
    for (size_t i = 0; i < d->n_found; i++)
        put(call, d, i, d->found[i]);
}

/* Each box by its best class; what stays is put out with the best ones of its classes. */
static void run_fast(const struct kernel_call *call, struct detection *d)
{
    for (size_t i = 0; i < d->count; i++) {
        const float *scores = d->scores + i * d->n_scores;
        d->chosen[i] = scores[class_behind(d, scores, -1)];
    }
    suppress(d, 0, d->params->max_detections);
    for (size_t i = 0; i < d->n_found; i++) {
        struct found found = d->found[i];
        const float *scores = d->scores + (size_t)found.box * d->n_scores;
        size_t most = (size_t)d->params->max_classes_per_detection;
        found.class = class_behind(d, scores, -1);
        for (size_t k = 0; k < most && found.class >= 0; k++) {
            found.score = scores[found.class];
            put(call, d, i * most + k, found);
            found.class = class_behind(d, scores, found.class);
        }
    }
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)first, (void)last, (void)thread;
    size_t bytes;
    struct detection d = lay_out(call, call->scratch, &bytes);
    d.scores =
        (const float *)call->inputs[INPUT_SCORES].data + d.n_scores - (size_t)d.params->num_classes;
    for (int i = 0; i < call->n_outputs; i++)
        memset(call->outputs[i].data, 0, tensor_bytes(call->outputs[i].tensor));
    if (!decode_all(call, &d))
        return;
    if (d.params->use_regular_nms)
        run_regular(call, &d);
    else
        run_fast(call, &d);
    *(float *)call->outputs[OUTPUT_COUNT].data = (float)d.n_found;
}

static const struct kernel rows[] = {{
    .name = "detection_postprocess_f32_reference",
    .op = OP_DETECTION_POSTPROCESS,
    .isa = ISA_REFERENCE,
    .types = {TYPE_F32, TYPE_ANY, TYPE_F32},
    .prepare = prepare,
    .run = run,
}};

KERNEL_LIST(reference_detection_kernels, rows);
