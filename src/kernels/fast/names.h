/* Every file of this folder is compiled once per instruction set, with that set's flags and with
 * KERNEL_ISA (a row of isa_table) and KERNEL_SUFFIX (for names) defined. What is visible beyond its
 * file gets a name of its own here. */
#ifndef KERNELS_FAST_NAMES_H
#define KERNELS_FAST_NAMES_H

#ifndef KERNEL_ISA /* when looked at by itself */
#define KERNEL_ISA    ISA_GENERIC
#define KERNEL_SUFFIX generic
#endif

#define NAME_JOIN(name, suffix) name##_##suffix
#define NAME_OF(name, suffix)   NAME_JOIN(name, suffix)
#define FAST(name)              NAME_OF(name, KERNEL_SUFFIX)

/* A kernel's name with the instruction set: "conv_2d_i8_avx2". */
#define TEXT_OF(suffix)         #suffix
#define TEXT_JOIN(text, suffix) text "_" TEXT_OF(suffix)
#define FAST_TEXT(text)         TEXT_JOIN(text, KERNEL_SUFFIX)

#define fast_product_kernels    FAST(fast_product_kernels)
#define fast_convert_kernels    FAST(fast_convert_kernels)
#define fast_pool_kernels       FAST(fast_pool_kernels)
#define fast_add_kernels        FAST(fast_add_kernels)
#define fast_binary_kernels     FAST(fast_binary_kernels)
#define fast_unary_kernels      FAST(fast_unary_kernels)
#define fast_reduce_kernels     FAST(fast_reduce_kernels)
#define fast_softmax_kernels    FAST(fast_softmax_kernels)
#define fast_layer_norm_kernels FAST(fast_layer_norm_kernels)
#define fast_transpose_kernels  FAST(fast_transpose_kernels)
#define fast_matmul_kernels     FAST(fast_matmul_kernels)
#define convert_copy            FAST(convert_copy)
#define convert_halve           FAST(convert_halve)
#define convert_quantize_byte   FAST(convert_quantize_byte)
#define convert_quantize_short  FAST(convert_quantize_short)
#define convert_unsigned        FAST(convert_unsigned)
#define convert_widen           FAST(convert_widen)
#define depthwise_pack_float    FAST(depthwise_pack_float)
#define depthwise_pack_half     FAST(depthwise_pack_half)
#define depthwise_pack_int8     FAST(depthwise_pack_int8)
#define finish_float            FAST(finish_float)
#define finish_hybrid           FAST(finish_hybrid)
#define finish_int16            FAST(finish_int16)
#define finish_int16_once       FAST(finish_int16_once)
#define finish_int8             FAST(finish_int8)
#define finish_int8_once        FAST(finish_int8_once)
#define pack_bytes              FAST(pack_bytes)
#define pack_float              FAST(pack_float)
#define pack_half               FAST(pack_half)
#define pack_int8               FAST(pack_int8)
#define product_finish_float    FAST(product_finish_float)
#define product_finish_hybrid   FAST(product_finish_hybrid)
#define product_finish_integer  FAST(product_finish_integer)
#define product_finish_scales   FAST(product_finish_scales)
#define product_geometry        FAST(product_geometry)
#define product_layout          FAST(product_layout)
#define product_run             FAST(product_run)
#define source_convert          FAST(source_convert)
#define source_lines            FAST(source_lines)
#define source_scales           FAST(source_scales)
#define tile_bytes_run          FAST(tile_bytes_run)
#define tile_depthwise_float    FAST(tile_depthwise_float)
#define tile_depthwise_half     FAST(tile_depthwise_half)
#define tile_depthwise_integer  FAST(tile_depthwise_integer)
#define tile_float_run          FAST(tile_float_run)
#define tile_half_native_run    FAST(tile_half_native_run)
#define tile_half_run           FAST(tile_half_run)
#define tile_integer_run        FAST(tile_integer_run)
#define transpose_bytes         FAST(transpose_bytes)
#define transpose_floats        FAST(transpose_floats)

#endif
