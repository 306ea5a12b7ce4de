#include "worker/sandbox.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/memory.h"
#include "results/json_text.h"
#include "worker/sandbox_calls.h"
#include "worker/sandbox_files.h"

/* No worker has nearly as many. */
#define DESCRIPTORS_MAX 1024

/* Of the machine's memory, where nobody says. */
#define MEMORY_SHARE 0.75

/* Sanitizers look into the process by calls of their own. */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED true
#else
#define IS_SANITIZED false
#endif

/* Of this process. */
static struct sandbox own;

static void limit(int resource, rlim_t most)
{
    struct rlimit bounds;
    if (getrlimit(resource, &bounds) != 0)
        return;
    bounds.rlim_max = bounds.rlim_max < most ? bounds.rlim_max : most;
    bounds.rlim_cur = bounds.rlim_cur < most ? bounds.rlim_cur : most;
    setrlimit(resource, &bounds);
}

/* The reason of the row, in front of what ends the process. */
static void tell_of_memory(void)
{
    fprintf(stderr, "quantop: the model takes more memory than there is (key 'limits.memory')\n");
}

/* Data, heap and stacks of threads count, files that are mapped do not; nor may what sanitizers
 * keep of each byte, which is many times the memory. */
static void limit_memory(double bytes)
{
    double pages = (double)sysconf(_SC_PHYS_PAGES), page = (double)sysconf(_SC_PAGESIZE);
    double most = bytes > 0.0 ? bytes : pages > 0.0 ? MEMORY_SHARE * pages * page : 0.0;
    if (most > 0.0 && !IS_SANITIZED)
        limit(RLIMIT_DATA, (rlim_t)most);
    memory_on_exhausted(tell_of_memory);
}

struct sandbox sandbox_probe(void)
{
    long version = IS_SANITIZED ? 0 : sandbox_landlock_version();
    return (struct sandbox){.filters_calls = !IS_SANITIZED && !sandbox_why_no_filter(),
                            .restricts_files = version > 0,
                            .landlock = version,
                            .is_off = false};
}

struct sandbox sandbox_enter(const struct work *work)
{
    own = (struct sandbox){.is_off = work->is_unguarded};
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, DESCRIPTORS_MAX);
    limit_memory(work->memory_bytes);
    if (own.is_off || IS_SANITIZED)
        return own;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    own.landlock = sandbox_landlock_version();
    own.restricts_files = sandbox_restrict_files(work);
    own.filters_calls = sandbox_filter_calls(); /* last: it takes what the others need */
    return own;
}

bool sandbox_diverts(void)
{
    return own.filters_calls;
}

void sandbox_describe(const struct sandbox *sandbox, struct text *out)
{
    if (sandbox->filters_calls)
        text_add_string(out, "seccomp");
    if (sandbox->restricts_files)
        text_printf(out, "%slandlock %ld", sandbox->filters_calls ? ", " : "", sandbox->landlock);
    if (!sandbox->filters_calls && !sandbox->restricts_files)
        text_add_string(out, "none");
}

void sandbox_missing(const struct sandbox *sandbox, struct text *out)
{
    if (sandbox->filters_calls && sandbox->restricts_files)
        return;
    if (sandbox->is_off) {
        text_add_string(out, "off: --no-sandbox");
        return;
    }
    if (IS_SANITIZED) {
        text_add_string(out, "off: built with a sanitizer");
        return;
    }
    const char *why = sandbox_why_no_filter();
    if (!sandbox->filters_calls)
        text_add_string(out, why ? why : "no seccomp: the kernel refuses it");
    if (!sandbox->restricts_files)
        text_printf(out, "%sno landlock: the kernel %s", sandbox->filters_calls ? "" : "; ",
                    sandbox->landlock ? "refuses it" : "has none");
}

json_t *sandbox_tell(json_t *event)
{
    struct text state = {0}, missing = {0};
    sandbox_describe(&own, &state);
    sandbox_missing(&own, &missing);
    json_object_set_new(event, "sandbox", json_said(state.bytes));
    if (missing.length > 0)
        json_object_set_new(event, "unguarded", json_said(missing.bytes));
    text_release(&state);
    text_release(&missing);
    return event;
}
