/* What is said of what nothing here implements, and what may help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/unsupported.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Names as messages have them, of operators and types of both formats; NULL: nothing in
 * particular. */
static const struct {
    const char *kind, *remedy;
} kinds[] = {
    {"Loop", "without control flow"},
    {"Scan", "without control flow"},
    {"WHILE", "without control flow"},
    {"STABLEHLO_WHILE", "without control flow"},
    {"IF", "without control flow"},
    {"STABLEHLO_CASE", "without control flow"},
    {"CALL", "without control flow"},
    {"VARIANT", "without control flow"},
    {"STABLEHLO_CUSTOM_CALL", "without custom calls"},
    {"SequenceConstruct", "in the place of sequences"},
    {"SequenceAt", "in the place of sequences"},
    {"SplitToSequence", "in the place of sequences"},
    {"ConcatFromSequence", "in the place of sequences"},
    {"OptionalGetElement", "in the place of sequences"},
    {"sequence", "in the place of sequences"},
    {"optional value", "in the place of sequences"},
    {"STRING", "feed numbers"},
    {"StringNormalizer", "feed numbers"},
    {"TfIdfVectorizer", "feed numbers"},
    {"HASHTABLE", "feed numbers"},
    {"HASHTABLE_FIND", "feed numbers"},
    {"HASHTABLE_LOOKUP", "feed numbers"},
    {"custom 'TFSentencepieceTokenizeOp'", "feed numbers"},
    {"COMPLEX64", "cut off the spectrum"},
    {"COMPLEX_ABS", "cut off the spectrum"},
    {"RFFT2D", "cut off the spectrum"},
    {"STFT", "cut off the spectrum"},
    {"NON_MAX_SUPPRESSION_V5", "choice of boxes"},
    {"custom 'FlexErf'", "Select TensorFlow"},
    {"Adagrad of ai.onnx.preview.training set 1", "for inference"},
    /* names that have others in them */
    {"RIGHT_SHIFT", NULL},
    {"RANDOM_UNIFORM", NULL},
    {"ReverseSequence", NULL},
    {"REVERSE_SEQUENCE", NULL},
    {"custom 'My?Op'", NULL},
};

static void kinds_have_the_remedy_that_fits(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(kinds); i++) {
        const char *remedy = unsupported_remedy(kinds[i].kind);
        if (!remedy != !kinds[i].remedy || (remedy && !strstr(remedy, kinds[i].remedy)))
            fail_msg("%s: %s", kinds[i].kind, remedy ? remedy : "nothing");
    }
}

/* That of the first operator that has one, else of the first type; else what helps with many. */
static void one_remedy_is_said(void **state)
{
    struct unsupported operators = {0}, types = {0};
    struct text text = {0};
    (void)state;
    unsupported_advise(&operators, &types, &text);
    assert_int_equal(text.length, 0);
    unsupported_add(&operators, "RIGHT_SHIFT", "node 3");
    unsupported_add(&operators, "RIGHT_SHIFT", "node 4");
    unsupported_describe(&operators, "operators", &text);
    unsupported_advise(&operators, &types, &text);
    assert_string_equal(text.bytes, "unsupported operators: RIGHT_SHIFT x2 (first: node 3); fold "
                                    "what is constant (onnxsim, a newer converter), or cut the "
                                    "model there");
    text_clear(&text);
    unsupported_add(&types, "STRING", "input 'x'");
    unsupported_advise(&operators, &types, &text);
    assert_string_equal(text.bytes, "; cut off what handles text, and feed numbers");
    text_clear(&text);
    unsupported_add(&operators, "WHILE", "node 5");
    unsupported_advise(&operators, &types, &text);
    assert_non_null(strstr(text.bytes, "without control flow"));
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_have_the_remedy_that_fits),
        cmocka_unit_test(one_remedy_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
