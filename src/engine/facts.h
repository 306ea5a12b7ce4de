/* What is known of the steps of a plan beside their time: for those who ask where it goes. */
#ifndef ENGINE_FACTS_H
#define ENGINE_FACTS_H

#include "base/arena.h"
#include "engine/plan.h"
#include "kernels/ceiling.h"

struct step_facts {
    const char *op;     /* of the node whose kernel it is, or of the last one of a chain */
    const char *merged; /* operators of the others whose work it does: "ADD, RELU"; "": none */
    const char *kernel;
    enum isa isa;
    struct origin origin; /* layers of the file that the graph was read from */
    double macs;          /* multiply-accumulates of all its nodes */
    /* Bytes of constants, and of activations that it reads and writes: each once, as they lie in
     * the model, whatever the kernel has made of them. */
    double constant_bytes, read_bytes, written_bytes;
    /* What its products are made of, hence which ceiling bounds them; CEILING_READ: it has none. */
    enum ceiling_kind arithmetic;
    const struct tensor *in, *out; /* the first activation that it reads (NULL: none), output 0 */
};

/* Lists and texts are in the arena. */
struct step_facts plan_step_facts(const struct plan *plan, int step, struct arena *arena)
    __attribute__((nonnull(1, 3)));

#endif
