#include "quantize/trials.h"

#include <string.h>

/* Something else than the effort chooses. */
struct other {
    int effort;           /* below it, this is not worth the time */
    unsigned bit;         /* the option's */
    const char *observer; /* NULL: nothing is made alike */
};

static const struct other others[] = {
    {2, HAS_EQUALIZE, NULL},
    {1, HAS_OBSERVER, "mse"},
    {1, HAS_OBSERVER, "minmax"},
};
#define OTHERS (sizeof(others) / sizeof(others[0]))

static bool is_open(const struct mode *mode, const struct mode_options *options,
                    const struct other *other)
{
    if ((mode->options & HAS_EFFORT) == 0 || options->effort < other->effort ||
        (mode->options & other->bit) == 0 || (options->given & other->bit) != 0)
        return false;
    return other->observer
               ? mode->activations == TYPE_I8 && strcmp(options->observer, other->observer) != 0
               : options->equalizing != EQUALIZE_NOTHING;
}

int trials_count(const struct mode *mode, const struct mode_options *options)
{
    int count = 0;
    for (size_t i = 0; i < OTHERS; i++)
        count += is_open(mode, options, &others[i]);
    return count;
}

static struct mode_options with(const struct mode_options *options, const struct other *other)
{
    struct mode_options changed = *options;
    if (other->observer)
        changed.observer = other->observer;
    else
        changed.equalizing = EQUALIZE_NOTHING;
    return changed;
}

enum status trials_choose(const struct mode *mode, struct mode_options *options, trial_task *task,
                          void *context, struct trials_found *found, struct error *error)
{
    enum status status = task(context, options, &found->usual, error);
    found->best = found->usual;
    found->tried = 1;
    for (size_t i = 0; i < OTHERS && status == STATUS_OK; i++) {
        double change;
        if (!is_open(mode, options, &others[i]))
            continue;
        struct mode_options changed = with(options, &others[i]);
        status = task(context, &changed, &change, error);
        found->tried++;
        if (status == STATUS_OK && change < found->best) {
            *options = changed;
            found->best = change;
        }
    }
    return status;
}
