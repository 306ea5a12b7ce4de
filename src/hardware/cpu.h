/* What the CPU can do, as far as kernels care. */
#ifndef HARDWARE_CPU_H
#define HARDWARE_CPU_H

#include <stdbool.h>
#include <stdio.h>

/* X(identifier, name, what it stands for). In ascending order within an architecture: a CPU that
 * has a row is preferred to run its kernels over those of the rows before it. */
#define ISA_LIST(X)                                                                                \
    X(ISA_REFERENCE, "reference", "plain C that reads like the formula")                           \
    X(ISA_GENERIC, "generic", "blocked C for the architecture's baseline (SSE2 on x86-64)")        \
    X(ISA_AVX2, "avx2", "AVX2, FMA and F16C")                                                      \
    X(ISA_AVX512, "avx512", "AVX-512 F, BW, DQ and VL")                                            \
    X(ISA_AVX512_VNNI, "avx512-vnni", "AVX-512 with the VNNI dot products")                        \
    X(ISA_AVX512_FP16, "avx512-fp16", "the same with arithmetic in half precision")                \
    X(ISA_NEON, "neon", "NEON, of every AArch64 CPU")                                              \
    X(ISA_NEON_DOT, "neon-dot", "NEON with the dot products of bytes")

enum isa {
#define X(identifier, name, text) identifier,
    ISA_LIST(X)
#undef X
        ISA_COUNT
};

struct isa_info {
    const char *name, *text;
};

extern const struct isa_info isa_table[ISA_COUNT];

/* Whether this CPU (and operating system) runs code of that instruction set, and this program has
 * some. */
bool isa_available(enum isa isa);
/* The best available one, and the best of those up to a row. */
enum isa isa_best(void);
enum isa isa_best_up_to(enum isa most);
/* By name; ISA_COUNT when there is no such row. */
enum isa isa_from_name(const char *name) __attribute__((nonnull(1)));

/* The CPU's name as it gives it ("AMD EPYC"), in static memory; "unknown CPU" when it does not. */
const char *cpu_name(void) __attribute__((returns_nonnull));
/* The same by what /proc/cpuinfo says. On AArch64 that are numbers: Arm's own cores have names. */
void cpu_name_in(FILE *cpuinfo, char *name, size_t size) __attribute__((nonnull(1, 2)));

#endif
