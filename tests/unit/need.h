/* What must succeed. */
#ifndef TESTS_NEED_H
#define TESTS_NEED_H

#include "base/error.h"

/* Ends the test with the error's place and text unless the status is that of success. */
void need(enum status status, const struct error *error);

#endif
