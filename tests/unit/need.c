#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "need.h"

void need(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", error->where, error->text);
}
