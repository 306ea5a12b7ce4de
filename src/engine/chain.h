/* Chains: nodes that together are a function of one stored number, such as x * sigmoid(x) of int8,
 * or a DEQUANTIZE, HARD_SWISH and QUANTIZE. With 8 bits that is a table of 256, which one step
 * looks up. */
#ifndef ENGINE_CHAIN_H
#define ENGINE_CHAIN_H

#include "engine/planner.h"

#define CHAIN_NODES_MAX 12

struct chain {
    int input, output;          /* tensors of 8 bits, of one shape */
    int nodes[CHAIN_NODES_MAX]; /* ascending; the last one makes the output */
    int n_nodes;                /* at least 2 */
    /* For the value whose bits are i, what the reference kernels make of it. */
    uint8_t table[256];
};

/* The longest chain that ends with the node; what its nodes make in between, nobody else reads.
 * NULL: there is none. In the plan's arena. */
struct chain *chain_find(const struct planner *planner, int end) __attribute__((nonnull(1)));

#endif
