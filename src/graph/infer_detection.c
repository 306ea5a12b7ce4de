/* Shape rule of DETECTION_POSTPROCESS, and what its options may be. */
#include <math.h>

#include "graph/infer.h"

/* Encodings of a box: its center, its size, and perhaps key points. */
#define BOX 4

/* Values with which TFLite's kernel fails or divides by zero. */
static enum status check_options(const struct detection_params *params, struct error *error)
{
    int32_t per_class = params->use_regular_nms ? params->detections_per_class : 1;
    const struct {
        const char *name;
        int32_t value;
    } counts[] = {{"max_detections", params->max_detections},
                  {"max_classes_per_detection", params->max_classes_per_detection},
                  {"detections_per_class", per_class},
                  {"num_classes", params->num_classes}};
    const struct {
        const char *name;
        float value;
    } scales[] = {{"y_scale", params->y_scale},
                  {"x_scale", params->x_scale},
                  {"h_scale", params->h_scale},
                  {"w_scale", params->w_scale}};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        if (counts[i].value < 1)
            return error_set(error, STATUS_FORMAT, NULL, "option '%s' is %d, expected at least 1",
                             counts[i].name, counts[i].value);
    for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++)
        if (!isfinite(scales[i].value) || fpclassify(scales[i].value) == FP_ZERO)
            return error_set(error, STATUS_FORMAT, NULL,
                             "option '%s' is %g, expected a number other than 0", scales[i].name,
                             (double)scales[i].value);
    if (!(params->iou_threshold > 0.0f && params->iou_threshold <= 1.0f))
        return error_set(error, STATUS_FORMAT, NULL,
                         "option 'nms_iou_threshold' is %g, expected more than 0, at most 1",
                         (double)params->iou_threshold);
    if (isnan(params->score_threshold))
        return error_set(error, STATUS_FORMAT, NULL, "option 'nms_score_threshold' is no number");
    return STATUS_OK;
}

static enum status check_shapes(const struct graph *graph, const struct node *node,
                                struct error *error)
{
    const struct shape *boxes = &node_input(graph, node, 0)->shape;
    const struct shape *scores = &node_input(graph, node, 1)->shape;
    const struct shape *anchors = &node_input(graph, node, 2)->shape;
    char text[3][SHAPE_TEXT_SIZE];
    int32_t classes = node->params.detection.num_classes;
    if (boxes->rank != 3 || scores->rank != 3 || anchors->rank != 2 || boxes->dim[2] < BOX ||
        anchors->dim[1] != BOX || scores->dim[1] != boxes->dim[1] ||
        anchors->dim[0] != boxes->dim[1])
        return error_set(error, STATUS_FORMAT, NULL,
                         "box encodings %s, class scores %s and anchors %s are not those of one "
                         "list of boxes",
                         shape_text(boxes, text[0]), shape_text(scores, text[1]),
                         shape_text(anchors, text[2]));
    if (boxes->dim[0] != 1 || scores->dim[0] != 1)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "a batch of %d images, expected 1",
                         boxes->dim[0] != 1 ? boxes->dim[0] : scores->dim[0]);
    if (scores->dim[2] != classes && scores->dim[2] - 1 != classes)
        return error_set(error, STATUS_FORMAT, NULL,
                         "%d scores per box for %d classes: expected one each, and at most one for "
                         "the background",
                         scores->dim[2], classes);
    return STATUS_OK;
}

enum status infer_detection(struct graph *graph, const struct node *node, struct error *error)
{
    const struct detection_params *params = &node->params.detection;
    enum status status = check_options(params, error);
    if (status == STATUS_OK)
        status = check_shapes(graph, node, error);
    if (status != STATUS_OK)
        return status;
    int64_t slots = (int64_t)params->max_detections * params->max_classes_per_detection;
    if (slots > INT32_MAX / BOX)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "%lld detections, at most %d are supported", (long long)slots,
                         INT32_MAX / BOX);
    graph->tensors[node->outputs[0]].shape = SHAPE(1, (int32_t)slots, BOX);
    graph->tensors[node->outputs[1]].shape = SHAPE(1, (int32_t)slots);
    graph->tensors[node->outputs[2]].shape = SHAPE(1, (int32_t)slots);
    graph->tensors[node->outputs[3]].shape = SHAPE(1);
    return STATUS_OK;
}
