#include "formats/onnx/read/window.h"

/* How a window moves along the rows (0) or the columns (1). */
struct slide {
    int32_t stride, dilation;
    int64_t before, after;
};

enum auto_pad { PAD_GIVEN, PAD_VALID, PAD_SAME_UPPER, PAD_SAME_LOWER };

static enum auto_pad auto_pad(struct import *import)
{
    static const char *const names[] = {"NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"};
    for (int i = 0; i < 4; i++)
        if (import_attribute_is(import, "auto_pad", names[i], "NOTSET"))
            return (enum auto_pad)i;
    import_fail(import, STATUS_FORMAT, "unknown value of attribute 'auto_pad'");
    return PAD_GIVEN;
}

/* Element i (0: rows, 1: columns) of an attribute that may be missing, or have one dimension less,
 * which then is that of the columns. */
static int64_t of_dimension(struct import *import, const struct import_ints *list, int i,
                            int64_t missing, const char *name)
{
    if (list->count == 0 || (list->count == 1 && i == 0))
        return missing;
    if (list->count > 2)
        import_fail(import, STATUS_UNSUPPORTED, "attribute '%s' has %d dimensions, expected 1 or 2",
                    name, list->count);
    return list->values[list->count == 1 ? 0 : i];
}

static void read_slides(struct import *import, struct slide slides[2])
{
    struct import_ints strides = import_attribute_ints(import, "strides");
    struct import_ints dilations = import_attribute_ints(import, "dilations");
    struct import_ints pads = import_attribute_ints(import, "pads");
    int half = pads.count / 2;
    struct import_ints begins = {.count = half}, ends = {.count = half};
    for (int i = 0; i < half; i++) {
        begins.values[i] = pads.values[i];
        ends.values[i] = pads.values[half + i];
    }
    for (int i = 0; i < 2; i++) {
        int64_t stride = of_dimension(import, &strides, i, 1, "strides");
        int64_t dilation = of_dimension(import, &dilations, i, 1, "dilations");
        slides[i] = (struct slide){
            .stride = import_i32(import, stride, "a stride"),
            .dilation = import_i32(import, dilation, "a dilation"),
            .before = of_dimension(import, &begins, i, 0, "pads"),
            .after = of_dimension(import, &ends, i, 0, "pads"),
        };
        if (slides[i].stride < 1 || slides[i].dilation < 1)
            import_fail(import, STATUS_FORMAT, "stride or dilation is below 1");
    }
}

/* Cells that a dilated filter spans. */
static int64_t extent_of(int32_t filter, const struct slide *slide)
{
    return ((int64_t)filter - 1) * slide->dilation + 1;
}

static void split_total(enum auto_pad kind, int64_t total, struct slide *slide)
{
    total = total > 0 ? total : 0;
    slide->before = kind == PAD_SAME_LOWER ? total - total / 2 : total / 2;
    slide->after = total - slide->before;
}

static void resolve_padding(struct import *import, const struct shape *image,
                            const int32_t filter[2], struct slide slides[2])
{
    enum auto_pad kind = auto_pad(import);
    for (int i = 0; import_ok(import) && i < 2; i++) {
        int64_t in = image->dim[2 + i], stride = slides[i].stride;
        if (kind == PAD_VALID)
            slides[i].before = slides[i].after = 0;
        else if (kind != PAD_GIVEN)
            split_total(kind,
                        ((in + stride - 1) / stride - 1) * stride +
                            extent_of(filter[i], &slides[i]) - in,
                        &slides[i]);
    }
}

static struct pads pads_of(struct import *import, const struct slide slides[2])
{
    for (int i = 0; i < 2; i++)
        if (slides[i].before < 0 || slides[i].after < 0)
            import_fail(import, STATUS_UNSUPPORTED, "negative padding is not supported");
    return (struct pads){
        .top = import_i32(import, slides[0].before, "padding"),
        .left = import_i32(import, slides[1].before, "padding"),
        .bottom = import_i32(import, slides[0].after, "padding"),
        .right = import_i32(import, slides[1].after, "padding"),
    };
}

void import_conv_window(struct import *import, const struct shape *image, int32_t filter_h,
                        int32_t filter_w, struct conv_params *params)
{
    struct slide slides[2];
    const int32_t filter[] = {filter_h, filter_w};
    read_slides(import, slides);
    resolve_padding(import, image, filter, slides);
    params->stride_h = slides[0].stride;
    params->stride_w = slides[1].stride;
    params->dilation_h = slides[0].dilation;
    params->dilation_w = slides[1].dilation;
    params->padding = PADDING_EXPLICIT;
    params->pads = pads_of(import, slides);
}

