/* Models and arrays for detector.sh, doubts.sh, inputs.sh, recordings.sh, saturating.sh, start.sh,
 * states.sh and why.sh: make_models FOLDER writes them there. Each classifier's class is a sum that
 * the labels were computed from here, so that every mode has to be right about nearly all samples,
 * and an input that is fed wrongly shows. The same bytes every time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "formats/model.h"
#include "graph/infer.h"

#define SAMPLES 62 /* not a multiple of the batch */
#define BATCH   4
#define CLASSES 4
#define USER    12
#define ITEM    6
#define WORDS   40
#define LENGTH  8
/* Windows of recordings have two segments; one begins where that before has its second. */
#define SEGMENT    8
#define WINDOWS    12
#define RECORDINGS 90
#define WALK       5 /* samples of one sequence */
#define GRID       6 /* places of a detector, down and across */
#define SIDE       4 /* of an image, in pixels */
/* Samples of which few are of class 1, and none of those are among the first that are looked at: on
 * every step through the samples, as src/worker/scorer.c has it, they are the last. */
#define MANY 2000
#define STEP 1237
#define RARE 40

static const char *folder;

static void need(enum status status, const struct error *error)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "make_models: %s: %s\n", error->where, error->text);
    exit(1);
}

static void put(const char *name, const void *bytes, size_t size)
{
    struct error error;
    char *path = path_join(folder, name);
    need(file_write(path, bytes, size, &error), &error);
    free(path);
}

static void fill(struct random *random, float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(2.0 * random_unit(random) - 1.0);
}

/* Graphs */

static int add_tensor(struct graph *graph, const char *name, enum type type, struct shape shape,
                      const void *elements)
{
    struct tensor tensor = {.name = name, .type = type, .shape = shape};
    int number = graph_add_tensor(graph, &tensor);
    if (elements)
        graph->tensors[number].data = arena_copy(graph->arena, elements, tensor_bytes(&tensor));
    return number;
}

static int add_node(struct graph *graph, enum op op, const int *inputs, int count,
                    const union op_params *params, const char *name)
{
    struct error error;
    int out = add_tensor(graph, name, TYPE_F32, SHAPE(1), NULL);
    const struct node *node = graph_add_node(graph, op, inputs, count, &out, 1, params);
    need(infer_node(graph, node, &error), &error);
    return out;
}

/* CLASSES sums of the vectors' elements: class c is that of the elements c, c + period, ... */
static int add_sums(struct graph *graph, int in, int depth, int period, const char *name)
{
    float *weights = xcalloc((size_t)(CLASSES * depth), sizeof(*weights));
    float bias[CLASSES] = {0.0f};
    for (int i = 0; i < depth; i++)
        if (i % period < CLASSES)
            weights[i % period * depth + i] = 1.0f;
    int inputs[] = {in, add_tensor(graph, "weights", TYPE_F32, SHAPE(CLASSES, depth), weights),
                    add_tensor(graph, "bias", TYPE_F32, SHAPE(CLASSES), bias)};
    free(weights);
    return add_node(graph, OP_FULLY_CONNECTED, inputs, 3, NULL, name);
}

static int add_softmax(struct graph *graph, int in, const char *name)
{
    union op_params params;
    params_init(&params, op_table[OP_SOFTMAX].params);
    params.scalar.value = 1.0f;
    return add_node(graph, OP_SOFTMAX, &in, 1, &params, name);
}

static void write_model(struct graph *graph, const char *name)
{
    unsigned char *bytes;
    size_t size;
    struct error error;
    need(graph_check(graph, &error), &error);
    need(model_write(model_format_for(name), graph, NULL, &bytes, &size, &error), &error);
    put(name, bytes, size);
    free(bytes);
    graph_free(graph);
}

