/* What is known of one operator of a model, or of the whole: tensors, what makes and what reads
 * them, and the same of the float graph. */
#ifndef UI_MODEL_DETAILS_H
#define UI_MODEL_DETAILS_H

#include <stdbool.h>

#include "results/network.h"
#include "ui/widget/document.h"

struct model_subject {
    struct results *results;
    const struct row *row;
    const struct network *network;
    const struct network *real; /* of its fp32 row; NULL: it is not known, or */
    bool is_real;               /* it is that row */
};

void model_print_whole(const struct model_subject *subject, struct document *document)
    __attribute__((nonnull(1, 2)));
/* Of the operator of a number. */
void model_print_node(const struct model_subject *subject, size_t number, struct document *document)
    __attribute__((nonnull(1, 3)));

#endif
