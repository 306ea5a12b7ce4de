/* Pictures: the values that PIL reads, folders of classes, and files that are not what they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "dataset_harness.h"
#include "formats/dataset/preset.h"
#include "picture_values.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))
#define PICTURES     SOURCE_DIRECTORY "/tests/data/pictures/"

static struct picture_size parse_size(const char *text)
{
    struct picture_size size = {0, 0};
    (void)sscanf(text, "%dx%d", &size.width, &size.height);
    return size;
}

static int hexadecimal(const char *digits)
{
    const char two[] = {digits[0], digits[1], '\0'};
    return (int)strtol(two, NULL, 16);
}

/* Within 1 of 255, and 0.3 on average. */
static void check_values(size_t number, const float *values, size_t count)
{
    double sum = 0.0;
    assert_int_equal(strlen(recorded[number].pixels), 2 * count);
    for (size_t i = 0; i < count; i++) {
        int difference = abs((int)values[i] - hexadecimal(recorded[number].pixels + 2 * i));
        sum += difference;
        if (difference > 1)
            fail_msg("%s, case %zu: value %zu is %d off", recorded[number].name, number, i,
                     difference);
    }
    if (!(sum / (double)count <= 0.3))
        fail_msg("%s, case %zu: %.3f off on average", recorded[number].name, number,
                 sum / (double)count);
}

static void pictures_have_the_values_that_pil_reads(void **state)
{
    float values[192];
    struct error error;
    (void)state;
    for (size_t i = 0; i < LENGTH(recorded); i++) {
        char name[64];
        snprintf(name, sizeof(name), "case%zu/%s", i, recorded[i].name);
        data_put_picture(name, recorded[i].name);
        *strchr(name, '/') = '\0';
        struct dataset_spec spec = data_spec(data_path(name), NULL);
        spec.pictures.resize = parse_size(recorded[i].resize);
        spec.pictures.filter = recorded[i].filter;
        const struct shape shape = SHAPE(1, 8, 8, recorded[i].channels);
        struct dataset *dataset = data_open_for(&spec, data_input(&shape, 3));
        if (dataset_read(dataset, 0, values, &error) != STATUS_OK)
            fail_msg("%s: %s", error.where, error.text);
        check_values(i, values, dataset_elements(dataset));
        dataset_free(dataset);
    }
}

static void channels_go_where_the_input_has_them(void **state)
{
    float rows[192], planes[192], turned[192];
    struct error error;
    (void)state;
    data_put_picture("a.jpg", "colour.jpg");
    struct dataset_spec spec = data_spec(data_folder, NULL);
    struct dataset *last = data_open_for(&spec, data_input(&SHAPE(1, 8, 8, 3), 3));
    struct dataset *first = data_open_for(&spec, data_input(&SHAPE(1, 3, 8, 8), 1));
    spec.pictures.order = "bgr";
    struct dataset *blue = data_open_for(&spec, data_input(&SHAPE(1, 8, 8, 3), 3));
    assert_int_equal(dataset_read(last, 0, rows, &error), STATUS_OK);
    assert_int_equal(dataset_read(first, 0, planes, &error), STATUS_OK);
    assert_int_equal(dataset_read(blue, 0, turned, &error), STATUS_OK);
    for (size_t pixel = 0; pixel < 64; pixel++)
        for (size_t c = 0; c < 3; c++) {
            assert_int_equal((int)rows[pixel * 3 + c], (int)planes[c * 64 + pixel]);
            assert_int_equal((int)rows[pixel * 3 + c], (int)turned[pixel * 3 + 2 - c]);
        }
    data_check_remark(last, "elements of uint8 are fed as the numbers they are");
    dataset_free(last);
    dataset_free(first);
    dataset_free(blue);
}

static void a_margin_is_cut_off(void **state)
{
    float whole[192], cut[192];
    struct error error;
    (void)state;
    data_put_picture("a.png", "colour.png");
    struct dataset_spec spec = data_spec(data_folder, NULL);
    spec.pictures.margin = 11.0 / 8.0;
    struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 8, 8, 3), 3));
    assert_int_equal(dataset_read(dataset, 0, whole, &error), STATUS_OK);
    dataset_free(dataset);
    spec.pictures.margin = 0.0;
    spec.pictures.resize.width = 11;
    spec.pictures.crop.width = 8;
    dataset = data_open_for(&spec, data_input(&SHAPE(1, 8, 8, 3), 3));
    assert_int_equal(dataset_read(dataset, 0, cut, &error), STATUS_OK);
    assert_memory_equal(whole, cut, sizeof(whole));
    dataset_free(dataset);
}