/* Two inputs of real numbers: what user and item have in common. */
static void make_recommender(void)
{
    struct graph *graph = graph_new("recommender");
    int ends[] = {add_tensor(graph, "user", TYPE_F32, SHAPE(1, USER), NULL),
                  add_tensor(graph, "item", TYPE_F32, SHAPE(1, ITEM), NULL)};
    union op_params params;
    params_init(&params, op_table[OP_CONCATENATION].params);
    params.axis.axis = 1;
    int both = add_node(graph, OP_CONCATENATION, ends, 2, &params, "both");
    int out = add_softmax(graph, add_sums(graph, both, USER + ITEM, ITEM, "sums"), "class");
    graph_set_inputs(graph, ends, 2);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "recommender.tflite");
}

/* Sums of elements side by side, none below 0: the largest of these would leave 16 bits if two
 * products of unsigned by signed bytes were added there. */
static void make_bright(void)
{
    struct graph *graph = graph_new("bright");
    float weights[CLASSES * USER] = {0.0f}, bias[CLASSES] = {0.0f};
    int in = add_tensor(graph, "bright", TYPE_F32, SHAPE(1, USER), NULL);
    for (int i = 0; i < USER; i++)
        weights[i / (USER / CLASSES) * USER + i] = 1.0f;
    int inputs[] = {in, add_tensor(graph, "weights", TYPE_F32, SHAPE(CLASSES, USER), weights),
                    add_tensor(graph, "bias", TYPE_F32, SHAPE(CLASSES), bias)};
    int sums = add_node(graph, OP_FULLY_CONNECTED, inputs, 3, NULL, "sums");
    int out = add_softmax(graph, sums, "class");
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "bright.tflite");
}

/* One input, two outputs. */
static void make_heads(void)
{
    struct graph *graph = graph_new("heads");
    int in = add_tensor(graph, "user", TYPE_F32, SHAPE(1, USER), NULL);
    int sums = add_sums(graph, in, USER, ITEM, "sums");
    int ends[] = {add_softmax(graph, sums, "class"),
                  add_node(graph, OP_TANH, &sums, 1, NULL, "mood")};
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, ends, 2);
    write_model(graph, "heads.tflite");
}

static void make_batch(void)
{
    struct graph *graph = graph_new("batch");
    int in = add_tensor(graph, "user", TYPE_F32, SHAPE(BATCH, USER), NULL);
    int out = add_softmax(graph, add_sums(graph, in, USER, ITEM, "sums"), "class");
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "batch.tflite");
}

/* Every third of the hidden channels has no weights, as pruning leaves it, and its bias counts. */
static void make_dead(struct random *random)
{
    struct graph *graph = graph_new("dead");
    float weights[USER * USER], bias[USER];
    fill(random, weights, USER * USER);
    fill(random, bias, USER);
    /* Weights that int8 holds exactly: what is lost, dead channels lose. */
    for (int i = 0; i < USER * USER; i++)
        weights[i] = i % USER == 0 ? 1.0f : roundf(127.0f * weights[i]) / 127.0f;
    for (int i = 0; i < USER; i += 3)
        memset(weights + i * USER, 0, USER * sizeof(*weights));
    int inputs[] = {add_tensor(graph, "user", TYPE_F32, SHAPE(1, USER), NULL),
                    add_tensor(graph, "weights", TYPE_F32, SHAPE(USER, USER), weights),
                    add_tensor(graph, "bias", TYPE_F32, SHAPE(USER), bias)};
    int hidden = add_node(graph, OP_FULLY_CONNECTED, inputs, 3, NULL, "hidden");
    int out = add_sums(graph, hidden, USER, CLASSES, "sums");
    graph_set_inputs(graph, inputs, 1);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "dead.tflite");
}

/* Layer "huge" reads a unit that is never above 0 with weights that leave the others no bits, as a
 * unit that died in training has them. */
