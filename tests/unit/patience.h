/* How often a test repeats: under a sanitizer or in an emulator each case takes ten times as long,
 * and a part of them reaches the same code. Numbers of random cases are multiples of PATIENCE; of a
 * list of networks each STRIDE-th is taken. */
#ifndef TESTS_PATIENCE_H
#define TESTS_PATIENCE_H

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || defined(IS_EMULATED)
#define PATIENCE 3
#define STRIDE   4
#else
#define PATIENCE 6
#define STRIDE   1
#endif

#endif
