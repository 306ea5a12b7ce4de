/* The keys of a profile: one row each, for profiles, options, the manual and tests. */
#ifndef EXPERIMENT_KEYS_H
#define EXPERIMENT_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/experiment.h"
#include "experiment/value.h"

/* How a key was given last. */
enum given { GIVEN_NOT, GIVEN_PROFILE, GIVEN_JOURNAL, GIVEN_OPTION };

struct given_key {
    enum given how;
    int line, column; /* in the profile */
};

/* What experiment_new makes: an experiment with what experiment_complete starts from. */
struct draft {
    struct experiment experiment; /* the first member: a pointer to it is one to the draft */
    /* Models without a name where none was given; modes without a label, with options left
     * open where they follow the calibration's. */
    struct model_choice *models;
    struct mode_choice *modes;
    size_t n_models, n_modes;
    const char *observer; /* of all modes that name none */
    double percentile;
    struct given_key *given; /* one per key */
    bool is_trusted;         /* whoever wrote the profile or the journal may do what the user may */
};

static inline struct draft *draft_of(struct experiment *experiment)
{
    return (struct draft *)experiment;
}

enum key_kind {
    KEY_TEXT,    /* const char * */
    KEY_PATH,    /* const char *; of a profile, relative to its folder unless "-" */
    KEY_SAMPLES, /* struct dataset_spec: its samples, a path or DATASET_RANDOM and a number */
    KEY_INPUTS,  /* struct dataset_spec: its inputs, a mapping of names to the same, or NAME=PATH */
    KEY_NUMBER,  /* double */
    KEY_INTEGER, /* long */
    KEY_COUNT,   /* size_t */
    KEY_SIZE,    /* struct picture_size: "256" or "320x240" */
    KEY_BYTES,   /* double: "500 KiB", "1.5MB" or a plain number */
    KEY_CHOICE,  /* const char *: a name of the choices, NULL for `open` */
    KEY_TYPE,    /* enum type: TYPE_COUNT for `open` */
    KEY_NUMBERS, /* up to DATASET_CHANNELS_MAX doubles, and an int at `also`: how many */
    KEY_MODELS,  /* paths, texts of architectures, or mappings with path or architecture, the
                       latter's options, and name */
    KEY_MODES,   /* modes, or mappings with mode, label and the mode's options */
    KEY_PLACEMENTS, /* texts */
    KEY_RUNTIMES,   /* names of the choices */
    KEY_SHAPES,     /* texts such as input=1x3x224x224 */
    KEY_TARGETS,    /* names, texts with limits, or mappings with name and limits */
    KEY_KIND_COUNT
};

/* Names that a value may have: the first member of each item of a table. */
struct choices {
    const void *names;
    const size_t *count;
    size_t stride;
    const char *open; /* one name more: whoever runs the experiment decides */
    bool by_pointer;  /* the table is one of pointers to its items */
};

const char *choice_name(const struct choices *choices, size_t i) __attribute__((nonnull(1)));

/* What a path can do in the hands of a stranger, who wrote the profile: see trust.h. */
enum reach {
    REACH_NOTHING,
    REACH_WRITES, /* it is written to */
    REACH_CODE,   /* what is there runs */
};

/* What has to be given, too, for a key to mean anything. */
enum need { NEED_NOTHING, NEED_DATA, NEED_SAMPLES /* of data or calibration */ };

struct key {
    const char *path; /* "measure.block_ms": a section and a name, or a name alone */
    enum key_kind kind;
    const char *unit; /* NULL: none */
    double least, most;
    bool not_zero;       /* 0 lies between least and most, but makes no sense */
    const char *initial; /* the default as it would be given; NULL: none */
    size_t offset;       /* in struct draft */
    size_t also;         /* in struct draft: the bool or int that goes with it; 0: none */
    const struct choices *choices;
    bool one; /* of a list: each use is one item, and options add up */
    enum need need;
    enum reach reach;
    const char *help; /* one sentence */
};

size_t key_count(void) __attribute__((const));
const struct key *key_at(size_t index) __attribute__((const, returns_nonnull));
/* Its place among all of them. */
size_t key_index(const struct key *key) __attribute__((nonnull(1)));
/* By path, or NULL. */
const struct key *key_find(const char *path) __attribute__((nonnull(1)));
/* What a key of KEY_PATH holds; NULL: nothing, or no key of that kind. */
const char *key_path_held(const struct experiment *experiment, const struct key *key)
    __attribute__((nonnull(1)));

/* Keys of one mapping; the first section, whose name is empty, has those outside of any. */
struct key_section {
    const char *name, *help;
};

size_t key_section_count(void) __attribute__((const));
const struct key_section *key_section_at(size_t index) __attribute__((const, returns_nonnull));
bool key_is_within(const struct key *key, const struct key_section *section)
    __attribute__((nonnull(1, 2)));
/* Characters of a path's section, 0 for a key without one. */
size_t key_section_length(const char *path) __attribute__((nonnull(1)));
/* Whether path is that of a mapping of keys, such as "measure". */
bool key_is_section(const char *path) __attribute__((nonnull(1)));

/* Fills error for an unknown path: names the nearest key, or else all that there are. */
enum status key_unknown(const char *path, const char *where, struct error *error)
    __attribute__((nonnull(1, 3)));

/* Whether samples are those of an input, NAME=PATH: a path with a "=" before its first "/" needs a
 * "./" in front. */
bool key_is_named(const char *text) __attribute__((nonnull(1)));

/* What a key takes, or an item of its list: "a number from 0.1 to 10000 ms". */
void key_expected(const struct key *key, bool item, struct text *out)
    __attribute__((nonnull(1, 3)));

/* The same of the whole key with its default, as a sentence without its full stop: "A number from
 * 0.1 to 60000 ms; 20 by default". */
void key_describe(const struct key *key, struct text *out) __attribute__((nonnull(1, 2)));

#endif
