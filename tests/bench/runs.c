#include "runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "measure/clock.h"
#include "measure/stats.h"

void bench_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("kernels: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

const char *bench_number(double value, char buffer[BENCH_NUMBER_SIZE])
{
    int digits = value < 0.995 ? 3 : value < 9.95 ? 2 : value < 99.5 ? 1 : 0;
    snprintf(buffer, BENCH_NUMBER_SIZE, "%.*f", digits, value);
    return buffer;
}

/* Sessions */

static struct pool *one_thread(void)
{
    static struct pool *pool;
    struct topology *topology;
    struct placement placement;
    struct error error;
    if (pool)
        return pool;
    if (topology_load(&topology, &error) != STATUS_OK ||
        placement_resolve(topology, "1", &placement, &error) != STATUS_OK ||
        pool_new(&placement, &pool, &error) != STATUS_OK)
        bench_fail("%s", error.text);
    placement_release(&placement);
    topology_free(topology);
    return pool;
}

struct bench_run bench_run_new(const struct graph *graph, enum isa isa, bool merges)
{
    struct plan_options options = {.threads = 1, .isa = isa, .merges = merges};
    struct bench_run run;
    struct error error;
    if (plan_new(graph, &options, &run.plan, &error) != STATUS_OK ||
        session_new(run.plan, one_thread(), &run.session, &error) != STATUS_OK)
        bench_fail("%s: %s", error.where, error.text);
    return run;
}

void bench_run_release(struct bench_run *run)
{
    session_free(run->session);
    plan_free(run->plan);
}

double bench_time(const struct bench_run *run, size_t runs)
{
    session_run(run->session);
    uint64_t begin = clock_ns();
    for (size_t i = 0; i < runs; i++)
        session_run(run->session);
    return (double)(clock_ns() - begin) * 1e-9 / (double)runs;
}

/* Ceilings */

/* How long one is measured. */
#define CEILING_SECONDS 2e-4

/* Operations per second, each time it was measured. */
struct remembered {
    const struct ceiling *ceiling;
    size_t steps; /* that take CEILING_SECONDS */
    double *rates;
    size_t count;
};

static struct remembered *remembered_of(const struct ceiling *ceiling)
{
    static struct remembered *all;
    if (!all)
        all = xcalloc(ceiling_count(), sizeof(*all));
    for (size_t i = 0; i < ceiling_count(); i++)
        if (ceiling_at(i) == ceiling)
            return &all[i];
    bench_fail("a ceiling is in no list");
}

static double time_steps(const struct ceiling *ceiling, const void *memory, size_t bytes,
                         size_t steps)
{
    uint64_t begin = clock_ns();
    ceiling->run(memory, bytes, steps);
    return (double)(clock_ns() - begin) * 1e-9;
}

double bench_operation_seconds(const struct ceiling *ceiling)
{
    struct remembered *remembered = remembered_of(ceiling);
    if (!remembered->ceiling) {
        const size_t some = 10000;
        remembered->ceiling = ceiling;
        ceiling->run(NULL, 0, some);
        remembered->steps =
            1 + (size_t)((double)some * CEILING_SECONDS / time_steps(ceiling, NULL, 0, some));
    }
    ceiling->run(NULL, 0, remembered->steps / 8);
    double operations = ceiling->operations * (double)remembered->steps;
    double seconds = time_steps(ceiling, NULL, 0, remembered->steps);
    size_t count = remembered->count++;
    remembered->rates = xrealloc(remembered->rates, count + 1, sizeof(double));
    remembered->rates[count] = operations / seconds;
    return seconds / operations;
}

/* Memory to read, of at least so many bytes. In large pages, where the system has them: with small
 * ones it depends on luck how much of a cache near its size stays there. */
#define LARGE_PAGE ((size_t)2 << 20)
static const void *readable(size_t bytes)
{
    static unsigned char *memory;
    static size_t size;
    if (bytes <= size)
        return memory;
    free(memory);
    size = (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    memory = aligned_alloc(LARGE_PAGE, size);
    if (!memory)
        bench_fail("not enough memory to read");
    madvise(memory, size, MADV_HUGEPAGE);
    memset(memory, 1, size);
    return memory;
}

double bench_byte_seconds(const struct ceiling *ceiling, double bytes)
{
    const double speed = 1e11; /* bytes per second, of the order of first-level caches */
    size_t blocks = 1 + (size_t)((bytes - 1.0) / CEILING_READ_MULTIPLE);
    size_t read = blocks * CEILING_READ_MULTIPLE;
    size_t steps = 1 + (size_t)(CEILING_SECONDS * speed / (double)read);
    const void *memory = readable(read);
    ceiling->run(memory, read, 1);
    return time_steps(ceiling, memory, read, steps) / ((double)read * (double)steps);
}

/* Tables */

static void add_rate(double *rates, size_t count, struct text *out)
{
    char middle[BENCH_NUMBER_SIZE], low[BENCH_NUMBER_SIZE], high[BENCH_NUMBER_SIZE];
    stats_sort(rates, count);
    text_printf(out, " %6s | %6s to %6s |",
                bench_number(stats_quantile(rates, count, 0.5) * 1e-9, middle),
                bench_number(stats_quantile(rates, count, 0.1) * 1e-9, low),
                bench_number(stats_quantile(rates, count, 0.9) * 1e-9, high));
}

void bench_arithmetic_table(struct text *out)
{
    text_add_string(out, "| arithmetic | on          |  GOP/s | 10 to 90 % of times | loop |\n"
                         "|---|---|--:|--:|---|\n");
    for (size_t i = 0; i < ceiling_count(); i++) {
        const struct ceiling *ceiling = ceiling_at(i);
        struct remembered *remembered = remembered_of(ceiling);
        if (remembered->count == 0)
            continue;
        text_printf(out, "| %-10s | %-11s |", ceiling_kind_names[ceiling->kind],
                    isa_table[ceiling->isa].name);
        add_rate(remembered->rates, remembered->count, out);
        text_printf(out, " %s |\n", ceiling->text);
    }
}

/* Half of a cache is surely still there when it is read again; memory is what no cache holds. */
struct level {
    const char *name;
    double bytes;
};

#define LEVELS      4
#define MEMORY_MOST (256.0 * 1024 * 1024)

static size_t find_levels(struct level levels[LEVELS])
{
    static const int sizes[] = {_SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE,
                                _SC_LEVEL3_CACHE_SIZE};
    static const char *const names[] = {"L1", "L2", "L3"};
    double last = 0.0;
    size_t count = 0;
    for (size_t i = 0; i < LEVELS - 1; i++) {
        long bytes = sysconf(sizes[i]);
        if (bytes > 0)
            levels[count++] = (struct level){names[i], (double)bytes / 2.0};
        last = bytes > 0 ? (double)bytes : last;
    }
    for (size_t i = 0; i < count; i++)
        levels[i].bytes = levels[i].bytes < MEMORY_MOST ? levels[i].bytes : MEMORY_MOST;
    if (4.0 * last <= MEMORY_MOST)
        levels[count++] = (struct level){"memory", 4.0 * last};
    return count;
}

#define READ_ROUNDS 9

void bench_reading_table(enum isa first, enum isa last, struct text *out)
{
    struct level levels[LEVELS];
    size_t count = find_levels(levels);
    double rates[LEVELS][ISA_COUNT][READ_ROUNDS];
    char size[TEXT_BYTES_SIZE];
    for (int round = 0; round < READ_ROUNDS; round++)
        for (size_t l = 0; l < count; l++)
            for (int isa = (int)first; isa <= (int)last; isa++) {
                const struct ceiling *read = ceiling_find(CEILING_READ, (enum isa)isa);
                if (read && read->isa == (enum isa)isa)
                    rates[l][isa][round] = 1.0 / bench_byte_seconds(read, levels[l].bytes);
            }
    text_add_string(out, "| reading            | on          |   GB/s | 10 to 90 % of times |\n"
                         "|---|---|--:|--:|\n");
    for (size_t l = 0; l < count; l++)
        for (int isa = (int)first; isa <= (int)last; isa++) {
            const struct ceiling *read = ceiling_find(CEILING_READ, (enum isa)isa);
            if (!read || read->isa != (enum isa)isa)
                continue;
            text_printf(out, "| %-6s %11s | %-11s |", levels[l].name,
                        text_bytes(levels[l].bytes, size), isa_table[isa].name);
            add_rate(rates[l][isa], READ_ROUNDS, out);
            text_add_string(out, "\n");
        }
}
