/* Which operand of UNIDIRECTIONAL_SEQUENCE_LSTM and SVDF is which. Both read what they made of
 * their state in the inference before, and give what the next one reads.
 *
 * N samples, T steps, I numbers per step, G cells, O outputs: G of them without a projection. */
#ifndef GRAPH_SEQUENCE_H
#define GRAPH_SEQUENCE_H

/* Gates, in the order of the inputs. */
enum sequence_gate {
    SEQUENCE_INPUT, /* absent everywhere: it is 1 - the forget gate */
    SEQUENCE_FORGET,
    SEQUENCE_CELL,
    SEQUENCE_OUTPUT,
    SEQUENCE_GATES,
};

/* Where the inputs of a kind begin: one per gate, but for peepholes, which cells lack. */
enum sequence_lstm_input {
    SEQUENCE_X,               /* [N, T, I], or [T, N, I] where time_major says so */
    SEQUENCE_WEIGHTS = 1,     /* [G, I] */
    SEQUENCE_RECURRENT = 5,   /* [G, O] */
    SEQUENCE_PEEPHOLES = 9,   /* [G]: input, forget, output; or absent */
    SEQUENCE_BIAS = 12,       /* [G] */
    SEQUENCE_PROJECTION = 16, /* [O, G], or absent */
    SEQUENCE_PROJECTION_BIAS, /* [O], or absent */
    SEQUENCE_STATE,           /* [N, O] */
    SEQUENCE_CELLS,           /* [N, G] */
    SEQUENCE_FACTORS,         /* [G]: of sums that are normalized; or absent */
};
enum sequence_lstm_output { SEQUENCE_Y, SEQUENCE_NEXT_STATE, SEQUENCE_NEXT_CELLS };

/* Filters, `rank` of which make a unit, with the last T values of each, the newest last. */
enum svdf_input {
    SVDF_X,       /* [N, I] */
    SVDF_FEATURE, /* [filters, I] */
    SVDF_TIME,    /* [filters, T] */
    SVDF_BIAS,    /* [units], or absent */
    SVDF_STATE,   /* [N, filters * T] */
};
enum svdf_output { SVDF_Y, SVDF_NEXT_STATE };

#endif
