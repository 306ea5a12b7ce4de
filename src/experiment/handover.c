#include "experiment/handover.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void handover_init(struct handover *handover)
{
    *handover = (struct handover){-1, -1, -1, -1};
}

static enum status open_unnamed(int *descriptor, struct error *error)
{
    const char *directory = getenv("TMPDIR");
    char name[] = "/tmp/quantop-XXXXXX";
    *descriptor =
        open(directory && directory[0] ? directory : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (*descriptor < 0) { /* not every file system can do that */
        *descriptor = mkostemp(name, O_CLOEXEC);
        if (*descriptor >= 0)
            unlink(name);
    }
    if (*descriptor < 0)
        return error_set_errno(error, STATUS_IO, NULL, "cannot create a temporary file");
    return STATUS_OK;
}

void handover_close_reference(struct handover *handover)
{
    if (handover->reference >= 0)
        close(handover->reference);
    handover->reference = -1;
}

enum status handover_open_reference(struct handover *handover, struct error *error)
{
    handover_close_reference(handover);
    return open_unnamed(&handover->reference, error);
}

void handover_close_artifact(struct handover *handover)
{
    if (handover->model >= 0)
        close(handover->model);
    if (handover->inputs >= 0)
        close(handover->inputs);
    handover->model = handover->inputs = -1;
}

void handover_close(struct handover *handover)
{
    handover_close_reference(handover);
    handover_close_artifact(handover);
    handover_init(handover);
}

enum status handover_open(struct handover *handover, struct error *error)
{
    enum status status = open_unnamed(&handover->model, error);
    return status == STATUS_OK ? open_unnamed(&handover->inputs, error) : status;
}

int handover_open_decoded(void)
{
    int descriptor;
    struct error ignored; /* the other files will not be had either, and that is told */
    return open_unnamed(&descriptor, &ignored) == STATUS_OK ? descriptor : -1;
}
