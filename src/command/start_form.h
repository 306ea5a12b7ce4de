/* The form of the start screen: an experiment on one model. What it says becomes a command line,
 * which is what runs, and a profile. */
#ifndef COMMAND_START_FORM_H
#define COMMAND_START_FORM_H

#include "base/arena.h"
#include "command/aside.h"
#include "command/options.h"
#include "command/start_looks.h"
#include "command/start_modes.h"
#include "hardware/topology.h"

struct start_form {
    struct form form;
    struct arena *arena; /* owns texts and lists, of the model's form */
    struct arena *told;  /* owns what was told of it last */
    const char *model;   /* a path, or an architecture's text; NULL: nothing is open */
    struct form_field *fields;
    struct start_mode *modes;    /* one per mode: their options */
    struct placement everything; /* where the data are looked at */
    struct start_looks looks;    /* of them */
    struct aside trial;          /* of what the form says, since its last change */
    size_t rows, candidates;     /* that it would measure, and prepare and score */
    double timing;               /* seconds for the former, at most */
    size_t calibrations;         /* of the latter: how many calibrate, each with so many samples, */
    double calibrated;
    bool calibrates_fewer; /* or with all that there are where these are fewer */
    bool is_integer;       /* the model is quantized already */
};

/* Zeros are a form that is closed. Opens that of a model; the form that is open already keeps what
 * the user entered where it is of the same one. */
void start_form_open(struct start_form *form, const char *model, bool is_integer)
    __attribute__((nonnull(1, 2)));
/* It became known that the model is quantized already, which changes the modes that are checked
 * unless the user did. Nothing is done where the form is of another model. */
void start_form_tell_integer(struct start_form *form, const char *model)
    __attribute__((nonnull(1, 2)));
/* Takes what came of trying it out, and of looking at the data, without waiting; false: there is no
 * more to come. */
bool start_form_listen(struct start_form *form) __attribute__((nonnull(1)));
/* Ends that: it would disturb what is measured. */
void start_form_rest(struct start_form *form) __attribute__((nonnull(1)));
void start_form_release(struct start_form *form) __attribute__((nonnull(1)));

/* The arguments of `quantop run` that do what the form says; the caller releases them, and they
 * last no longer than the form stays as it is. */
enum status start_form_arguments(struct start_form *form, struct arguments *arguments,
                                 struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
