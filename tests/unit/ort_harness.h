/* ONNX Runtime as another opinion in tests. */
#ifndef TESTS_ORT_HARNESS_H
#define TESTS_ORT_HARNESS_H

#include "runtimes/runtime.h"

/* Its row, ready for use: from where `bootstrap onnxruntime` puts the library for this build,
 * unless QUANTOP_ONNXRUNTIME asks for something else. NULL, and the reason on stdout, where there
 * is none. */
const struct runtime *harness_onnxruntime(void);

#endif