static void make_huge(void)
{
    struct graph *graph = graph_new("huge");
    float units[(USER + 1) * USER] = {0.0f}, unit_bias[USER + 1], bias[USER] = {0.0f};
    float weights[USER * (USER + 1)] = {0.0f};
    for (int i = 0; i <= USER; i++)
        unit_bias[i] = i < USER ? 1.0f : -1.0f;
    for (int i = 0; i < USER; i++) {
        units[i * USER + i] = 1.0f;
        weights[i * (USER + 1) + i] = 1.0f;
        weights[i * (USER + 1) + USER] = 1000.0f;
    }
    int inputs[] = {add_tensor(graph, "user", TYPE_F32, SHAPE(1, USER), NULL),
                    add_tensor(graph, "unit weights", TYPE_F32, SHAPE(USER + 1, USER), units),
                    add_tensor(graph, "unit bias", TYPE_F32, SHAPE(USER + 1), unit_bias)};
    int hidden = add_node(graph, OP_FULLY_CONNECTED, inputs, 3, NULL, "units");
    hidden = add_node(graph, OP_RELU, &hidden, 1, NULL, "active");
    int more[] = {hidden,
                  add_tensor(graph, "huge weights", TYPE_F32, SHAPE(USER, USER + 1), weights),
                  add_tensor(graph, "huge bias", TYPE_F32, SHAPE(USER), bias)};
    hidden = add_node(graph, OP_FULLY_CONNECTED, more, 3, NULL, "huge");
    int out = add_softmax(graph, add_sums(graph, hidden, USER, ITEM, "sums"), "class");
    graph_set_inputs(graph, inputs, 1);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "huge.tflite");
}

/* Ids of words, whose vectors say which class they are of, and flags that weigh them. */
static void make_tokens(void)
{
    struct graph *graph = graph_new("tokens");
    float table[WORDS * CLASSES] = {0.0f};
    for (int i = 0; i < WORDS; i++)
        table[i * CLASSES + i % CLASSES] = 1.0f;
    int ends[] = {add_tensor(graph, "ids", TYPE_I32, SHAPE(1, LENGTH), NULL),
                  add_tensor(graph, "there", TYPE_I64, SHAPE(1, LENGTH), NULL)};
    int look_up[] = {add_tensor(graph, "table", TYPE_F32, SHAPE(WORDS, CLASSES), table), ends[0]};
    int words = add_node(graph, OP_GATHER, look_up, 2, NULL, "words");
    int flags = add_node(graph, OP_CAST, &ends[1], 1, NULL, "flags");
    int to[] = {flags, graph_add_list(graph, (int32_t[]){1, LENGTH, 1}, 3)};
    int weighed[] = {words, add_node(graph, OP_RESHAPE, to, 2, NULL, "column")};
    int mean[] = {add_node(graph, OP_MUL, weighed, 2, NULL, "weighed"),
                  graph_add_list(graph, (int32_t[]){1}, 1)};
    int vector = add_node(graph, OP_MEAN, mean, 2, NULL, "mean");
    int out = add_softmax(graph, add_sums(graph, vector, CLASSES, CLASSES, "sums"), "class");
    graph_set_inputs(graph, ends, 2);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "tokens.tflite");
}

/* An output that has the first half of its input, and zeros: what it misses is the second half. */
static void make_autoencoder(void)
{
    struct graph *graph = graph_new("autoencoder");
    float weights[4 * SEGMENT * SEGMENT] = {0.0f}, bias[2 * SEGMENT] = {0.0f};
    for (int i = 0; i < SEGMENT; i++)
        weights[i * 2 * SEGMENT + i] = 1.0f;
    int in = add_tensor(graph, "sound", TYPE_F32, SHAPE(1, 2 * SEGMENT), NULL);
    int inputs[] = {
        in, add_tensor(graph, "weights", TYPE_F32, SHAPE(2 * SEGMENT, 2 * SEGMENT), weights),
        add_tensor(graph, "bias", TYPE_F32, SHAPE(2 * SEGMENT), bias)};
    int out = add_node(graph, OP_FULLY_CONNECTED, inputs, 3, NULL, "again");
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "autoencoder.tflite");
}

/* Rows of a table by numbers that are computed: 3 more than those of the input. */
static void make_shifted(void)
{
    static const int32_t more[] = {3};
    struct graph *graph = graph_new("shifted");
    float table[WORDS];
    for (int i = 0; i < WORDS; i++)
        table[i] = (float)i;
    int in = add_tensor(graph, "ids", TYPE_I32, SHAPE(1, LENGTH), NULL);
    int sum[] = {in, add_tensor(graph, "more", TYPE_I32, SHAPE(1), more)};
    int look_up[] = {add_tensor(graph, "table", TYPE_F32, SHAPE(WORDS), table),
                     add_node(graph, OP_ADD, sum, 2, NULL, "rows")};
    graph->tensors[look_up[1]].type = TYPE_I32;
    int out = add_node(graph, OP_GATHER, look_up, 2, NULL, "values");
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "shifted.tflite");
}

