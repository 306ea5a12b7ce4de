/* Measuring: every thread does the same loop at once. */
#include "worker/ceilings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "engine/threads.h"
#include "measure/clock.h"

/* A loop runs about so long, and the best of so many is taken. */
#define LOOP_SECONDS 2e-3
#define LOOPS        7
/* From memory is read what no cache holds, within these bounds for all threads together. */
#define RAM_TIMES_CACHE 4.0
/* A virtual machine is told of all of its host's L3, of which it has what others leave: no more
 * than this counts. */
#define SHARED_MOST (32.0 * 1024.0 * 1024.0)
#define RAM_LEAST   (64.0 * 1024.0 * 1024.0)
#define RAM_MOST    (512.0 * 1024.0 * 1024.0)

struct loop {
    const struct ceiling *ceiling;
    unsigned char *memory;
    size_t bytes; /* of each thread */
    size_t steps;
};

static void run_loop(void *context, size_t first, size_t last, int thread)
{
    const struct loop *loop = context;
    (void)thread;
    for (size_t i = first; i < last; i++)
        loop->ceiling->run(loop->memory ? loop->memory + i * loop->bytes : NULL, loop->bytes,
                           loop->steps);
}

static double time_loop(struct pool *pool, struct loop *loop)
{
    uint64_t start = clock_ns();
    pool_run(pool, run_loop, loop, (size_t)pool_threads(pool), true);
    return fmax((double)(clock_ns() - start), 1.0) * 1e-9;
}

/* Steps per second of all threads together. */
static double rate_of(struct pool *pool, struct loop *loop)
{
    double best = 0.0;
    loop->steps = 1;
    for (double seconds = 0.0; seconds < LOOP_SECONDS / 4.0;) {
        seconds = time_loop(pool, loop);
        if (seconds < LOOP_SECONDS / 4.0)
            loop->steps *= seconds < LOOP_SECONDS / 64.0 ? 16 : 2;
    }
    for (int i = 0; i < LOOPS; i++)
        best = fmax(best, (double)loop->steps / time_loop(pool, loop));
    return best * pool_threads(pool);
}

static void measure_products(struct pool *pool, struct ceilings *ceilings)
{
    for (int kind = 0; kind < CEILING_READ; kind++) {
        struct loop loop = {.ceiling = ceiling_find((enum ceiling_kind)kind, ceilings->isa)};
        if (loop.ceiling)
            ceilings->macs[kind] = rate_of(pool, &loop) * loop.ceiling->operations / 2.0;
    }
}

/* Bytes of the data caches as the C library knows them; 0: it does not. L1 and L2 are a core's
 * own, L3 is shared. */
struct cache {
    const char *name;
    int variable;
    bool is_own;
};

static const struct cache caches[] = {
    {"L1", _SC_LEVEL1_DCACHE_SIZE, true},
    {"L2", _SC_LEVEL2_CACHE_SIZE, true},
    {"L3", _SC_LEVEL3_CACHE_SIZE, false},
};

#define CACHE_COUNT (sizeof(caches) / sizeof(caches[0]))

static double capacity_of(const struct cache *cache, int threads)
{
    long bytes = sysconf(cache->variable);
    double capacity = bytes > 0 ? (double)bytes : 0.0;
    return cache->is_own ? capacity * threads : fmin(capacity, SHARED_MOST);
}

static void measure_level(struct pool *pool, unsigned char *memory, double bytes,
                          const struct ceilings_level *level, struct ceilings *ceilings)
{
    struct loop loop = {.ceiling = ceiling_find(CEILING_READ, ceilings->isa), .memory = memory};
    loop.bytes =
        (size_t)(bytes / ceilings->threads) / CEILING_READ_MULTIPLE * CEILING_READ_MULTIPLE;
    if (!loop.ceiling || loop.bytes == 0 || ceilings->n_levels == CEILINGS_LEVELS_MAX)
        return;
    struct ceilings_level *measured = &ceilings->levels[ceilings->n_levels++];
    *measured = *level;
    measured->read = rate_of(pool, &loop) * (double)loop.bytes;
}

