#include "measure/ticks.h"

#ifdef __x86_64__
#include <cpuid.h>

/* Advanced power management information, and its bit "invariant TSC". Source: Intel 64 and IA-32
 * Architectures Software Developer's Manual, volume 3, Invariant TSC; AMD64 has the same. */
#define POWER_LEAF    0x80000007u
#define INVARIANT_BIT 8

bool ticks_has_counter(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(POWER_LEAF, &a, &b, &c, &d) && (d >> INVARIANT_BIT & 1u) != 0;
}
#else
bool ticks_has_counter(void)
{
    return false;
}
#endif
