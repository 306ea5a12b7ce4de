/* The normal distribution, for intervals. */
#ifndef MEASURE_NORMAL_H
#define MEASURE_NORMAL_H

/* The 97.5 % quantile: two-sided 95 %. */
#define NORMAL_95 1.959963984540054

#endif
