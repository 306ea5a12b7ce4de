#include "experiment/shipping.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "experiment/order.h"
#include "experiment/outputs.h"
#include "experiment/work.h"

enum status shipping_init(struct shipping *shipping, const struct experiment *experiment,
                          const struct topology *topology, struct error *error)
{
    *shipping = (struct shipping){.experiment = experiment};
    asked_init(&shipping->asked);
    return placement_resolve(topology, "threads", &shipping->everything, error);
}

static enum status check_path(const struct shipping *shipping, const char *path,
                              struct error *error)
{
    if (!model_format_for(path))
        return error_set(error, STATUS_INVALID, path,
                         "cannot tell the format, expected .tflite or .onnx");
    if (access(path, F_OK) == 0)
        return error_set(error, STATUS_INVALID, path,
                         "there is such a file already, which is left as it is");
    return output_check(path, shipping->experiment, error);
}

enum status shipping_begin(struct shipping *shipping, int trial, const char *path,
                           struct error *error)
{
    const struct experiment *experiment = shipping->experiment;
    struct text mode = {0};
    struct work work;
    size_t count;
    const struct trial *trials = experiment_trials(experiment, &count);
    enum status status = check_path(shipping, path, error);
    if (status != STATUS_OK)
        return status;
    assert(trial >= 0 && (size_t)trial < count);
    order_fill(experiment, &trials[trial], &work, &mode);
    work.kind = WORK_PREPARE;
    work.format = model_format_for(path)->suffix;
    work.check_seconds = 0.0;
    work.n_pus = shipping->everything.n_threads;
    work.pus = shipping->everything.pus;
    free(shipping->path);
    shipping->path = xstrdup(path);
    double patience = experiment->bounds.prepare_seconds > 0.0
                          ? experiment->bounds.prepare_seconds
                          : experiment->measure.timeout_seconds;
    status = asked_begin(&shipping->asked, work_encode(&work), patience, error);
    text_release(&mode);
    return status;
}

/* What the worker left in its file without a name. */
static enum status write_file(struct shipping *shipping, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    lseek(shipping->asked.files.model, 0, SEEK_SET);
    enum status status = file_read_descriptor(shipping->asked.files.model, shipping->path,
                                              MODEL_BYTES_MAX, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    status = file_write(shipping->path, bytes, size, error);
    free(bytes);
    return status;
}

bool shipping_is_over(struct shipping *shipping, enum status *status, struct error *error)
{
    char reason[sizeof(error->text)];
    json_t *event;
    enum asked_state state = asked_hear(&shipping->asked, &event, reason, sizeof(reason));
    bool is_over = state == ASKED_LOST || (event && asked_is(event, "prepared"));
    json_decref(event);
    if (!is_over)
        return false;
    *status = state == ASKED_LOST ? error_set(error, STATUS_INVALID, NULL, "%s", reason)
                                  : write_file(shipping, error);
    asked_give_up(&shipping->asked);
    return true;
}

void shipping_release(struct shipping *shipping)
{
    asked_give_up(&shipping->asked);
    placement_release(&shipping->everything);
    FREE_AND_NULL(shipping->path);
}
