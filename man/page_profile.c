/* quantop-profile(5). */
#include "experiment/keys.h"
#include "man/manual.h"
#include "man/roff.h"

static void print_key(const struct key *key, struct text *out)
{
    struct text takes = {0};
    key_describe(key, &takes);
    text_add_string(out, ".TP\n.B ");
    roff_text(key->path, out);
    text_add_string(out, "\n");
    roff_text(key->help, out);
    text_add_string(out, "\n");
    roff_text(takes.bytes, out);
    text_add_string(out, ".\n");
    text_release(&takes);
}

static void print_keys(struct text *out)
{
    for (size_t i = 0; i < key_section_count(); i++) {
        const struct key_section *section = key_section_at(i);
        text_printf(out, ".SS %s\n", *section->name ? section->name : "The experiment");
        roff_text(section->help, out);
        text_add_string(out, "\n");
        for (size_t k = 0; k < key_count(); k++)
            if (key_is_within(key_at(k), section))
                print_key(key_at(k), out);
    }
}

void page_profile(struct text *out)
{
    text_add_string(
        out,
        ".TH QUANTOP\\-PROFILE 5 \"\" \"quantop " PACKAGE_VERSION "\" \"File Formats\"\n"
        ".SH NAME\nquantop\\-profile \\- experiments of quantop\n"
        ".SH DESCRIPTION\n"
        "A profile is a YAML file that says what quantop compares, and how. Paths are relative to\n"
        "its folder. A key that is not known, a value of the wrong type and one that is "
        "impossible\n"
        "are refused with file, line, column and the nearest key that there is. \\fBquantop run\n"
        "\\-\\-dry\\-run\\fR tries a profile out, \\fBquantop init\\fR writes one for a model, and "
        "\\fB\\-\\-set\\fR "
        "\\fIKEY\\fR=\\fIVALUE\\fR "
        "sets any key\nfrom the command line.\n"
        ".SH KEYS\n");
    print_keys(out);
    text_add_string(out,
                    ".SH EXAMPLES\n"
                    "Two modes on a model of one's own, with the limits that decide:\n.PP\n.nf\n"
                    "model: net.tflite\n"
                    "data:\n"
                    "  samples: test\\-images.idx.gz\n"
                    "  labels: test\\-labels.idx.gz\n"
                    "preprocess: {scale: 0.00392157}\n"
                    "calibration: {samples: train\\-images.idx.gz, count: 200}\n"
                    "modes: [fp32, int8, \"int8:weights=per\\-tensor\"]\n"
                    "placements: [1, cores]\n"
                    "constraints: {max_drop: 1}\n"
                    ".fi\n"
                    ".SH SEE ALSO\n.BR quantop (1)\n");
}
