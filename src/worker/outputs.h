/* All outputs of the scored samples as real numbers: checked, kept for the workers that compare
 * with them, or compared with those that fp32 left. */
#ifndef WORKER_OUTPUTS_H
#define WORKER_OUTPUTS_H

#include <jansson.h>

#include "experiment/work.h"
#include "formats/dataset/model_data.h"
#include "runtimes/runtime.h"

/* Samples that are compared are no more than fit here; the others are only scored. */
#define OUTPUTS_BYTES_MAX ((size_t)1 << 30)

struct outputs;

/* For `threads` threads and stretches of at most `slots` runs of the data, which must outlive it.
 * The samples of a run lie one after the other in outputs whose elements their number divides.
 * Freed with outputs_free. The order says whether outputs are kept, compared, or neither.
 * STATUS_MEMORY, STATUS_IO. */
enum status outputs_new(const struct work *work, const struct runtime_model *model, int threads,
                        size_t slots, const struct model_data *data, struct outputs **outputs,
                        struct error *error) __attribute__((nonnull(1, 2, 5, 6, 7)));
void outputs_free(struct outputs *outputs);

/* Takes the outputs of the data set's first run, before all others: whether outputs are the same
 * for all samples is told by it. STATUS_UNSUPPORTED: the first output is of a type that stands for
 * no real numbers. */
enum status outputs_begin(struct outputs *outputs, const struct runtime_session *session,
                          struct error *error) __attribute__((nonnull(1, 2, 3)));

/* Takes the outputs of a run, the slot-th of its stretch, from the session of a thread; threads do
 * so at the same time, each under its own number. Returns the elements of the first output, valid
 * until the thread's next call. STATUS_INVALID with *values set: a value is NaN or infinite, the
 * error names the output and the sample. STATUS_IO: kept outputs could not be read. Where there
 * is no room to keep them, nothing is compared with them. */
enum status outputs_take(struct outputs *outputs, const struct runtime_session *session, int thread,
                         size_t slot, size_t run, const float **values, struct error *error)
    __attribute__((nonnull(1, 2, 6, 7)));

/* Adds up what the first count slots hold, in their order, so that sums do not depend on
 * threads. */
void outputs_add_slots(struct outputs *outputs, size_t count) __attribute__((nonnull(1)));

/* Of the runs so far, the error of the worst output: its root mean square over that of fp32's
 * values. NaN: none was compared that has a signal. */
double outputs_noise(const struct outputs *outputs) __attribute__((nonnull(1)));

/* All runs are taken: the event "fidelity" (see results/event.h). A new reference. */
json_t *outputs_event(const struct outputs *outputs) __attribute__((returns_nonnull, nonnull(1)));

#endif
