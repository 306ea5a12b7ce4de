/* Finding ONNX Runtime, and its way of failing. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "runtimes/library.h"
#include "runtimes/ort.h"

#define OLDEST_MINOR 11
/* No release of the next years has a higher number. */
#define NEWEST_MINOR 60

_Static_assert(OLDEST_MINOR == ORT_API_VERSION, "version N of the interface came with release 1.N");

static const struct ort_api *functions; /* NULL: not found yet */
static struct library library;

static const struct ort_api_base *api_base(void *symbol)
{
    return ((ort_get_api_base *)symbol)();
}

/* Asked by its version first: a library that is too old prints a complaint when asked for an
 * interface that it does not have. */
static enum status accept(void *symbol, const char *path, struct error *error)
{
    const struct ort_api_base *base = api_base(symbol);
    const char *version = base ? base->GetVersionString() : "";
    int major = 0, minor = 0;
    if (sscanf(version, "%d.%d", &major, &minor) != 2)
        return error_set(error, STATUS_FORMAT, "onnxruntime", "'%s' does not state its version",
                         path);
    if (major == 1 && minor < OLDEST_MINOR)
        return error_set(error, STATUS_UNSUPPORTED, "onnxruntime",
                         "'%s' is version %s, 1.%d or newer is needed", path, version,
                         OLDEST_MINOR);
    functions = base->GetApi(ORT_API_VERSION);
    return functions ? STATUS_OK
                     : error_set(error, STATUS_UNSUPPORTED, "onnxruntime",
                                 "'%s' is version %s, which lacks version %d of the interface",
                                 path, version, ORT_API_VERSION);
}

/* Official builds since 1.29 report to their maker unless this is set before anything else: they
 * leave files behind, start a thread, and use the network, none of which this program does. */
static void silence(void)
{
    setenv("ORT_DISABLE_TELEMETRY", "1", 1);
}

enum status ort_find(const char *path, struct error *error)
{
    static const char *const names[] = {"libonnxruntime.so.1", "libonnxruntime.so", NULL};
    static const struct library_search search = {
        .runtime = "onnxruntime",
        .symbol = "OrtGetApiBase",
        .variable = "QUANTOP_ONNXRUNTIME",
        .names = names,
        .versioned = "libonnxruntime.so.1",
        .newest = NEWEST_MINOR,
        .oldest = OLDEST_MINOR,
        .placed = "onnxruntime/libonnxruntime.so.1",
        .accept = accept,
    };
    silence();
    return functions ? STATUS_OK : library_open(&search, path, &library, error);
}

const char *ort_version(void)
{
    return api_base(library.symbol)->GetVersionString();
}

const char *ort_where(void)
{
    return library.path;
}

const struct ort_api *ort_functions(void)
{
    return functions;
}

static enum status status_of(int code)
{
    switch (code) {
    case ORT_NO_SUCH_FILE:
        return STATUS_IO;
    case ORT_INVALID_PROTOBUF:
    case ORT_INVALID_GRAPH:
        return STATUS_FORMAT;
    case ORT_NOT_IMPLEMENTED:
        return STATUS_UNSUPPORTED;
    default:
        return STATUS_SYSTEM;
    }
}

enum status ort_check(ort_result result, const char *name, struct error *error)
{
    if (!result)
        return STATUS_OK;
    error_set(error, status_of(functions->GetErrorCode(result)), name, "onnxruntime: %s",
              functions->GetErrorMessage(result));
    text_make_printable(error->text);
    functions->ReleaseStatus(result);
    return error->status;
}
