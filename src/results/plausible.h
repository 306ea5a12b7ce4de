/* Whether the scores of fp32 make sense at all. Where they do not, the data, the labels or the
 * preprocessing are wrong, and what quantization costs cannot be told. */
#ifndef RESULTS_PLAUSIBLE_H
#define RESULTS_PLAUSIBLE_H

#include "measure/accuracy.h"
#include "results/results.h"

#define DOUBT_SIZE 320

/* What fp32 answered, and what was right. */
struct evidence {
    const struct metric_kind *metric;
    struct scores scores;  /* count > 0 */
    const double *trivial; /* scores of the best answer that is the same for all samples; NULL: not
                              known */
    size_t total;          /* samples that there are, of which the scored ones are a part; 0: they
                              are all */
    const int32_t *labels; /* of all these; NULL: those of the scores are all */
    double classes;        /* that an output can name; NaN: not known */
    bool is_constant;      /* the first output is the same for all samples */
};

/* "300 samples", or "256 of 2000 samples looked at". */
#define PLAUSIBLE_SAMPLES_SIZE 80
const char *plausible_samples(const struct evidence *evidence, char text[PLAUSIBLE_SAMPLES_SIZE])
    __attribute__((returns_nonnull, nonnull(1, 2)));

/* Writes the first doubt, one clause, and returns true; "" and false where there is none. */
bool plausible_judge(const struct evidence *evidence, char text[DOUBT_SIZE])
    __attribute__((nonnull(1, 2)));

/* The same doubt in a word or two, "at chance level"; "": there is none. */
const char *plausible_word(const struct evidence *evidence)
    __attribute__((returns_nonnull, nonnull(1)));
/* What the metric would come to if the answers had nothing to do with the labels; NaN: that is not
 * known. */
double plausible_chance(const struct evidence *evidence) __attribute__((nonnull(1)));

/* The same of one model's fp32 rows (by name; NULL: of all): of all their scores once these are
 * there, or else of what was found before measuring. */
bool plausible_doubt(struct results *results, const char *model, char text[DOUBT_SIZE])
    __attribute__((nonnull(1, 3)));

/* Whether all scores of a row that is done clear up what was found of its candidate before
 * measuring: there was something, and there is nothing any more. */
bool plausible_clears(struct results *results, int row) __attribute__((nonnull(1)));

/* What was found of a row's candidate before measuring, and was not cleared up; "" where that is
 * nothing. */
const char *plausible_first_doubt(const struct results *results, int row)
    __attribute__((returns_nonnull, nonnull(1)));

#endif