/* A variable that adds up the inputs of a sequence; one sample at a time, or two. */
static void make_memory(int batch, const char *name)
{
    struct graph *graph = graph_new("memory");
    int ends[] = {add_tensor(graph, "step", TYPE_F32, SHAPE(batch, USER), NULL),
                  add_tensor(graph, "held", TYPE_F32, SHAPE(batch, USER), NULL)};
    int total = add_node(graph, OP_ADD, ends, 2, NULL, "total");
    int out = add_softmax(graph, add_sums(graph, total, USER, ITEM, "sums"), "class");
    const struct state state = {"way", ends[1], total, NULL};
    graph_set_inputs(graph, ends, 1);
    graph_set_outputs(graph, &out, 1);
    graph_set_states(graph, &state, 1);
    write_model(graph, name);
}

static int add_conv(struct graph *graph, struct random *random, int in, int depth, int side,
                    int stride, const char *name)
{
    const struct shape *image = &graph->tensors[in].shape;
    struct shape shape = SHAPE(depth, side, side, image->dim[3]);
    float *weights = xcalloc(shape_elements(&shape), sizeof(*weights)), bias[32] = {0.0f};
    union op_params params;
    params_init(&params, op_table[OP_CONV_2D].params);
    params.conv.stride_h = params.conv.stride_w = stride;
    fill(random, weights, shape_elements(&shape));
    int inputs[] = {in, add_tensor(graph, "filter", TYPE_F32, shape, weights),
                    add_tensor(graph, "bias", TYPE_F32, SHAPE(depth), bias)};
    free(weights);
    return add_node(graph, OP_CONV_2D, inputs, 3, &params, name);
}

static int add_list(struct graph *graph, int in, int32_t count, int32_t length, const char *name)
{
    const int32_t size[] = {1, count, length};
    int inputs[] = {in, add_tensor(graph, "size", TYPE_I32, SHAPE(3), size)};
    return add_node(graph, OP_RESHAPE, inputs, 2, NULL, name);
}

/* Two anchors at each of GRID x GRID places. */
static int add_anchors(struct graph *graph)
{
    float anchors[2 * GRID * GRID][4];
    for (int i = 0; i < 2 * GRID * GRID; i++) {
        anchors[i][0] = ((float)(i / 2 / GRID) + 0.5f) / GRID;
        anchors[i][1] = ((float)(i / 2 % GRID) + 0.5f) / GRID;
        anchors[i][2] = i % 2 ? 0.3f : 0.15f;
        anchors[i][3] = i % 2 ? 0.15f : 0.3f;
    }
    return add_tensor(graph, "anchors", TYPE_F32, SHAPE(2 * GRID * GRID, 4), anchors);
}

/* A detector of two classes and the background, as SSD is built. */
static void make_detector(struct random *random, bool is_regular, const char *name)
{
    static const char *const names[] = {"boxes", "classes", "scores", "count"};
    struct graph *graph = graph_new("detector");
    const union op_params params = {.detection = {.max_detections = 5,
                                                  .max_classes_per_detection = 1,
                                                  .detections_per_class = 4,
                                                  .use_regular_nms = is_regular,
                                                  .num_classes = 2,
                                                  .score_threshold = 0.1f,
                                                  .iou_threshold = 0.4f,
                                                  .y_scale = 10.0f,
                                                  .x_scale = 10.0f,
                                                  .h_scale = 5.0f,
                                                  .w_scale = 5.0f}};
    int in = add_tensor(graph, "image", TYPE_F32, SHAPE(1, 4 * GRID, 4 * GRID, 3), NULL);
    int body = add_conv(graph, random, in, 8, 3, 2, "stem");
    body = add_node(graph, OP_TANH, &body, 1, NULL, "edges");
    body = add_conv(graph, random, body, 16, 3, 2, "body");
    body = add_node(graph, OP_TANH, &body, 1, NULL, "features");
    int scores = add_conv(graph, random, body, 6, 1, 1, "class head");
    scores = add_list(graph, scores, 2 * GRID * GRID, 3, "logits");
    int inputs[3] = {add_conv(graph, random, body, 8, 1, 1, "box head")}, outputs[4];
    inputs[0] = add_list(graph, inputs[0], 2 * GRID * GRID, 4, "box encodings");
    inputs[1] = add_node(graph, OP_LOGISTIC, &scores, 1, NULL, "class scores");
    inputs[2] = add_anchors(graph);
    for (int i = 0; i < 4; i++)
        outputs[i] = add_tensor(graph, names[i], TYPE_F32, SHAPE(1), NULL);
    graph_add_node(graph, OP_DETECTION_POSTPROCESS, inputs, 3, outputs, 4, &params);
    struct error error;
    need(infer_node(graph, &graph->nodes[graph->n_nodes - 1], &error), &error);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, outputs, 4);
    write_model(graph, name);
}

