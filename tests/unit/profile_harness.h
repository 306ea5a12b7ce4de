/* Profiles in tests: one at a time, in a folder of the test's own. */
#ifndef TESTS_PROFILE_HARNESS_H
#define TESTS_PROFILE_HARNESS_H

#include <stddef.h>

#include "experiment/keys.h"

/* Set-up and tear-down of a group of tests: the folder, and the path of the profile in it. */
int harness_profile_set_up(void **state);
int harness_profile_tear_down(void **state);
extern char harness_profile_folder[];
extern char *harness_profile_path;

void harness_profile_write(const char *text, size_t size);
/* Writes the text and reads it into the experiment. */
enum status harness_profile_read(struct experiment *experiment, const char *text,
                                 struct error *error);
/* A new experiment of the text; the test ends where that is refused. */
struct experiment *harness_profile(const char *text);

#endif
