/* The word on the command line that says what to measure. */
#ifndef COMMAND_SUBJECT_H
#define COMMAND_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Path of a shipped profile by its name ("quick"), which free() frees; NULL: none is called so. */
char *subject_shipped(const char *word) __attribute__((nonnull(1)));

/* Whether the word is a model, in the place of a profile: an architecture, a file that is named or
 * looks like a model of any kind, or a folder. */
bool subject_is_model(const char *word) __attribute__((nonnull(1)));

/* The file of labels that goes with a file of samples, judged by their names ("x.npy" and "y.npy"),
 * which free() frees; NULL: there is none. */
char *subject_labels_beside(const char *samples) __attribute__((nonnull(1)));

/* Names of the shipped profiles in alphabetical order; their number. free() each and the list. */
size_t subject_list_shipped(char ***names) __attribute__((nonnull(1)));

/* Whether the word means a profile or a model at all, and not a command. */
bool subject_is_meant(const char *word) __attribute__((nonnull(1)));

/* Fills the error for a word that is no file: names the nearest shipped profile. */
enum status subject_unknown(const char *word, struct error *error) __attribute__((nonnull(1, 2)));

#endif
