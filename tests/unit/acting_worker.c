#include "acting_worker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiment/work.h"
#include "worker/messages.h"

static void serve_blocks(int trial, int process, int ns)
{
    json_t *request;
    long round;
    while ((request = worker_await()) != NULL && work_asks_for_block(request, &round)) {
        json_decref(request);
        usleep(500);
        worker_emit(json_pack("{s:s, s:i, s:I, s:i, s:[I]}", "event", "block", "trial", trial,
                              "round", (json_int_t)round, "process", process, "ns",
                              (json_int_t)(ns * (round + 1))));
    }
    json_decref(request);
    worker_emit(json_pack("{s:s, s:i, s:i, s:f}", "event", "memory", "trial", trial, "process",
                          process, "peak_bytes", 1e6));
}

/* Files are handed over with a byte in them; a worker that finds an empty one gives up. */
static void leave_file(int descriptor)
{
    if (pwrite(descriptor, "x", 1, 0) != 1)
        exit(1);
}

static void check_file(int descriptor)
{
    char byte;
    if (pread(descriptor, &byte, 1, 0) != 1)
        exit(1);
}

/* Two stretches, with a while between them. */
static void score(const json_t *order, int candidate)
{
    json_int_t reference = json_integer_value(json_object_get(order, "reference"));
    if (reference == REFERENCE_READ)
        check_file(WORK_REFERENCE);
    for (int first = 0; first < 8; first += 4) {
        worker_emit(json_pack("{s:s, s:i, s:i, s:[iiii], s:[iiii], s:[iiii]}", "event", "scores",
                              "candidate", candidate, "first", first, "values", 1, 1, 0, 1, "top1",
                              0, 1, 2, 3, "labels", 0, 1, 1, 3));
        usleep(20000);
    }
    if (reference == REFERENCE_WRITTEN)
        leave_file(WORK_REFERENCE);
    worker_emit(json_pack("{s:s}", "event", WORK_SCORED));
}

static void prepare(int candidate)
{
    usleep(5000);
    leave_file(WORK_ARTIFACT);
    worker_emit(json_pack("{s:s, s:i, s:i, s:i, s:s, s:i}", "event", "prepared", "candidate",
                          candidate, "bytes", 100, "nodes", 1, "metric", "top1", "samples", 8));
}

static void work(const json_t *order)
{
    const char *what = json_string_value(json_object_get(order, "do"));
    const char *mode = json_string_value(json_object_get(order, "mode"));
    int trial = (int)json_integer_value(json_object_get(order, "trial"));
    int candidate = (int)json_integer_value(json_object_get(order, "candidate"));
    int process = (int)json_integer_value(json_object_get(order, "process"));
    if (strcmp(what, "prepare") == 0) {
        prepare(candidate);
        return;
    }
    check_file(WORK_ARTIFACT);
    if (strcmp(what, "score") == 0) {
        score(order, candidate);
        return;
    }
    worker_emit(json_pack("{s:s, s:i, s:i, s:f, s:f}", "event", "process", "trial", trial,
                          "process", process, "load_ms", 1.0, "first_ms", 1.0));
    int ns = getenv("RESUMED") ? 7000 : 500;
    serve_blocks(trial, process, strcmp(mode, "fp32") == 0 ? 2 * ns : ns);
}

int acting_worker(void)
{
    json_t *order = worker_await();
    if (order)
        work(order);
    json_decref(order);
    return 0;
}
