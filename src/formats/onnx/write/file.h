/* An .onnx file under construction: values, the nodes that compute them, constants, and the message
 * that is made of them in the end. What a value stands for is the writer's business.
 *
 * A value is an input of the file, a constant, or what a node computes. It is known by a number;
 * its name is chosen when the file is packed, so that it can still become an output. */
#ifndef FORMATS_ONNX_WRITE_FILE_H
#define FORMATS_ONNX_WRITE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "formats/contents.h"
#include "formats/model.h"
#include "formats/onnx/codes.h"
#include "formats/onnx/onnx.pb-c.h"
#include "graph/origin.h"
#include "graph/shape.h"
#include "graph/type.h"

/* In the place of an input: an optional one that is left out. */
#define NO_VALUE 0

/* Who takes a name first where several values want it. */
enum onnx_claim { CLAIM_INTERFACE, CLAIM_TENSOR, CLAIM_HELPER, CLAIM_COUNT };

struct onnx_value {
    const char *wish; /* the name it would like */
    char *name;       /* the one it got */
    enum onnx_claim claim;
    bool is_constant, is_needed;
};

struct onnx_constant {
    int value;
    enum type type;
    bool is_narrow; /* int4 in the place of int8, two elements in a byte */
    struct shape shape;
    const void *data;
};

/* A node has no more than this many attributes. */
#define ONNX_ATTRIBUTES_MAX 8

struct onnx_node {
    Onnx__Node message;
    int *inputs, *outputs; /* values */
    struct origin origin;
    bool is_packed; /* into the file: an output depends on it */
    Onnx__Attribute *attributes[ONNX_ATTRIBUTES_MAX];
};

/* An input or output of the file. */
struct onnx_end {
    int value;
    enum type type;
    struct shape shape;
};

struct onnx_file {
    struct arena *arena; /* everything lives in it but the lists below */
    struct onnx_value *values;
    struct onnx_node **nodes;
    struct onnx_constant *constants;
    struct contents written; /* values of constants, to find them by their bytes */
    struct onnx_end *inputs, *outputs;
    size_t n_values, n_nodes, n_constants, n_inputs, n_outputs;
    size_t value_capacity, node_capacity, constant_capacity, input_capacity, output_capacity;
    struct origin origin; /* of nodes that are added */
    const char *wish;     /* the name that computed values would like */
    int64_t opset;        /* ONNX_OPSET_USUAL or ONNX_OPSET_WIDE */
    const char *doc;      /* free text */
    const char *rounding; /* value of the entry METADATA_ROUNDING_KEY; NULL: no entry */
};

void onnx_file_init(struct onnx_file *file) __attribute__((nonnull(1)));
void onnx_file_release(struct onnx_file *file) __attribute__((nonnull(1)));

int onnx_add_input(struct onnx_file *file, const char *name, enum type type,
                   const struct shape *shape) __attribute__((nonnull(1, 2, 4)));
/* Makes a value an output of this name, as far as the name is free. */
void onnx_add_output(struct onnx_file *file, int value, const char *name, enum type type,
                     const struct shape *shape) __attribute__((nonnull(1, 3, 5)));
/* A constant, or the same one again where it has these elements already. The elements are not
 * copied and must live as long as the file. */
int onnx_add_constant(struct onnx_file *file, const char *wish, enum type type,
                      const struct shape *shape, const void *data)
    __attribute__((nonnull(1, 2, 4)));

/* The same of int8 elements, of four bits each, as int4; needs ONNX_OPSET_WIDE. */
int onnx_add_narrow(struct onnx_file *file, const char *wish, const struct shape *shape,
                    const void *data) __attribute__((nonnull(1, 2, 3)));
/* Bytes of its data. */
size_t onnx_constant_bytes(const struct onnx_constant *constant) __attribute__((nonnull(1)));

/* Appends a node of n_outputs new values, which outputs receives. Trailing inputs may be
 * NO_VALUE. */
void onnx_add_node(struct onnx_file *file, const char *op, const int *inputs, int n_inputs,
                   int *outputs, int n_outputs) __attribute__((nonnull(1, 2, 5)));
/* The name that a computed value should have, unless it has a better claim. */
void onnx_name_value(struct onnx_file *file, int value, const char *wish)
    __attribute__((nonnull(1, 3)));

/* Attributes of the node added last. */
void onnx_set_int(struct onnx_file *file, const char *name, int64_t number)
    __attribute__((nonnull(1, 2)));
void onnx_set_ints(struct onnx_file *file, const char *name, const int64_t *numbers, int count)
    __attribute__((nonnull(1, 2, 3)));
void onnx_set_float(struct onnx_file *file, const char *name, float number)
    __attribute__((nonnull(1, 2)));
void onnx_set_text(struct onnx_file *file, const char *name, const char *text)
    __attribute__((nonnull(1, 2, 3)));

/* The file's bytes, to be freed by the caller, without nodes and constants that no output depends
 * on. Nothing may be added afterwards. STATUS_UNSUPPORTED: above 2 GiB; STATUS_MEMORY. */
enum status onnx_file_pack(struct onnx_file *file, unsigned char **bytes, size_t *size,
                           struct error *error) __attribute__((nonnull(1, 2, 3, 4)));
/* The origins of the nodes of a file that was packed. */
struct file_origins onnx_file_origins(const struct onnx_file *file) __attribute__((nonnull(1)));

/* Gives every value that is needed a name that no other has. */
void onnx_file_name(struct onnx_file *file) __attribute__((nonnull(1)));

#endif
