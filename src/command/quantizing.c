#include "command/quantizing.h"

#include <stdio.h>
#include <unistd.h>

#include "quantize/crew.h"
#include "quantize/doing.h"

/* Threads wait for each other: on units that others compute on, they would be slower than one. */
static int busy_units(void)
{
    int running = 1; /* this one */
    FILE *file = fopen("/proc/loadavg", "re");
    if (!file)
        return 0;
    if (fscanf(file, "%*f %*f %*f %d", &running) != 1 || running < 1)
        running = 1;
    fclose(file);
    return running - 1;
}

enum status quantizing_open(struct quantizing *quantizing, struct error *error)
{
    struct topology *topology;
    *quantizing = (struct quantizing){.has_line = isatty(STDERR_FILENO)};
    enum status status = topology_load(&topology, error);
    if (status != STATUS_OK)
        return status;
    status = placement_resolve(topology, "threads", &quantizing->units, error);
    topology_free(topology);
    if (status == STATUS_OK) {
        int free_units = quantizing->units.n_threads - busy_units();
        quantizing->units.n_threads = free_units > 1 ? free_units : 1;
    }
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
