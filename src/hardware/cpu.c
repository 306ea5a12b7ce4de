#include "hardware/cpu.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

const struct isa_info isa_table[ISA_COUNT] = {
#define X(identifier, isa_name, isa_text) [identifier] = {.name = (isa_name), .text = (isa_text)},
    ISA_LIST(X)
#undef X
};

#if defined(__x86_64__)
#include <cpuid.h>

/* The compiler's run-time library reads CPUID and asks the operating system which registers it
 * saves, so a set bit means usable. */
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

/* Not every compiler knows F16C by name. */
static bool has_f16c(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C) != 0;
}

/* Nor this one. */
static bool has_avx512_fp16(void)
{
#ifdef HAVE_AVX512_FP16
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 23 & 1u) != 0;
#else
    return false;
#endif
}

/* A bit per instruction set of this architecture; each builds on the one before. */
static unsigned detect(void)
{
    unsigned found = 0;
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !has_f16c())
        return found;
    found |= 1u << ISA_AVX2;
    if (!has_avx512())
        return found;
    found |= 1u << ISA_AVX512;
    if (!__builtin_cpu_supports("avx512vnni"))
        return found;
    found |= 1u << ISA_AVX512_VNNI;
    return has_avx512_fp16() ? found | 1u << ISA_AVX512_FP16 : found;
}
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>

static unsigned detect(void)
{
    bool has_dot = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
    return 1u << ISA_NEON | (has_dot ? 1u << ISA_NEON_DOT : 0);
}
#else
static unsigned detect(void)
{
    return 0;
}
#endif

/* Asked once: virtual machines trap CPUID, and who chooses kernels asks for each of them. */
bool isa_available(enum isa isa)
{
    static atomic_uint found;
    unsigned known = atomic_load_explicit(&found, memory_order_relaxed);
    if (known == 0) {
        known = 1u << ISA_REFERENCE | 1u << ISA_GENERIC | detect();
        atomic_store_explicit(&found, known, memory_order_relaxed);
    }
    return isa < ISA_COUNT && (known >> isa & 1u) != 0;
}

enum isa isa_best_up_to(enum isa most)
{
    int best = (int)most;
    while (!isa_available((enum isa)best))
        best--;
    return (enum isa)best;
}

enum isa isa_best(void)
{
    return isa_best_up_to(ISA_COUNT - 1);
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