static void sizes_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    data_put_picture("a.png", "colour.png");
    struct dataset_spec spec = data_spec(data_folder, NULL);
    data_check_refused(&spec, STATUS_INVALID, data_folder, "pictures need a model");
    data_check_refused_for(&spec, data_input(&SHAPE(1, 64), -1), STATUS_INVALID, data_folder,
                           "pictures do not fit the input 1x64 of 'x'");
    data_check_refused_for(&spec, data_input(&SHAPE(1, 8, 8, 5), 3), STATUS_INVALID, data_folder,
                           "expected four dimensions with 1 or 3 channels");
    spec.pictures.crop.width = 9;
    data_check_refused_for(&spec, data_input(&SHAPE(1, 8, 8, 3), 3), STATUS_INVALID, data_folder,
                           "a crop of 9x9, but the input takes 8x8");
    spec.pictures.crop.width = 0;
    spec.pictures.resize.width = 7;
    data_check_refused_for(&spec, data_input(&SHAPE(1, 8, 8, 3), 3), STATUS_INVALID, data_folder,
                           "pictures resized to 7x7 are smaller than the 8x8 of the input");
}

/* Folders */

static const struct dataset_input *small(void)
{
    return data_input(&SHAPE(1, 4, 4, 1), 3);
}

static void folders_are_classes_that_take_turns(void **state)
{
    (void)state;
    const char *const names[] = {"cat/b.jpg", "cat/a.JPEG", "ant/1.png",
                                 "dog/x.jpg", "ant/2.png",  "ant/0.png"};
    for (size_t i = 0; i < LENGTH(names); i++)
        data_put_picture(names[i], "grey.jpg");
    data_put_picture("bee/one.jpg", "grey.jpg");
    struct dataset_spec spec = data_spec(data_folder, NULL);
    struct dataset *dataset = data_open_for(&spec, small());
    assert_int_equal(dataset_count(dataset), 7);
    assert_int_equal(dataset_label_kind(dataset), LABEL_CLASS);
    const int32_t turns[] = {0, 1, 2, 3, 0, 2, 0};
    for (size_t i = 0; i < LENGTH(turns); i++)
        assert_int_equal(dataset_class(dataset, i), turns[i]);
    assert_string_equal(dataset_class_name(dataset, 0), "ant");
    assert_string_equal(dataset_class_name(dataset, 3), "dog");
    assert_null(dataset_class_name(dataset, 4));
    data_check_remark(dataset, "numbered by its folders in order, from 0 'ant' to 3 'dog'");
    dataset_free(dataset);
    mkdir(data_path("eel"), 0700);
    data_check_refused_for(&spec, small(), STATUS_INVALID, data_path("eel"),
                           "the folder of class 4 has no pictures");
}

static void a_list_labels_a_flat_folder(void **state)
{
    static const char *const lists[] = {
        "a.jpg,2\nb.jpg,0\nc.png,1\n",
        "file,label\nc.png,1\na.jpg,2\nb.jpg,0\n",
        "label;image_id\n1;c\n2;a\n0;b\n",
        "2\n0\n1\n",
        "index,class\n2,1\n0,2\n1,0\n",
        "\xef\xbb\xbf\"a.jpg\",\"2\"\r\n\"b.jpg\",\"0\"\r\n\"c.png\",\"1\"\r\n",
        "name,other,class\na,x,zebra\nb,x,ape\nc,y,bear\n",
    };
    (void)state;
    data_put_picture("a.jpg", "grey.jpg");
    data_put_picture("b.jpg", "grey.jpg");
    data_put_picture("c.png", "bit.png");
    for (size_t i = 0; i < LENGTH(lists); i++) {
        const char *list = data_put_text("labels.csv", lists[i]);
        for (int named = 0; named < 2; named++) {
            struct dataset_spec spec = data_spec(data_folder, named ? list : NULL);
            struct dataset *dataset = data_open_for(&spec, small());
            assert_int_equal(dataset_class(dataset, 0), 2);
            assert_int_equal(dataset_class(dataset, 1), 0);
            assert_int_equal(dataset_class(dataset, 2), 1);
            dataset_free(dataset);
        }
    }
}

