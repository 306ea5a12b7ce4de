/* In the place of sandbox_calls.c where there is no libseccomp. */
#include "worker/sandbox_calls.h"

const char *sandbox_why_no_filter(void)
{
    return "no seccomp: built without libseccomp";
}

bool sandbox_filter_calls(void)
{
    return false;
}
