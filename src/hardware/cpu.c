#include "hardware/cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
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

/* Cores of Arm by their part numbers, of the register MIDR_EL1 in the manuals of each: the kernel
 * has no names for them. */
static const struct arm_core {
    unsigned part;
    const char *name;
} arm_cores[] = {
    {0xd03, "Cortex-A53"},  {0xd04, "Cortex-A35"},  {0xd05, "Cortex-A55"},  {0xd07, "Cortex-A57"},
    {0xd08, "Cortex-A72"},  {0xd09, "Cortex-A73"},  {0xd0a, "Cortex-A75"},  {0xd0b, "Cortex-A76"},
    {0xd0c, "Neoverse N1"}, {0xd0d, "Cortex-A77"},  {0xd40, "Neoverse V1"}, {0xd41, "Cortex-A78"},
    {0xd44, "Cortex-X1"},   {0xd46, "Cortex-A510"}, {0xd47, "Cortex-A710"}, {0xd48, "Cortex-X2"},
    {0xd49, "Neoverse N2"}, {0xd4d, "Cortex-A715"}, {0xd4e, "Cortex-X3"},   {0xd4f, "Neoverse V2"},
};

#define IMPLEMENTER_ARM 0x41

static void name_arm_core(unsigned implementer, unsigned part, char *name, size_t size)
{
    snprintf(name, size, "AArch64 CPU (implementer 0x%x, part 0x%x)", implementer, part);
    for (size_t i = 0; i < sizeof(arm_cores) / sizeof(arm_cores[0]); i++)
        if (implementer == IMPLEMENTER_ARM && part == arm_cores[i].part)
            snprintf(name, size, "Arm %s", arm_cores[i].name);
}

/* Lines are "key : value", those of the first core first. */
void cpu_name_in(FILE *file, char *name, size_t size)
{
    char line[256];
    unsigned implementer = 0;
    snprintf(name, size, "unknown CPU");
    while (fgets(line, sizeof(line), file)) {
        const char *value = strchr(line, ':');
        if (!value)
            continue;
        value += strspn(value, ": \t");
        if (strncmp(line, "model name", 10) == 0 && *value != '\n') {
            snprintf(name, size, "%.*s", (int)strcspn(value, "\n"), value);
            return;
        }
        if (strncmp(line, "CPU implementer", 15) == 0)
            implementer = (unsigned)strtoul(value, NULL, 16);
        if (strncmp(line, "CPU part", 8) == 0) {
            name_arm_core(implementer, (unsigned)strtoul(value, NULL, 16), name, size);
            return;
        }
    }
}

const char *cpu_name(void)
{
    static char name[128];
    FILE *file = name[0] == '\0' ? fopen("/proc/cpuinfo", "re") : NULL;
    if (file) {
        cpu_name_in(file, name, sizeof(name));
        fclose(file);
    }
    return name[0] != '\0' ? name : "unknown CPU";
}
