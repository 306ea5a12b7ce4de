/* The instruction set that a file of this folder is compiled for: each is compiled once per set,
 * with that set's flags and with KERNEL_ISA (a row of isa_table) and KERNEL_SUFFIX (for names)
 * defined. */
#ifndef KERNELS_FAST_ISA_H
#define KERNELS_FAST_ISA_H

#ifndef KERNEL_ISA /* when looked at by itself */
#define KERNEL_ISA    ISA_GENERIC
#define KERNEL_SUFFIX generic
#endif

#define TEXT_OF(suffix)            #suffix
#define TEXT_JOIN(text, suffix)    text "_" TEXT_OF(suffix)
#define NAME_JOIN(name, suffix)    name##_##suffix
#define LIST_OF(name, suffix, all) KERNEL_LIST(NAME_JOIN(name, suffix), all)

/* Stands behind the declaration of a function that other files call: its symbol is the name with
 * the suffix ("pack_float_avx2"), so that each instruction set calls its own. In C, and to a
 * debugger, the name stays as it is. tests/structure/symbols.sh finds what lacks this. */
#define PER_ISA(name) __asm__(TEXT_JOIN(#name, KERNEL_SUFFIX))

/* A kernel's name with the instruction set: "conv_2d_i8_avx2". */
#define FAST_TEXT(text) TEXT_JOIN(text, KERNEL_SUFFIX)

/* KERNEL_LIST() of kernels/kernel.h, under the name that kernels/lists.h has for it. */
#define FAST_LIST(name, rows) LIST_OF(name, KERNEL_SUFFIX, rows)

#endif
