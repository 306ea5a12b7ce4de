#include "hardware/cpu.h"

#include <stdio.h>
#include <string.h>

const struct isa_info isa_table[ISA_COUNT] = {
#define X(identifier, isa_name, isa_text) [identifier] = {.name = (isa_name), .text = (isa_text)},
    ISA_LIST(X)
#undef X
};

#if defined(__x86_64__)
#include <cpuid.h>
#include <stdatomic.h>

/* The compiler's run-time library reads CPUID and asks the operating system which registers it
 * saves, so a set bit means usable. */
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

/* Not every compiler knows F16C by name. Asked once: virtual machines trap the instruction, and who
 * chooses kernels asks for each of them. */
static bool has_f16c(void)
{
    static atomic_int answer; /* 0: not asked yet, 1: no, 2: yes */
    unsigned a, b, c, d;
    if (atomic_load_explicit(&answer, memory_order_relaxed) == 0) {
        bool has = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C) != 0;
        atomic_store_explicit(&answer, has ? 2 : 1, memory_order_relaxed);
    }
    return atomic_load_explicit(&answer, memory_order_relaxed) == 2;
}

bool isa_available(enum isa isa)
{
    __builtin_cpu_init();
    switch (isa) {
    case ISA_REFERENCE:
    case ISA_GENERIC:
        return true;
    case ISA_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
    case ISA_AVX512:
        return isa_available(ISA_AVX2) && has_avx512();
    case ISA_AVX512_VNNI:
        return isa_available(ISA_AVX512) && __builtin_cpu_supports("avx512vnni");
    case ISA_COUNT:
        break;
    }
    return false;
}
#else
bool isa_available(enum isa isa)
{
    return isa == ISA_REFERENCE || isa == ISA_GENERIC;
}
#endif

enum isa isa_best(void)
{
    int best = ISA_COUNT - 1;
    while (!isa_available((enum isa)best))
        best--;
    return (enum isa)best;
}

enum isa isa_from_name(const char *name)
{
    for (int i = 0; i < ISA_COUNT; i++)
        if (strcmp(isa_table[i].name, name) == 0)
            return (enum isa)i;
    return ISA_COUNT;
}

/* The value of the first line "model name : ..." of /proc/cpuinfo. */
static void read_name(char *name, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file && fgets(line, sizeof(line), file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        colon += strspn(colon, ": \t");
        snprintf(name, size, "%.*s", (int)strcspn(colon, "\n"), colon);
        break;
    }
    if (file)
        fclose(file);
}

const char *cpu_name(void)
{
    static char name[128];
    if (name[0] == '\0') {
        read_name(name, sizeof(name));
        if (name[0] == '\0')
            snprintf(name, sizeof(name), "unknown CPU");
    }
    return name;
}
