#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "profile_harness.h"

char harness_profile_folder[] = "/tmp/quantop-profile-XXXXXX";
char *harness_profile_path;

int harness_profile_set_up(void **state)
{
    (void)state;
    if (!mkdtemp(harness_profile_folder))
        return -1;
    harness_profile_path = path_join(harness_profile_folder, "p.yaml");
    return 0;
}

int harness_profile_tear_down(void **state)
{
    (void)state;
    unlink(harness_profile_path);
    rmdir(harness_profile_folder);
    free(harness_profile_path);
    return 0;
}

void harness_profile_write(const char *text, size_t size)
{
    struct error error;
    assert_int_equal(file_write(harness_profile_path, text, size, &error), STATUS_OK);
}

enum status harness_profile_read(struct experiment *experiment, const char *text,
                                 struct error *error)
{
    harness_profile_write(text, strlen(text));
    return profile_read(harness_profile_path, experiment, error);
}

struct experiment *harness_profile(const char *text)
{
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    if (harness_profile_read(experiment, text, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return experiment;
}