static void synsets_in_names_are_classes(void **state)
{
    (void)state;
    data_put_picture("n01440764_10026.JPEG", "grey.jpg");
    data_put_picture("n01443537_2.JPEG", "grey.jpg");
    data_put_picture("n01440764_7.JPEG", "grey.jpg");
    struct dataset_spec spec = data_spec(data_folder, NULL);
    struct dataset *dataset = data_open_for(&spec, small());
    assert_int_equal(dataset_class(dataset, 0), 0);
    assert_int_equal(dataset_class(dataset, 1), 0);
    assert_int_equal(dataset_class(dataset, 2), 1);
    assert_string_equal(dataset_class_name(dataset, 1), "n01443537");
    data_check_remark(dataset, "only those that are there");
    dataset_free(dataset);
    data_put_picture("other.jpg", "grey.jpg");
    dataset = data_open_for(&spec, small());
    assert_int_equal(dataset_label_kind(dataset), LABEL_NONE);
    dataset_free(dataset);
}

/* Hostile files */

static void check_unreadable(const char *name, enum status status, const char *words)
{
    float values[16];
    struct error error = {0};
    struct dataset_spec spec = data_spec(data_folder, NULL);
    struct dataset *dataset = data_open_for(&spec, small());
    enum status got = dataset_read(dataset, 0, values, &error);
    if (got != status || !strstr(error.text, words) || !strstr(error.where, name))
        fail_msg("status %d, %s: %s; expected %s: %s", (int)got, error.where, error.text, name,
                 words);
    dataset_free(dataset);
}

static void files_that_are_cut_are_named(void **state)
{
    static const char *const names[] = {"colour.jpg", "progressive.jpg", "inks.jpg", "colour.png",
                                        "palette.png"};
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        unsigned char *bytes;
        size_t size;
        struct error error;
        char from[512];
        snprintf(from, sizeof(from), PICTURES "%s", names[i]);
        assert_int_equal(file_read(from, SIZE_MAX, &bytes, &size, &error), STATUS_OK);
        for (size_t part = 1; part < 8; part++) {
            data_put(names[i], bytes, size * part / 8);
            check_unreadable(names[i], STATUS_FORMAT, "damaged");
        }
        free(bytes);
        remove(data_path(names[i]));
    }
}

static void pictures_that_are_none_are_refused(void **state)
{
    /* A PNG of 100,000 x 100,000 pixels in 57 bytes. */
    static const unsigned char bomb[] = {
        0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,    0,   0,   13,   'I',  'H',  'D',
        'R',  0,    1,    0x86, 0xa0, 0,    1,    0x86, 0xa0, 8,   2,   0,    0,    0,    0x39,
        0xe3, 0xd1, 0x42, 0,    0,    0,    0,    'I',  'D',  'A', 'T', 0x35, 0xaf, 0x06, 0x1e,
    };
    (void)state;
    data_put_text("a.jpg", "GIF89a and more");
    check_unreadable("a.jpg", STATUS_FORMAT, "neither a JPEG nor a PNG file");
    data_put_text("a.jpg", "");
    check_unreadable("a.jpg", STATUS_FORMAT, "the file is empty");
    data_put("a.jpg", bomb, sizeof(bomb));
    check_unreadable("a.jpg", STATUS_FORMAT, "");
    data_put_picture("a.jpg", "deep-grey.png");
    check_unreadable("a.jpg", STATUS_UNSUPPORTED, "grey of 16 bits");
}

/* Presets */

static void presets_say_what_they_do(void **state)
{
    (void)state;
    const struct dataset_preset *imagenet = dataset_preset_find("imagenet");
    assert_non_null(imagenet);
    assert_null(dataset_preset_find("nothing"));
    struct dataset_spec spec = data_spec("random:1", NULL);
    spec.preset = "imagenet";
    spec.scale = imagenet->scale;
    struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 4, 4, 1), 3));
    float values[16];
    struct error error;
    float most = 0.0f;
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_OK);
    for (int i = 0; i < 16; i++)
        most = values[i] > most ? values[i] : most;
    assert_true(most > 0.2f && most <= 1.0f); /* drawn as pixels of 0 to 255 */
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(pictures_have_the_values_that_pil_reads),
        IN_FOLDER(channels_go_where_the_input_has_them),
        IN_FOLDER(a_margin_is_cut_off),
        IN_FOLDER(sizes_that_do_not_fit_are_refused),
        IN_FOLDER(folders_are_classes_that_take_turns),
        IN_FOLDER(a_list_labels_a_flat_folder),
        IN_FOLDER(synsets_in_names_are_classes),
        IN_FOLDER(files_that_are_cut_are_named),
        IN_FOLDER(pictures_that_are_none_are_refused),
        cmocka_unit_test(presets_say_what_they_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