/* The output's size is rounded up: windows may reach beyond the padding, but not begin in it. */
static void round_up(const struct shape *image, int i, int32_t filter, struct slide *slide)
{
    int64_t in = image->dim[2 + i], extent = extent_of(filter, slide), stride = slide->stride;
    int64_t count = (in + slide->before + slide->after - extent + stride - 1) / stride + 1;
    if ((count - 1) * stride >= in + slide->before)
        count--;
    int64_t after = (count - 1) * stride + extent - in - slide->before;
    slide->after = after > slide->after ? after : slide->after;
}

void import_pool_window(struct import *import, const struct shape *image,
                        struct pool_params *params, int32_t dilations[2])
{
    struct slide slides[2];
    struct import_ints kernel = import_attribute_ints(import, "kernel_shape");
    int32_t filter[2];
    for (int i = 0; i < 2; i++)
        filter[i] = import_i32(import, of_dimension(import, &kernel, i, 1, "kernel_shape"),
                               "the window of a pool");
    if (kernel.count == 0 || filter[0] < 1 || filter[1] < 1)
        import_fail(import, STATUS_FORMAT, "'kernel_shape' is missing or not positive");
    read_slides(import, slides);
    resolve_padding(import, image, filter, slides);
    for (int i = 0; import_ok(import) && i < 2; i++) {
        if (import_attribute_int(import, "ceil_mode", 0) != 0)
            round_up(image, i, filter[i], &slides[i]);
        dilations[i] = slides[i].dilation;
    }
    *params = (struct pool_params){
        .padding = PADDING_EXPLICIT,
        .stride_h = slides[0].stride,
        .stride_w = slides[1].stride,
        .filter_h = filter[0],
        .filter_w = filter[1],
        .pads = pads_of(import, slides),
    };
}

/* Size of the output of a transposed convolution along one dimension; sets the padding, too. */
static int64_t transposed_size(struct import *import, int i, int64_t in, int32_t filter,
                               struct slide *slide)
{
    struct import_ints wanted = import_attribute_ints(import, "output_shape");
    struct import_ints more = import_attribute_ints(import, "output_padding");
    enum auto_pad kind = auto_pad(import);
    int64_t extra = of_dimension(import, &more, i, 0, "output_padding");
    int64_t whole = slide->stride * (in - 1) + extra + extent_of(filter, slide);
    int64_t size = whole - slide->before - slide->after;
    if (wanted.count > 2) { /* batch and channels may be stated, too */
        wanted.values[0] = wanted.values[wanted.count - 2];
        wanted.values[1] = wanted.values[wanted.count - 1];
        wanted.count = 2;
    }
    if (wanted.count > 0)
        size = of_dimension(import, &wanted, i, 1, "output_shape");
    else if (kind == PAD_SAME_UPPER || kind == PAD_SAME_LOWER)
        size = in * slide->stride;
    if (wanted.count > 0 || kind != PAD_GIVEN) {
        int64_t total = whole > size ? whole - size : 0; /* cells beyond the windows stay empty */
        slide->after = kind == PAD_SAME_UPPER ? total - total / 2 : total / 2;
        slide->before = total - slide->after;
    }
    return size;
}

bool import_transposed_window(struct import *import, const struct shape *image,
                              const struct shape *filter, struct import_transposed *out)
{
    struct slide slides[2];
    int64_t size[2] = {0, 0};
    read_slides(import, slides);
    for (int i = 0; import_ok(import) && i < 2; i++)
        size[i] = transposed_size(import, i, image->dim[2 + i], filter->dim[2 + i], &slides[i]);
    *out = (struct import_transposed){
        .out_h = import_i32(import, size[0], "the output's height"),
        .out_w = import_i32(import, size[1], "the output's width"),
        .dilation_h = slides[0].dilation,
        .dilation_w = slides[1].dilation,
        .params = {.padding = PADDING_EXPLICIT,
                   .stride_h = slides[0].stride,
                   .stride_w = slides[1].stride,
                   .dilation_h = 1,
                   .dilation_w = 1,
                   .bias_type = TYPE_F32,
                   .pads = pads_of(import, slides)},
    };
    return import_ok(import);
}
