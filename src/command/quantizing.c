#include "command/quantizing.h"

#include <stdio.h>
#include <unistd.h>

#include "quantize/crew.h"
#include "quantize/doing.h"

enum status quantizing_open(struct quantizing *quantizing, struct error *error)
{
    struct topology *topology;
    *quantizing = (struct quantizing){.has_line = isatty(STDERR_FILENO)};
    enum status status = topology_load(&topology, error);
    if (status != STATUS_OK)
        return status;
    status = placement_resolve(topology, "threads", &quantizing->units, error);
    topology_free(topology);
    return status;
}

void quantizing_close(struct quantizing *quantizing)
{
    placement_release(&quantizing->units);
}

static void wipe_line(void)
{
    fputs("\r\033[K", stderr);
}

static void draw_line(void *context, enum doing doing, size_t done, size_t all)
{
    struct text words = {0};
    if (doing_words(context, doing, done, all, &words)) {
        wipe_line();
        fputs(words.bytes, stderr);
        fflush(stderr);
    }
    text_release(&words);
}

enum status quantizing_make(const struct quantizing *quantizing,
                            const struct candidate_order *order, struct candidate *candidate,
                            struct error *error)
{
    struct doing_pace pace = {0};
    crew_hire(&quantizing->units);
    if (quantizing->has_line)
        doing_watch(draw_line, &pace);
    enum status status = candidate_make(order, candidate, error);
    doing_watch(NULL, NULL);
    if (pace.is_begun)
        wipe_line();
    crew_dismiss();
    return status;
}