/* From a level is read half of what it holds, which the level before must not hold. */
static void measure_reading(struct pool *pool, struct ceilings *ceilings)
{
    double before = 0.0, largest = 0.0;
    for (size_t i = 0; i < CACHE_COUNT; i++)
        largest = fmax(largest, capacity_of(&caches[i], ceilings->threads));
    double beyond = fmin(fmax(RAM_TIMES_CACHE * largest, RAM_LEAST), RAM_MOST);
    size_t size = (size_t)beyond / 64 * 64;
    unsigned char *memory = memory_try(size);
    if (!memory)
        return;
    memset(memory, 1, size);
    for (size_t i = 0; i < CACHE_COUNT; i++) {
        struct ceilings_level level = {.capacity = capacity_of(&caches[i], ceilings->threads)};
        snprintf(level.name, sizeof(level.name), "%s", caches[i].name);
        if (level.capacity / 2.0 > 1.5 * before && level.capacity / 2.0 < (double)size)
            measure_level(pool, memory, level.capacity / 2.0, &level, ceilings);
        before = fmax(before, level.capacity);
    }
    if (beyond >= 1.5 * largest)
        measure_level(pool, memory, beyond, &(struct ceilings_level){.name = "RAM"}, ceilings);
    free(memory);
}

enum status ceilings_measure(const struct placement *placement, enum isa isa,
                             struct ceilings *ceilings, struct error *error)
{
    struct pool *pool;
    enum status status = pool_new(placement, &pool, error);
    if (status != STATUS_OK)
        return status;
    *ceilings = (struct ceilings){.threads = placement->n_threads, .isa = isa, .rounds = 1};
    measure_products(pool, ceilings);
    measure_reading(pool, ceilings);
    pool_free(pool);
    return STATUS_OK;
}

json_t *ceilings_pack(const struct ceilings *ceilings)
{
    json_t *macs = json_object(), *levels = json_array();
    for (int kind = 0; kind < CEILING_READ; kind++)
        if (ceilings->macs[kind] > 0.0)
            json_object_set_new(macs, ceiling_kind_names[kind], json_real(ceilings->macs[kind]));
    for (int i = 0; i < ceilings->n_levels; i++)
        json_array_append_new(levels, json_pack("{s:s, s:f, s:f}", "name", ceilings->levels[i].name,
                                                "capacity", ceilings->levels[i].capacity, "read",
                                                ceilings->levels[i].read));
    return json_pack("{s:i, s:s, s:I, s:o, s:o}", "threads", ceilings->threads, "isa",
                     isa_table[ceilings->isa].name, "rounds", (json_int_t)ceilings->rounds, "macs",
                     macs, "levels", levels);
}

bool ceilings_unpack(const json_t *packed, struct ceilings *ceilings)
{
    const char *isa = json_string_value(json_object_get(packed, "isa"));
    const json_t *levels = json_object_get(packed, "levels");
    size_t i;
    json_t *item;
    *ceilings = (struct ceilings){
        .threads = (int)json_integer_value(json_object_get(packed, "threads")),
        .isa = isa ? isa_from_name(isa) : ISA_COUNT,
        .rounds = (long)json_integer_value(json_object_get(packed, "rounds")),
    };
    if (ceilings->threads < 1 || ceilings->isa == ISA_COUNT || ceilings->rounds < 1 ||
        json_array_size(levels) > CEILINGS_LEVELS_MAX)
        return false;
    for (int kind = 0; kind < CEILING_READ; kind++) {
        const json_t *rate =
            json_object_get(json_object_get(packed, "macs"), ceiling_kind_names[kind]);
        ceilings->macs[kind] = fmax(json_number_value(rate), 0.0);
    }
    json_array_foreach(levels, i, item)
    {
        struct ceilings_level *level = &ceilings->levels[ceilings->n_levels++];
        const char *name = json_string_value(json_object_get(item, "name"));
        snprintf(level->name, sizeof(level->name), "%s", name ? name : "");
        level->capacity = fmax(json_number_value(json_object_get(item, "capacity")), 0.0);
        level->read = json_number_value(json_object_get(item, "read"));
        if (!(level->read > 0.0))
            return false;
    }
    return true;
}
