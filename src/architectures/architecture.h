/* Networks without a download: the architectures of the papers, built with drawn weights. They
 * are untrained, so what accuracy can say about them is how far a mode agrees with fp32; sizes
 * and times are those of the real networks. One row each. */
#ifndef ARCHITECTURES_ARCHITECTURE_H
#define ARCHITECTURES_ARCHITECTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

/* What can be chosen; rows of architecture_option_table. */
struct architecture_options {
    double width; /* factor of the layers' channels; 1: as published */
    long size;    /* what it means differs: see struct architecture */
    long classes;
    long seed; /* of the weights */
};

struct architecture_option {
    const char *name; /* "width" */
    const char *text;
    bool is_integer; /* long, else double */
    double least, most;
    size_t offset; /* in struct architecture_options */
};

extern const struct architecture_option architecture_option_table[];
extern const size_t architecture_option_count;

struct builder;

struct architecture {
    const char *name;    /* "mobilenet-v2" */
    const char *title;   /* "inverted residual blocks around depthwise convolutions" */
    const char *paper;   /* authors, year, title */
    const char *size_is; /* what the option size counts: "pixels per side" */
    long size_least, size_most;
    struct architecture_options initial;
    double parameters, macs; /* as published, in the initial options */
    void (*build)(struct builder *builder);
};

extern const struct architecture *const architecture_table[];
extern const size_t architecture_count;

/* By name, or NULL. */
const struct architecture *architecture_find(const char *name) __attribute__((nonnull(1)));

/* Sets one option from text; STATUS_INVALID names the nearest valid name, or the range. */
enum status architecture_option_set(const struct architecture *architecture,
                                    struct architecture_options *options, const char *name,
                                    const char *value, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));
/* Parses "mobilenet-v2" or "mobilenet-v2:width=0.5,size=96"; STATUS_INVALID likewise. */
enum status architecture_parse(const char *text, const struct architecture **architecture,
                               struct architecture_options *options, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* The canonical form of the same: the name and the options that differ from the initial ones. */
void architecture_format(const struct architecture *architecture,
                         const struct architecture_options *options, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* A model is a file's path, or this and the text of an architecture. A file whose name begins so is
 * written with its folder: "./synth:net". */
#define ARCHITECTURE_PREFIX "synth:"

/* The text behind the prefix; NULL where the model is a path. */
const char *architecture_text(const char *model) __attribute__((nonnull(1)));

#endif
