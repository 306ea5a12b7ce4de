#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"

bool fuzz_is_thorough;

unsigned char *fuzz_copy(const uint8_t *data, size_t size)
{
    void *copy;
    if (posix_memalign(&copy, MEMORY_ALIGNMENT, size ? size : 1) != 0)
        abort();
    memcpy(copy, data, size);
    return copy;
}

const char *fuzz_file(const uint8_t *data, size_t size)
{
    static int descriptor = -1;
    static char path[64];
    if (descriptor < 0) {
        descriptor = memfd_create("fuzz", MFD_CLOEXEC);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    }
    if (descriptor < 0 || pwrite(descriptor, data, size, 0) != (ssize_t)size ||
        ftruncate(descriptor, (off_t)size) != 0)
        abort();
    return path;
}

/* FNV-1a. Source: G. Fowler, L. Noll, K.-P. Vo, The FNV Non-Cryptographic Hash Algorithm. */
uint64_t fuzz_choice(const uint8_t *data, size_t size)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        value = (value ^ data[i]) * UINT64_C(0x100000001b3);
    return value ^ value >> 32;
}

void fuzz_check_error(enum status status, const struct error *error, const char *name)
{
    if (status != STATUS_OK &&
        (error->text[0] == '\0' || strncmp(error->where, name, strlen(name)) != 0)) {
        fprintf(stderr, "an error that does not say what and where: '%s', '%s'\n", error->where,
                error->text);
        abort();
    }
}
