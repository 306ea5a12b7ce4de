#include "hardware/load.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line "cpu7 ..." of /proc/stat; false: another one. Guests' time is part of user time, and what
 * the host took of a unit (the eighth number) was no computing. */
static bool read_unit(const char *line, size_t *unit, double *busy, double *total)
{
    double t[8];
    char *rest;
    long number = strtol(line + 3, &rest, 10);
    if (rest == line + 3 || number < 0 || number >= LOAD_UNITS_MAX ||
        sscanf(rest, "%lf %lf %lf %lf %lf %lf %lf %lf", &t[0], &t[1], &t[2], &t[3], &t[4], &t[5],
               &t[6], &t[7]) != 8)
        return false;
    *unit = (size_t)number;
    *busy = t[0] + t[1] + t[2] + t[5] + t[6];
    *total = *busy + t[3] + t[4] + t[7];
    return true;
}

static FILE *open_stat(const char *root)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof(path), "%s/proc/stat", root) >= (int)sizeof(path))
        return NULL;
    return fopen(path, "re");
}

bool load_look(struct load *load, double *shares, size_t *count)
{
    FILE *file = open_stat(load->root);
    char line[512];
    double busy, total;
    size_t unit;
    bool had_looked = load->has_looked;
    *count = 0;
    while (file && fgets(line, sizeof(line), file) && strncmp(line, "cpu", 3) == 0) {
        if (line[3] == ' ' || !read_unit(line, &unit, &busy, &total))
            continue;
        while (*count <= unit)
            shares[(*count)++] = NAN;
        double passed = total - load->total[unit];
        if (load->has_looked && passed > 0.0)
            shares[unit] = fmax(0.0, fmin((busy - load->busy[unit]) / passed, 1.0));
        load->busy[unit] = busy;
        load->total[unit] = total;
    }
    if (file)
        fclose(file);
    load->has_looked = *count > 0;
    return had_looked && *count > 0;
}
