/* Damaged copies of files: make_corpus FOLDER COUNT FILE... writes COUNT of each, cut, with flipped
 * bits, or with words replaced by extreme ones. The same arguments make the same files. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)

static size_t cut(struct random *random, unsigned char *bytes, size_t size)
{
    (void)bytes;
    return random_below(random, size);
}

/* Structure is mostly near the ends of a file. */
static size_t place(struct random *random, size_t size)
{
    size_t window = size < 4096 ? size : 4096;
    switch (random_below(random, 3)) {
    case 0:
        return random_below(random, window);
    case 1:
        return size - 1 - random_below(random, window);
    default:
        return random_below(random, size);
    }
}

static size_t flip(struct random *random, unsigned char *bytes, size_t size)
{
    for (size_t n = 1 + random_below(random, 16); n > 0; n--)
        bytes[place(random, size)] ^= (unsigned char)(1U << random_below(random, 8));
    return size;
}

static size_t exaggerate(struct random *random, unsigned char *bytes, size_t size)
{
    static const uint32_t extremes[] = {0,          1,          0x7fffffff, 0x80000000,
                                        0xffffffff, 0xfffffff0, 0x7fc00000, 0x10000};
    for (size_t n = 1 + random_below(random, 4); n > 0 && size >= 8; n--) {
        size_t at = place(random, size) / 4 * 4;
        if (at + 4 <= size)
            memcpy(bytes + at, &extremes[random_below(random, sizeof(extremes) / 4)], 4);
    }
    return size;
}

static size_t (*const damages[])(struct random *random, unsigned char *bytes,
                                 size_t size) = {cut, flip, exaggerate};

static void damage(const char *folder, const char *path, int count, struct random *random)
{
    unsigned char *bytes;
    size_t size;
    struct error error;
    if (file_read(path, FILE_BYTES_MAX, &bytes, &size, &error) != STATUS_OK) {
        fprintf(stderr, "make_corpus: %s: %s\n", error.where, error.text);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        unsigned char *copy = xcalloc(size, 1);
        memcpy(copy, bytes, size);
        size_t length = damages[i % 3](random, copy, size);
        char *to = xasprintf("%s/%03d-%s", folder, i, path_name(path));
        if (file_write(to, copy, length, &error) != STATUS_OK)
            exit(1);
        free(to);
        free(copy);
    }
    free(bytes);
}

int main(int argc, char **argv)
{
    struct random random = {11};
    long count;
    if (argc < 4 || !text_to_long(argv[2], &count) || count < 1 || count > 100000)
        return 3;
    for (int i = 3; i < argc; i++)
        damage(argv[1], argv[i], (int)count, &random);
    return 0;
}
