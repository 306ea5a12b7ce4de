#include "kernels/reference/moves.h"

#include "kernels/common/moves.h"
#include "kernels/reference/strided.h"

void moves_run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct moves *moves = call->state;
    for (size_t i = 0; i < moves->count; i++) {
        const struct move *move = &moves->list[i];
        size_t begin = move->first_item, end = begin + move->copy.portions.items;
        if (end <= first || begin >= last)
            continue;
        const char *from = (const char *)call->inputs[move->input].data + move->from_first;
        char *to = (char *)call->outputs[move->output].data + move->to_first;
        strided_run(&move->copy, from, to, first > begin ? first - begin : 0,
                    (last < end ? last : end) - begin);
    }
}
