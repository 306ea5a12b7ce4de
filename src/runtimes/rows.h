/* The rows of the table of runtimes. */
#ifndef RUNTIMES_ROWS_H
#define RUNTIMES_ROWS_H

#include "runtimes/runtime.h"

extern const struct runtime runtime_builtin, runtime_onnxruntime;

#endif
