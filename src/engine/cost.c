#include "engine/cost.h"

#include "graph/summary.h"

/* What one thread does in a nanosecond: multiplications, in bytes of their results' elements, and
 * activations that come and go, in bytes. About the best that was seen of a server's core with
 * AVX-512: so times are estimated too low rather than too high, and what is shared is worth it. */
#define MULTIPLIED_BYTES 256.0
#define MOVED_BYTES      16.0

/* How many times slower kernels without wide vectors are at least. */
static double slowness(enum isa isa)
{
    return isa == ISA_REFERENCE ? 32.0 : isa == ISA_GENERIC ? 4.0 : 1.0;
}

/* A stage is shared if it gains so many times what sharing costs: its data are spread over several
 * caches then, which takes time later. */
#define GAIN_LEAST 2.0

/* Of what is not constant. */
static double bytes_of(const struct operand *operands, int count)
{
    double bytes = 0.0;
    for (int i = 0; i < count; i++)
        if (operands[i].tensor && !operands[i].data)
            bytes += (double)tensor_bytes(operands[i].tensor);
    return bytes;
}

/* Nanoseconds of a stage on one thread. Those before the last prepare what the operator reads. */
static double estimate(const struct graph *graph, const struct step *step, int stage)
{
    const struct kernel_call *call = &step->call;
    double time = 0.0, moved;
    if (stage + 1 < call->n_stages) {
        moved = bytes_of(call->inputs, 1);
    } else {
        double macs = node_macs(graph, call->node);
        moved = bytes_of(call->inputs, call->n_inputs) + bytes_of(call->outputs, call->n_outputs);
        time = macs * (double)type_size(call->outputs[0].tensor->type) / MULTIPLIED_BYTES;
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
                              ? estimate(plan->graph, step, stage) * (1.0 - 1.0 / sharers)
                              : 0.0;
            sharing[s].is_shared[stage] = gain > GAIN_LEAST * costs->round;
            ahead += sharing[s].is_shared[stage] ? gain : 0.0;
            sharing[s].wakes[stage] = ahead > costs->wake;
        }
    }
}
