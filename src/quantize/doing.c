#include "quantize/doing.h"

const char *const doing_texts[DOING_COUNT] = {
#define X(identifier, text) [identifier] = (text),
    DOING_LIST(X)
#undef X
};

static struct {
    doing_teller *teller;
    void *context;
} watch;

void doing_watch(doing_teller *teller, void *context)
{
    watch.teller = teller;
    watch.context = context;
}

void doing_tell(enum doing doing, size_t done, size_t all)
{
    if (watch.teller)
        watch.teller(watch.context, doing, done, all);
}
