/* Values whose relative precision counts: what a logarithm reads, or a division divides by. */
#ifndef QUANTIZE_NEAR_ZERO_H
#define QUANTIZE_NEAR_ZERO_H

#include "quantize/unfit.h"

/* Marks what LOG, RSQRT, a negative power or a division reads where calibration saw it within 16
 * steps of 0: of a sample with a small deviation, or of a quiet band of a spectrum, integers make
 * 0. From there on backwards to what it is computed of, up to the products and sums (residual ones)
 * above: in those of a network the precision of a single term does not count. It does where all
 * terms are positive (a bank of filters over energies), and up to the first product (a Fourier
 * transform). behind: for each tensor, whether products stand before it. */
void near_zero_mark(const struct graph *graph, const struct ranges *ranges, const bool *behind,
                    enum type type, enum unfit *unfit) __attribute__((nonnull(1, 2, 3, 5)));

#endif
