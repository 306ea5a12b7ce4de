/* The loops that bound kernels: which there are, and that they run. How fast is no test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernels/ceiling.h"

static void every_instruction_set_has_its_loops(void **state)
{
    (void)state;
    for (int isa = ISA_GENERIC; isa < ISA_COUNT; isa++) {
        if (!isa_available((enum isa)isa))
            continue;
        for (int kind = 0; kind < CEILING_KIND_COUNT; kind++) {
            const struct ceiling *row = ceiling_find((enum ceiling_kind)kind, (enum isa)isa);
            assert_true(row ? row->kind == (enum ceiling_kind)kind : kind == CEILING_HALF);
            /* Half precision adds to what its instruction set has of the one before. */
            if (row && isa != ISA_AVX512_FP16)
                assert_int_equal(row->isa, isa);
        }
    }
    assert_null(ceiling_find(CEILING_FLOAT, ISA_REFERENCE));
    assert_null(ceiling_at(ceiling_count()));
}

static void loops_run_and_leave_memory_alone(void **state)
{
    _Alignas(64) static unsigned char memory[4 * CEILING_READ_MULTIPLE];
    (void)state;
    for (size_t i = 0; i < sizeof(memory); i++)
        memory[i] = (unsigned char)i;
    for (size_t i = 0; i < ceiling_count(); i++) {
        const struct ceiling *row = ceiling_at(i);
        if (!isa_available(row->isa))
            continue;
        assert_int_equal(row->operations > 0.0, row->kind != CEILING_READ);
        row->run(memory, sizeof(memory), 100);
        row->run(memory, sizeof(memory), 0);
    }
    for (size_t i = 0; i < sizeof(memory); i++)
        assert_int_equal(memory[i], (unsigned char)i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_set_has_its_loops),
        cmocka_unit_test(loops_run_and_leave_memory_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