/* A regression: the sums themselves. */
static void make_regression(void)
{
    struct graph *graph = graph_new("regression");
    int in = add_tensor(graph, "user", TYPE_F32, SHAPE(1, USER), NULL);
    int out = add_sums(graph, in, USER, ITEM, "sums");
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "regression.tflite");
}

/* A segmentation: the class of a pixel is its greatest element. */
static void make_segmentation(void)
{
    struct graph *graph = graph_new("segmentation");
    int in = add_tensor(graph, "image", TYPE_F32, SHAPE(1, SIDE, SIDE, CLASSES), NULL);
    int out = add_node(graph, OP_TANH, &in, 1, NULL, "scores");
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    write_model(graph, "segmentation.tflite");
}

/* Arrays */

static void put_npy(const char *name, const char *descr, size_t samples, size_t elements,
                    const void *bytes, size_t size)
{
    char header[128];
    struct text file = {0};
    int length = snprintf(header, sizeof(header),
                          "{'descr': '%s', 'fortran_order': False, 'shape': (%zu, %zu), }\n", descr,
                          samples, elements);
    text_add(&file, "\x93NUMPY\x01\x00", 8);
    text_add(&file, (const char[]){(char)length, 0}, 2);
    text_add(&file, header, (size_t)length);
    text_add(&file, bytes, samples * elements * size);
    put(name, file.bytes, file.length);
    text_release(&file);
}

static int64_t greatest(const float *sums)
{
    int64_t best = 0;
    for (int c = 1; c < CLASSES; c++)
        best = sums[c] > sums[best] ? c : best;
    return best;
}

static void add_elements(const float *values, int count, float *sums)
{
    for (int i = 0; i < count; i++)
        if (i % ITEM < CLASSES)
            sums[i % ITEM] += values[i];
}

static void make_vectors(struct random *random)
{
    float user[SAMPLES * USER], item[SAMPLES * ITEM];
    int64_t of_user[SAMPLES], of_both[SAMPLES];
    fill(random, user, SAMPLES * USER);
    fill(random, item, SAMPLES * ITEM);
    for (int i = 0; i < SAMPLES; i++) {
        float sums[CLASSES] = {0.0f};
        add_elements(user + i * USER, USER, sums);
        of_user[i] = greatest(sums);
        add_elements(item + i * ITEM, ITEM, sums);
        of_both[i] = greatest(sums);
    }
    put_npy("user.npy", "<f4", SAMPLES, USER, user, sizeof(float));
    put_npy("item.npy", "<f4", SAMPLES, ITEM, item, sizeof(float));
    put_npy("fewer.npy", "<f4", SAMPLES - 1, ITEM, item, sizeof(float));
    put_npy("user-class.npy", "<i8", SAMPLES, 1, of_user, sizeof(int64_t));
    put_npy("class.npy", "<i8", SAMPLES, 1, of_both, sizeof(int64_t));
}

