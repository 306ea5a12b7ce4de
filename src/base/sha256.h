/* SHA-256 (FIPS 180-4): what tells contents of files apart; the same as of sha256sum. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[64];
};

/* 64 digits in hexadecimal and a zero. */
#define SHA256_TEXT_SIZE 65

void sha256_init(struct sha256 *hash) __attribute__((nonnull(1)));
void sha256_add(struct sha256 *hash, const void *bytes, size_t size) __attribute__((nonnull(1)));
/* Ends it; the hash is of no use afterwards. */
void sha256_finish(struct sha256 *hash, char text[SHA256_TEXT_SIZE]) __attribute__((nonnull(1, 2)));

#endif
