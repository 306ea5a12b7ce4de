/* The words of verdicts on speed and loss, and what each means. */
#ifndef RESULTS_VERDICT_WORDS_H
#define RESULTS_VERDICT_WORDS_H

#include <stddef.h>

/* X(identifier, word, meaning: one sentence without a full stop). */
#define WORD_LIST(X)                                                                               \
    X(WORD_FASTER, "faster",                                                                       \
      "the whole interval of the speedup lies above 1 by more than measure.same_percent")          \
    X(WORD_SLOWER, "slower",                                                                       \
      "the whole interval of the speedup lies below 1 by more than measure.same_percent")          \
    X(WORD_SAME, "same",                                                                           \
      "the whole interval of the speedup lies within measure.same_percent of 1, which does not "   \
      "matter")                                                                                    \
    X(WORD_CANNOT_TELL, "cannot tell",                                                             \
      "the interval of the speedup, or of the drop, holds values that would mean different "       \
      "things, or rests on too little: more rounds, or more samples, would tell")                  \
    X(WORD_BETTER, "better", "the whole interval of the drop lies below 0: a gain")                \
    X(WORD_NO_LOSS, "no loss seen",                                                                \
      "the interval of the drop reaches down to 0, and its end is within the least loss that "     \
      "matters")                                                                                   \
    X(WORD_SMALL_LOSS, "small loss",                                                               \
      "there is a loss for sure, and the whole interval of the drop is within the least loss "     \
      "that matters")                                                                              \
    X(WORD_LOSS, "loss",                                                                           \
      "there is a loss for sure, and the interval of the drop reaches beyond the least one that "  \
      "matters: constraints.max_drop, or else a hundredth of the metric's scale, or of fp32's "    \
      "error")

enum word {
#define X(identifier, word, meaning) identifier,
    WORD_LIST(X)
#undef X
        WORD_COUNT
};

struct verdict_word {
    const char *word, *meaning;
};
extern const struct verdict_word verdict_words[WORD_COUNT];

#endif
