/* What disturbed a stretch of this process's work, as far as the system tells. */
#ifndef HARDWARE_WITNESS_H
#define HARDWARE_WITNESS_H

/* Numbers that the system does not tell are NaN. */
struct witness {
    double seconds;  /* that the stretch took */
    double waited;   /* seconds that its threads were ready to run and had no processing unit */
    double steal;    /* seconds that the host took of the units */
    double others;   /* seconds of processor time that other programs used, on all units */
    double switches; /* how often its threads were taken from their units */
    double pace;     /* dependent multiplications per nanosecond: follows the clock of the unit */
};

/* Counters at one moment. */
struct witness_mark {
    double time, own, waited, steal, busy, switches;
};

/* Begins a stretch. root stands before /proc, "" but in tests. The pus are the processing units
 * whose stolen time counts. */
void witness_begin(const char *root, const int *pus, int n_pus, struct witness_mark *mark)
    __attribute__((nonnull(1, 4)));
/* Ends it. The time that the host takes and that others use comes in ticks of a hundredth of a
 * second: sums of many stretches tell, one does not. Takes some 20 us for the pace. */
struct witness witness_end(const char *root, const int *pus, int n_pus,
                           const struct witness_mark *mark) __attribute__((nonnull(1, 4)));

#endif