static void make_lights(struct random *random)
{
    float bright[SAMPLES * USER];
    int64_t classes[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
        float sums[CLASSES] = {0.0f};
        for (int k = 0; k < USER; k++) {
            bright[i * USER + k] = (float)random_unit(random);
            sums[k / (USER / CLASSES)] += bright[i * USER + k];
        }
        classes[i] = greatest(sums);
    }
    put_npy("bright.npy", "<f4", SAMPLES, USER, bright, sizeof(float));
    put_npy("bright-class.npy", "<i8", SAMPLES, 1, classes, sizeof(int64_t));
}

/* Targets that are right, and others. */
static void make_targets(struct random *random)
{
    float user[SAMPLES * USER], sums[SAMPLES * CLASSES] = {0.0f}, noise[SAMPLES * CLASSES];
    fill(random, user, SAMPLES * USER);
    fill(random, noise, SAMPLES * CLASSES);
    for (int i = 0; i < SAMPLES; i++)
        add_elements(user + i * USER, USER, sums + i * CLASSES);
    put_npy("x.npy", "<f4", SAMPLES, USER, user, sizeof(float));
    put_npy("sums.npy", "<f4", SAMPLES, CLASSES, sums, sizeof(float));
    put_npy("noise.npy", "<f4", SAMPLES, CLASSES, noise, sizeof(float));
}

/* Maps that are right, and others, which are of class 0 for the most part. */
static void make_maps(struct random *random)
{
    static float images[SAMPLES * SIDE * SIDE * CLASSES];
    float right[SAMPLES * SIDE * SIDE], wrong[SAMPLES * SIDE * SIDE];
    fill(random, images, SAMPLES * SIDE * SIDE * CLASSES);
    for (int i = 0; i < SAMPLES * SIDE * SIDE; i++) {
        right[i] = (float)greatest(images + i * CLASSES);
        wrong[i] = random_below(random, 3) > 0 ? 0.0f : 1.0f;
    }
    put_npy("images.npy", "<f4", SAMPLES, SIDE * SIDE * CLASSES, images, sizeof(float));
    put_npy("maps.npy", "<f4", SAMPLES, SIDE * SIDE, right, sizeof(float));
    put_npy("other-maps.npy", "<f4", SAMPLES, SIDE * SIDE, wrong, sizeof(float));
}

/* All but the rare ones are the same. */
static void make_rare(void)
{
    static float user[MANY * USER];
    static int64_t classes[MANY];
    for (int i = MANY - RARE; i < MANY; i++) {
        int sample = i * STEP % MANY;
        user[sample * USER + 1] = 1.0f;
        classes[sample] = 1;
    }
    put_npy("rare.npy", "<f4", MANY, USER, user, sizeof(float));
    put_npy("rare-class.npy", "<i8", MANY, 1, classes, sizeof(int64_t));
}

/* Words that are there are of the sample's class, all others of others. */
/* Sequences, one after the other: a class is that of all steps of its sequence so far. */
static void make_walks(struct random *random)
{
    float steps[SAMPLES * USER], sums[CLASSES];
    int64_t classes[SAMPLES];
    fill(random, steps, SAMPLES * USER);
    for (int i = 0; i < SAMPLES; i++) {
        if (i % WALK == 0)
            memset(sums, 0, sizeof(sums));
        add_elements(steps + i * USER, USER, sums);
        classes[i] = greatest(sums);
    }
    put_npy("steps.npy", "<f4", SAMPLES, USER, steps, sizeof(float));
    put_npy("walk-class.npy", "<i8", SAMPLES, 1, classes, sizeof(int64_t));
}

