#include "ui/format.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* A hundred years: beyond that a clock says nothing, and the digits would not fit. */
#define CLOCK_MAX 3.2e9

const char *format_clock(double seconds, char buffer[FORMAT_SIZE])
{
    if (!(seconds >= 0.0 && seconds < CLOCK_MAX))
        return strcpy(buffer, "-");
    long whole = (long)seconds, hours = whole / 3600, minutes = whole / 60 % 60;
    if (hours > 0)
        snprintf(buffer, FORMAT_SIZE, "%ld:%02ld:%02ld", hours, minutes, whole % 60);
    else
        snprintf(buffer, FORMAT_SIZE, "%ld:%02ld", minutes, whole % 60);
    return buffer;
}

const char *format_nanoseconds(double nanoseconds, char buffer[FORMAT_SIZE])
{
    static const char *const units[] = {"ns", "µs", "ms", "s"};
    size_t unit = 0;
    /* 999.5 would be rounded to 1000. */
    while (nanoseconds >= 999.5 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        nanoseconds /= 1000.0;
        unit++;
    }
    int digits = nanoseconds >= 99.95 ? 0 : nanoseconds >= 9.995 ? 1 : 2;
    snprintf(buffer, FORMAT_SIZE, "%.*f %s", digits, nanoseconds, units[unit]);
    return buffer;
}
