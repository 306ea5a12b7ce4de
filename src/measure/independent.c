/* What two samples that have nothing to do with each other say of a difference. */
#include <math.h>

#include "measure/stats.h"

/* The method of variance estimates recovery: each limit of the difference lies as far from the
 * estimate as the root of the squared distances of those two limits that pull it there. It takes
 * from the two intervals what they are, skewed or not, and of two proportions with Wilson's it is
 * Newcombe's method 10. Source: G. Zou, A. Donner, 2008, Construction of confidence limits about
 * effect measures: A general approach. */
struct interval stats_independent_difference(const struct interval *first,
                                             const struct interval *second)
{
    double estimate = first->estimate - second->estimate;
    if (!isfinite(estimate) || !first->bounded || !second->bounded)
        return (struct interval){estimate, estimate, estimate, false};
    return (struct interval){
        .estimate = estimate,
        .low = estimate - hypot(first->estimate - first->low, second->high - second->estimate),
        .high = estimate + hypot(first->high - first->estimate, second->estimate - second->low),
        .bounded = true,
    };
}
