/* quantop-profile(5). */
#include "experiment/keys.h"
#include "formats/dataset/preset.h"
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

static void print_targets(struct text *out)
{
    text_add_string(out, ".SH TARGETS\nShipped ones, any limit of which can be given anew, as in "
                         "\\fBcortex-m:ram=64 KiB\\fR:\n");
    for (size_t i = 0; i < target_count; i++) {
        text_add_string(out, ".TP\n.B ");
        roff_text(target_table[i].target.name, out);
        text_add_string(out, "\n");
        roff_text(target_table[i].text, out);
        text_printf(out, ".\nTypes: %s. Operators: ", target_table[i].target.types);
        roff_text(target_table[i].target.operators, out);
        text_add_string(out, ".\n");
    }
    text_add_string(out, ".PP\nLimits, with a + between the items of a list:\n");
    for (size_t i = 0; i < target_option_count; i++) {
        text_printf(out, ".TP\n.B %s\n", target_option_table[i].name);
        roff_text(target_option_table[i].text, out);
        text_add_string(out, "\n");
    }
}

static const char samples_text[] =
    ".SH SAMPLES\n"
    "What \\fBdata.samples\\fR and \\fBcalibration.samples\\fR may name is told by its content:\n"
    ".TP\n.B arrays\nIDX files, plain or gzip; NPY files, in C or Fortran order; a member of an "
    "NPZ "
    "file, as in\n\\fIset.npz:x_test\\fR: unless named, it is \\fBx\\fR, \\fBarr_0\\fR or the only "
    "one. Samples lie along the\nfirst dimension.\n"
    ".TP\n.B tables\nA .csv file with a row for each sample and numbers in its columns; a first "
    "line "
    "without numbers\nis a header.\n"
    ".TP\n.B pictures\nA folder of JPEG and PNG files, or of folders with them, one for each "
    "class; "
    "classes then take\nturns, so that any part of the samples has all. Values are those of PIL's "
    "convert(\"RGB\"), or of\nconvert(\"L\") where the input has one channel; an orientation in "
    "EXIF data "
    "is not applied. One of\nmore than 89 million pixels is refused.\n"
    ".TP\n.B raw tensors\nA folder of files with nothing but elements, little endian, of "
    "\\fBdata.type\\fR: those that a\nlist names, \\fBdata.labels\\fR or \\fBy_labels.csv\\fR, in "
    "lines of file, number of classes and class; or all\nthat end with .bin.\n"
    ".TP\n.B recordings\nSuch a folder, with two fields more in each line of the list: the bytes "
    "of a "
    "window, and those from\nthe start of one window to that of the next, as in\n"
    "\\fInormal_id_01.bin,2,0,2560,512\\fR. Windows are the samples, and "
    "\\fBdata.first\\fR and\n\\fBdata.count\\fR count them; bytes at the end that fill no "
    "window are left out, with a note.\n"
    ".TP\n.B random:N\nN samples that are drawn: for inputs of rank 4 smooth images between 0 and "
    "1, or "
    "over the range\nthat the model's own integers stand for, or pixels where there is a preset; "
    "normal\nvectors for others; whole numbers where the input takes these: rows of the table that "
    "it looks up, all\nthat 8 and 16 bits can hold, else 0 and 1.\n"
    ".PP\nSamples are compared with the model's input. The same dimensions, those of 1 aside, and "
    "flat "
    "ones of\nthe right length are taken as they are. Images with their channels at the other end "
    "are "
    "transposed,\nwith a note; what may be either is refused until \\fBdata.layout\\fR says "
    "which.\n"
    ".PP\nChannels, for \\fBpreprocess.mean\\fR and \\fBpreprocess.deviation\\fR, are those of the "
    "model's input: the\ndimension that the first operators of the graph read as channels; where "
    "they do "
    "not tell, dimension 1\nof four that is at most 4 while the last is more, else the last.\n"
    ".PP\nint8 or uint8 elements for a model whose own input has that type are fed as they are, "
    "unless "
    "there is\na scale. Other integers are the numbers they are, with a note where nothing scales "
    "them.\n"
    ".PP\nA run decodes each picture and each compressed array once. What became of them, pictures "
    "in the size of the\ninput, is kept with the files of candidates (see \\fBTMPDIR\\fR in "
    "quantop(1)): at most 1 GiB, and an eighth\nof what is free beside them. What finds no room is "
    "decoded whenever it is read. What was read first counts\nfor the whole run.\n"
    ".SH LABELS\n"
    "Whole numbers from 0, of any type, one for each sample, are classes; so are rows with a "
    "single 1 "
    "among\nzeros. Other numbers are targets of a regression or maps of classes. Anything else is "
    "refused. They "
    "come "
    "from\n"
    ".TP\n.B arrays\nas above; in an NPZ file member \\fBy\\fR or \\fBarr_1\\fR, which is found by "
    "itself beside samples.\n"
    ".TP\n.B lists\nA CSV with a label in each row, in the order of the samples; or with a "
    "sample's "
    "name or number, from\n0, and its label. Names are those of files, with or without folder and "
    "suffix. A "
    "header may name the\ncolumns, and must where there are more than two. Labels that are no "
    "numbers are "
    "names of classes,\nnumbered in order.\n"
    ".TP\n.B tables\na column called label, labels, class, class_name, category, target or y, or "
    "\\fBdata.label_column\\fR.\n"
    ".TP\n.B folders of pictures\nthe folders, numbered in order of name; else \\fBlabels.csv\\fR "
    "in "
    "the folder; else, where all files\nare called like n01440764_10026.JPEG, these synsets, "
    "numbered in "
    "order among those that are there.\n";

static void print_presets(struct text *out)
{
    text_add_string(out,
                    ".SH PRESETS\nValues of \\fBpreprocess.preset\\fR, for pixels of 0 to 255:\n");
    for (size_t i = 0; i < dataset_preset_count; i++) {
        text_add_string(out, ".TP\n.B ");
        roff_text(dataset_presets[i].name, out);
        text_add_string(out, "\n");
        roff_text(dataset_presets[i].text, out);
        text_add_string(out, ".\n");
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
    print_targets(out);
    text_add_string(out, samples_text);
    print_presets(out);
    text_add_string(
        out, ".SH EXAMPLES\n"
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
             ".fi\n.PP\n"
             "A network for ImageNet on a folder with one folder of pictures for each class:\n"
             ".PP\n.nf\n"
             "model: net.onnx\n"
             "data: {samples: val, count: 2000}\n"
             "preprocess: {preset: imagenet}\n"
             ".fi\n"
             ".SH SEE ALSO\n.BR quantop (1),\n.BR quantop\\-config (5)\n");
}