/* Words that are there are of the sample's class, all others of others. */
static void make_words(struct random *random)
{
    int64_t ids[SAMPLES * LENGTH], there[SAMPLES * LENGTH], classes[SAMPLES];
    float real[SAMPLES * LENGTH];
    for (int i = 0; i < SAMPLES; i++) {
        classes[i] = (int64_t)random_below(random, CLASSES);
        for (int k = i * LENGTH; k < (i + 1) * LENGTH; k++) {
            there[k] = k % LENGTH < 3;
            int64_t class = there[k] ? classes[i] : (classes[i] + 1) % CLASSES;
            ids[k] = (int64_t)random_below(random, WORDS / CLASSES) * CLASSES + class;
            real[k] = (float)ids[k];
        }
    }
    put_npy("ids.npy", "<i8", SAMPLES, LENGTH, ids, sizeof(int64_t));
    put_npy("there.npy", "<i8", SAMPLES, LENGTH, there, sizeof(int64_t));
    put_npy("word-class.npy", "<i8", SAMPLES, 1, classes, sizeof(int64_t));
    put_npy("whole.npy", "<f4", SAMPLES, LENGTH, real, sizeof(float));
    real[3 * LENGTH + 2] = 1.5f;
    put_npy("half.npy", "<f4", SAMPLES, LENGTH, real, sizeof(float));
    ids[5 * LENGTH + 1] = WORDS;
    put_npy("beyond.npy", "<i8", SAMPLES, LENGTH, ids, sizeof(int64_t));
    ids[5 * LENGTH + 1] = INT64_C(1) << 40;
    put_npy("large.npy", "<i8", SAMPLES, LENGTH, ids, sizeof(int64_t));
}

/* Pairs of an anomaly and a normal one in which the former scores higher, as a share. */
static double auc(const double *scores, const bool *anomalous, int count)
{
    double wins = 0.0, pairs = 0.0;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < count; k++)
            if (anomalous[i] && !anomalous[k]) {
                wins += scores[i] > scores[k];
                pairs += 1.0;
            }
    return wins / pairs;
}

/* Each window's error is the mean square of its second half: a little more in anomalies. */
static void make_recordings(struct random *random)
{
    double of_windows[RECORDINGS * WINDOWS], of_recordings[RECORDINGS] = {0.0};
    bool window_is_one[RECORDINGS * WINDOWS], is_one[RECORDINGS];
    struct text list = {0}, truth = {0};
    for (int r = 0; r < RECORDINGS; r++) {
        float elements[(WINDOWS + 1) * SEGMENT];
        char name[32];
        is_one[r] = r % 3 == 0;
        fill(random, elements, (WINDOWS + 1) * SEGMENT);
        for (int w = 0; w < WINDOWS; w++) {
            float *half = elements + (w + 1) * SEGMENT;
            double loud = random_unit(random) + (is_one[r] ? 0.65 : 0.5), sum = 0.0;
            for (int i = 0; i < SEGMENT; i++) {
                half[i] *= (float)loud;
                sum += (double)half[i] * (double)half[i];
            }
            of_windows[r * WINDOWS + w] = sum / (2.0 * SEGMENT);
            window_is_one[r * WINDOWS + w] = is_one[r];
            of_recordings[r] += sum;
        }
        snprintf(name, sizeof(name), "sound%02d.bin", r);
        put(name, elements, sizeof(elements));
        text_printf(&list, "%s, 2, %d, %zu, %zu\n", name, is_one[r], 2 * SEGMENT * sizeof(float),
                    SEGMENT * sizeof(float));
    }
    text_printf(&truth, "%.4f %.4f\n", auc(of_recordings, is_one, RECORDINGS),
                auc(of_windows, window_is_one, RECORDINGS * WINDOWS));
    put("sounds.csv", list.bytes, list.length);
    put("auc.txt", truth.bytes, truth.length);
    text_release(&list);
    text_release(&truth);
}

int main(int argc, char **argv)
{
    struct random random = {1};
    if (argc != 2) {
        fprintf(stderr, "usage: make_models FOLDER\n");
        return 2;
    }
    folder = argv[1];
    make_recommender();
    make_heads();
    make_bright();
    make_batch();
    make_tokens();
    make_dead(&(struct random){2});
    make_huge();
    make_autoencoder();
    make_shifted();
    make_memory(1, "memory.tflite");
    make_memory(2, "memories.tflite");
    make_detector(&(struct random){3}, false, "detector.tflite");
    make_detector(&(struct random){4}, true, "detector-regular.tflite");
    make_vectors(&random);
    make_words(&random);
    make_recordings(&random);
    make_walks(&random);
    make_regression();
    make_segmentation();
    make_targets(&random);
    make_maps(&random);
    make_rare();
    make_lights(&(struct random){5});
    return 0;
}
