#include "quantize/doing.h"

#include "measure/clock.h"

/* From one word to the next, and until it can be told how long it takes. */
#define WORDS_SECONDS 0.2
#define PACE_SECONDS  1.0

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

bool doing_words(struct doing_pace *pace, enum doing doing, size_t done, size_t all,
                 struct text *out)
{
    double now = clock_seconds();
    bool is_other = !pace->is_begun || pace->doing != doing;
    if (is_other)
        *pace = (struct doing_pace){.is_begun = true, .doing = doing, .began = now};
    if (!is_other && now - pace->shown < WORDS_SECONDS)
        return false;
    pace->shown = now;
    text_printf(out, "%s %zu of %zu", doing_texts[doing], done, all);
    double spent = now - pace->began;
    if (done > 0 && spent >= PACE_SECONDS)
        text_printf(out, ", about %.0f s left", spent * (double)(all - done) / (double)done);
    return true;
}
