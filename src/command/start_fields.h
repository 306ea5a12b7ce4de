/* The parts of the start screen's form. Inner to start_*.c. */
#ifndef COMMAND_START_FIELDS_H
#define COMMAND_START_FIELDS_H

#include "command/profile_writer.h"
#include "command/start_form.h"

/* Where checks have their names, and which are checked at first. */
enum start_checks { START_NO_CHECKS, START_MODES, START_RUNTIMES, START_PLACEMENTS };

/* The fields: each is a key of the experiment. */
struct start_field {
    const char *label;
    enum form_kind kind;
    const char *key;
    enum start_checks checks;
    const char *one; /* of checks: the key whose items add up on a command line */
};

extern const struct start_field start_fields[];
extern const size_t start_field_count;
/* Places of the first rows. */
enum { START_SAMPLES, START_LABELS };
size_t start_field_of_modes(void);

/* Makes the fields of a form whose model is known, with what is found beside that; and the forms of
 * modes' options, which tell changes in the same way as the form. */
void start_fields_make(struct start_form *form, void (*changed)(void *context))
    __attribute__((nonnull(1, 2)));
/* Checks the modes that a model which is quantized already has. */
void start_fields_check_integer(struct start_form *form) __attribute__((nonnull(1)));
/* Says which labels a run takes where none are given, and marks modes with options. */
void start_fields_tell(struct start_form *form) __attribute__((nonnull(1)));
/* Those labels, to be freed; NULL: none. */
char *start_labels_taken(const struct start_form *form) __attribute__((nonnull(1)));
/* Whether just the names are checked that are so at first, without options, and that is what the
 * key is without a value. */
bool start_field_is_usual(const struct start_form *form, size_t row) __attribute__((nonnull(1)));
/* What a name of checks stands for. */
void start_field_add_checked(const struct start_form *form, size_t row, size_t name,
                             struct text *out) __attribute__((nonnull(1, 4)));
/* The label of checks of which none is checked; NULL: there are none. */
const char *start_field_unchecked(const struct start_form *form) __attribute__((nonnull(1)));

/* The words of the command line behind "quantop", which last until the next change. */
struct start_words {
    char **list;
    int count;
};
struct start_words start_words_list(struct start_form *form) __attribute__((nonnull(1)));
/* The same as a shell takes it, with "quantop". */
const char *start_words_text(struct start_form *form) __attribute__((nonnull(1)));
/* The same as keys of a profile. */
void start_words_choose(const struct start_form *form, struct profile_choices *choices)
    __attribute__((nonnull(1, 2)));

#endif
