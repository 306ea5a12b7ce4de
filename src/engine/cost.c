#include "engine/cost.h"

#include "graph/summary.h"

/* What one thread does in a nanosecond: multiplications, in bytes of their results' elements, and
 * activations that come and go, in bytes. About the best that was seen of a server's core with
 * AVX-512: so times are estimated too low rather than too high, and what is shared is worth it. */
#define MULTIPLIED_BYTES 256.0
#define MOVED_BYTES      16.0

/* Bytes of weights in a nanosecond, from a core's own cache, and from further away where those of a
 * plan are more than that holds. */
#define NEAR_WEIGHT_BYTES 128.0
#define FAR_WEIGHT_BYTES  32.0
#define NEAR_BYTES        ((size_t)1 << 20)

/* How many times slower kernels without wide vectors are at least. */
static double slowness(enum isa isa)
{
    return isa == ISA_REFERENCE ? 32.0 : isa == ISA_GENERIC ? 4.0 : 1.0;
}

/* A stage is shared if it gains so many times what sharing costs: its data are spread over several
 * caches then, which takes time later. */
#define GAIN_LEAST 2.0

/* Of what is constant, or of what is not. */
static double bytes_of(const struct operand *operands, int count, bool constant)
{
    double bytes = 0.0;
    for (int i = 0; i < count; i++)
        if (operands[i].tensor && (operands[i].data != NULL) == constant)
            bytes += (double)tensor_bytes(operands[i].tensor);
    return bytes;
}

/* Of an operator itself, without its activations' ways: weights come while it multiplies. */
static double multiply_time(const struct plan *plan, const struct kernel_call *call)
{
    double macs = node_macs(plan->graph, call->node);
    double multiply = macs * (double)type_size(call->outputs[0].tensor->type) / MULTIPLIED_BYTES;
    bool are_near = plan->sizes.weight_bytes <= NEAR_BYTES;
    double fetch = bytes_of(call->inputs, call->n_inputs, true) /
                   (are_near ? NEAR_WEIGHT_BYTES : FAR_WEIGHT_BYTES);
    return multiply > fetch ? multiply : fetch;
}

/* Nanoseconds of a stage on one thread. Those before the last prepare what the operator reads. */
static double estimate(const struct plan *plan, const struct step *step, int stage)
{
    const struct kernel_call *call = &step->call;
    double time = 0.0, moved = bytes_of(call->inputs, 1, false);
    if (stage + 1 == call->n_stages) {
        time = multiply_time(plan, call);
        moved = bytes_of(call->inputs, call->n_inputs, false) +
                bytes_of(call->outputs, call->n_outputs, false);
    }
    return (time + moved / MOVED_BYTES) * slowness(step->kernel->isa);
}

void cost_share(const struct plan *plan, int threads, const struct pool_costs *costs,
                struct sharing *sharing)
{
    double ahead = 0.0; /* what sharing gains from here to the end of a run */
    for (int s = plan->n_steps - 1; s >= 0; s--) {
        const struct step *step = &plan->steps[s];
        for (int stage = step->call.n_stages - 1; stage >= 0; stage--) {
            size_t items = step->call.items[stage];
            double sharers = items < (size_t)threads ? (double)items : (double)threads;
            double gain = items > 1 && threads > 1
                              ? estimate(plan, step, stage) * (1.0 - 1.0 / sharers)
                              : 0.0;
            sharing[s].is_shared[stage] = gain > GAIN_LEAST * costs->round;
            ahead += sharing[s].is_shared[stage] ? gain : 0.0;
            sharing[s].wakes[stage] = ahead > costs->wake;
        }
    }
}
