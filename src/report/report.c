#include "report/report.h"

const struct report_format *const report_formats[REPORT_FORMAT_COUNT] = {
#define X(identifier, name, option_help, key_help) [identifier] = &report_##name,
    REPORT_FORMAT_LIST(X)
#undef X
};
