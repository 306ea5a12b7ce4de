/* Random nodes of SLICE and STRIDED_SLICE. */
#ifndef TESTS_SLICE_CASES_H
#define TESTS_SLICE_CASES_H

#include "kernel_cases.h"

/* Between wanted_begin and the end of the case, which they bring about. */
void slice_case(struct kind kind);
void strided_slice_case(struct kind kind);

#endif
