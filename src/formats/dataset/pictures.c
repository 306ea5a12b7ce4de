/* Folders of pictures (JPEG, PNG): one sub-folder for each class, or all in one folder, whose
 * labels a list has or, as in ImageNet, the names of the files begin with. Only names are read when
 * a folder is opened; a picture is decoded when it is asked for, unless a cache has it. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/dataset/cache.h"
#include "formats/dataset/kinds.h"
#include "formats/dataset/layout.h"
#include "formats/dataset/picture.h"

#define LIST_NAME         "labels.csv"
#define PICTURE_BYTES_MAX ((size_t)1 << 28)
#define PICTURES_MAX      ((size_t)1 << 24)
#define SYNSET_LENGTH     9 /* "n01440764", which "_" follows */

const char *const picture_orders[] = {"rgb", "bgr"};
const size_t picture_order_count = sizeof(picture_orders) / sizeof(picture_orders[0]);

/* How pictures become samples. */
struct picture_way {
    size_t channels, width, height; /* of the input */
    struct picture_size resize;
    double margin;
    const struct picture_filter *filter;
    bool is_bgr;
    struct dataset_cache *cache; /* NULL: none */
    struct sha256 key;           /* of all the above: a picture's path completes it */
};

/* Names in one folder. */
struct names {
    const char **items;
    size_t count, capacity;
};

static void add_name(struct names *names, const char *name)
{
    names->items = list_grow(names->items, names->count, &names->capacity, sizeof(*names->items));
    names->items[names->count++] = name;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_folder(const char *folder, const struct dirent *entry)
{
    struct stat info;
    if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
        return entry->d_type == DT_DIR;
    char *path = path_join(folder, entry->d_name);
    bool is = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    free(path);
    return is;
}

/* Lists the pictures of a folder and, where folders is not NULL, the folders in it, in order. */
static enum status list_folder(const char *path, struct arena *arena, struct names *pictures,
                               struct names *folders, struct error *error)
{
    DIR *folder = opendir(path);
    if (!folder)
        return error_set_errno(error, STATUS_IO, path, "cannot open");
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        if (picture_has_suffix(entry->d_name) && !is_folder(path, entry))
            add_name(pictures, arena_strdup(arena, entry->d_name));
        else if (folders && is_folder(path, entry))
            add_name(folders, arena_strdup(arena, entry->d_name));
    }
    closedir(folder);
    if (pictures->count > 0)
        qsort(pictures->items, pictures->count, sizeof(*pictures->items), compare_names);
    if (folders && folders->count > 0)
        qsort(folders->items, folders->count, sizeof(*folders->items), compare_names);
    return pictures->count > PICTURES_MAX
               ? error_set(error, STATUS_UNSUPPORTED, path, "more than %zu pictures", PICTURES_MAX)
               : STATUS_OK;
}

/* Whether a folder, or where asked for one in it, has a file with such a name. */
static bool has_file(const char *path, bool (*is_meant)(const char *name), bool and_folders)
{
    DIR *folder = opendir(path);
    bool found = false;
    if (!folder)
        return false;
    for (const struct dirent *entry; !found && (entry = readdir(folder)) != NULL;) {
        char *inner = path_join(path, entry->d_name);
        if (entry->d_name[0] != '.')
            found = is_meant(entry->d_name) ||
                    (and_folders && is_folder(path, entry) && has_file(inner, is_meant, false));
        free(inner);
    }
    closedir(folder);
    return found;
}

/* A folder of raw tensors may have a picture beside them. */
bool pictures_probe(const struct probe *probe)
{
    return probe->folder && has_file(probe->path, picture_has_suffix, true) &&
           !has_file(probe->path, raw_is_name, false);
}

/* --- one folder for each class --- */

/* The pictures of each class, and how many classes there are. */
struct classes {
    struct names *pictures;
    size_t count, total, most;
};

static enum status list_classes(struct source *source, const struct names *folders,
                                struct classes *classes, struct error *error)
{
    enum status status = STATUS_OK;
    classes->count = folders->count;
    classes->pictures = xcalloc(folders->count, sizeof(*classes->pictures));
    for (size_t i = 0; status == STATUS_OK && i < folders->count; i++) {
        struct names *pictures = &classes->pictures[i];
        char *path = path_join(source->path, folders->items[i]);
        status = list_folder(path, source->arena, pictures, NULL, error);
        if (status == STATUS_OK && pictures->count == 0)
            status = error_set(error, STATUS_INVALID, path,
                               "the folder of class %zu has no pictures: classes are the folders "
                               "beside it in order of name",
                               i);
        classes->total += pictures->count;
        classes->most = pictures->count > classes->most ? pictures->count : classes->most;
        free(path);
    }
    return status;
}

/* Classes take turns, so that any part of the samples has all of them. */
static void take_turns(struct source *source, const struct names *folders,
                       const struct classes *classes)
{
    source->files = xcalloc(classes->total, sizeof(*source->files));
    source->classes = xcalloc(classes->total, sizeof(*source->classes));
    for (size_t round = 0; round < classes->most; round++)
        for (size_t i = 0; i < classes->count; i++) {
            if (round >= classes->pictures[i].count)
                continue;
            source->files[source->count] = arena_printf(source->arena, "%s/%s", folders->items[i],
                                                        classes->pictures[i].items[round]);
            source->classes[source->count++] = (int32_t)i;
        }
}

static void name_classes(struct source *source, const char *const *names, size_t count,
                         const char *what)
{
    source->class_names = arena_copy(source->arena, names, count * sizeof(*names));
    source->n_class_names = count;
    source_remark(source, "%s: classes are numbered by %s in order, from 0 '%.40s' to %zu '%.40s'",
                  source->path, what, names[0], count - 1, names[count - 1]);
}

static enum status open_classes(struct source *source, const struct names *folders,
                                struct error *error)
{
    struct classes classes = {0};
    enum status status = list_classes(source, folders, &classes, error);
    if (status == STATUS_OK) {
        take_turns(source, folders, &classes);
        name_classes(source, folders->items, folders->count, "its folders");
    }
    for (size_t i = 0; i < classes.count; i++)
        free(classes.pictures[i].items);
    free(classes.pictures);
    return status;
}

/* --- all in one folder --- */

static bool has_synset(const char *name)
{
    bool has = name[0] == 'n';
    for (int i = 1; i < SYNSET_LENGTH && has; i++)
        has = isdigit((unsigned char)name[i]) != 0;
    return has && name[SYNSET_LENGTH] == '_';
}

static bool all_have_synsets(const struct names *pictures)
{
    size_t i = 0;
    while (i < pictures->count && has_synset(pictures->items[i]))
        i++;
    return i == pictures->count;
}

/* Names are in order, so those of a class follow each other. */
static void take_synsets(struct source *source)
{
    struct names synsets = {0};
    source->classes = xcalloc(source->count, sizeof(*source->classes));
    for (size_t i = 0; i < source->count; i++) {
        const char *file = source->files[i];
        if (i == 0 || strncmp(source->files[i - 1], file, SYNSET_LENGTH) != 0)
            add_name(&synsets, arena_printf(source->arena, "%.*s", SYNSET_LENGTH, file));
        source->classes[i] = (int32_t)(synsets.count - 1);
    }
    name_classes(source, synsets.items, synsets.count,
                 "the synsets that its files begin with, only those that are there,");
    free(synsets.items);
}

static void open_flat(const struct dataset_spec *spec, struct source *source,
                      struct names *pictures)
{
    char *own = path_join(source->path, LIST_NAME);
    source->files = pictures->items;
    source->count = pictures->count;
    if (!spec->labels && access(own, F_OK) == 0)
        source->own_labels = arena_strdup(source->arena, own);
    else if (!spec->labels && all_have_synsets(pictures))
        take_synsets(source);
    pictures->items = NULL;
    free(own);
}

static enum status find_pictures(const struct dataset_spec *spec, struct source *source,
                                 struct error *error)
{
    struct names pictures = {0}, folders = {0};
    enum status status = list_folder(source->path, source->arena, &pictures, &folders, error);
    if (status == STATUS_OK && pictures.count > 0)
        open_flat(spec, source, &pictures);
    else if (status == STATUS_OK)
        status = open_classes(source, &folders, error);
    if (status == STATUS_OK && pictures.count > 0 && folders.count > 0)
        source_remark(source,
                      "%s: folders in it are left out, since there are pictures beside them",
                      source->path);
    free(pictures.items);
    free(folders.items);
    return status;
}

/* --- what the input takes --- */

static enum status set_input(const struct dataset_input *input, const struct source *source,
                             struct picture_way *way, struct error *error)
{
    char text[SHAPE_TEXT_SIZE];
    const struct shape *shape = &input->tensor->shape;
    int axis = dataset_channel_axis(input), row = axis == 1 ? 2 : 1;
    if (shape->rank == 4) {
        way->channels = (size_t)shape->dim[axis];
        way->height = (size_t)shape->dim[row];
        way->width = (size_t)shape->dim[row + 1];
    } else if (shape->rank == 3) {
        *way = (struct picture_way){
            .channels = 1, .width = (size_t)shape->dim[2], .height = (size_t)shape->dim[1]};
    }
    if (way->channels == 1 || way->channels == 3)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, source->path,
                     "pictures do not fit the input %s of '%.60s', expected four dimensions with 1 "
                     "or 3 channels, or three without channels",
                     shape_text(shape, text), input->tensor->name);
}

static const struct picture_filter *find_filter(const char *name)
{
    for (size_t i = 0; name && i < picture_filter_count; i++)
        if (strcmp(picture_filters[i].name, name) == 0)
            return &picture_filters[i];
    return &picture_filters[0];
}

/* A crop is what the input takes; it is stated to be checked. */
static enum status check_sizes(const struct source *source, const struct picture_spec *spec,
                               const struct picture_way *way, struct error *error)
{
    size_t width = (size_t)spec->crop.width, height = (size_t)spec->crop.height;
    height = height ? height : width;
    if (width && (width != way->width || height != way->height))
        return error_set(error, STATUS_INVALID, source->path,
                         "a crop of %zux%zu, but the input takes %zux%zu", width, height,
                         way->width, way->height);
    width = (size_t)way->resize.width;
    height = way->resize.height ? (size_t)way->resize.height : width;
    if (width && (width < way->width || height < way->height))
        return error_set(error, STATUS_INVALID, source->path,
                         "pictures resized to %zux%zu are smaller than the %zux%zu of the input",
                         width, height, way->width, way->height);
    return STATUS_OK;
}

/* The size that a picture gets before the crop. */
static struct picture target_of(const struct picture_way *way, const struct picture *picture)
{
    struct picture target = {way->width, way->height, way->channels, NULL};
    size_t shorter = (size_t)way->resize.width;
    size_t least = way->width < way->height ? way->width : way->height;
    if (way->resize.height) {
        target.width = (size_t)way->resize.width;
        target.height = (size_t)way->resize.height;
        return target;
    }
    if (shorter == 0 && way->margin <= 0.0)
        return target;
    if (shorter == 0)
        shorter = (size_t)(way->margin * (double)least + 0.5);
    bool is_wide = picture->width > picture->height;
    target.width = is_wide ? shorter * picture->width / picture->height : shorter;
    target.height = is_wide ? shorter : shorter * picture->height / picture->width;
    return target;
}

/* From the middle; halves go to the even side, as Python rounds. */
static void crop(const struct picture_way *way, const struct picture *picture, unsigned char *bytes)
{
    size_t left = (size_t)nearbyint((double)(picture->width - way->width) / 2.0);
    size_t top = (size_t)nearbyint((double)(picture->height - way->height) / 2.0);
    size_t row = way->width * way->channels;
    for (size_t y = 0; y < way->height; y++)
        memcpy(bytes + y * row,
               picture->pixels + ((top + y) * picture->width + left) * way->channels, row);
    for (size_t i = 0; way->is_bgr && way->channels == 3 && i < way->height * row; i += 3) {
        unsigned char red = bytes[i];
        bytes[i] = bytes[i + 2];
        bytes[i + 2] = red;
    }
}

static enum status fit(const struct picture_way *way, const char *path,
                       const struct picture *picture, unsigned char *bytes, struct error *error)
{
    struct picture resized, target = target_of(way, picture);
    if (target.width < way->width || target.height < way->height)
        return error_set(error, STATUS_INVALID, path,
                         "resized to %zux%zu, the picture is smaller than the %zux%zu of the input",
                         target.width, target.height, way->width, way->height);
    enum status status =
        picture_resize(picture, target.width, target.height, way->filter, &resized, error);
    if (status != STATUS_OK)
        return error_set(error, status, path, "cannot be resized to %zux%zu", target.width,
                         target.height);
    crop(way, &resized, bytes);
    free(resized.pixels);
    return STATUS_OK;
}

/* --- pixels --- */

static void begin_key(struct picture_way *way)
{
    struct text text = {0};
    text_printf(&text, "%zu %zu %zu %d %d %a %s %d", way->channels, way->width, way->height,
                way->resize.width, way->resize.height, way->margin, way->filter->name, way->is_bgr);
    sha256_init(&way->key);
    sha256_add(&way->key, text.bytes, text.length + 1);
    text_release(&text);
}

static void finish_key(const struct picture_way *way, const char *path, char key[SHA256_TEXT_SIZE])
{
    struct sha256 hash = way->key;
    sha256_add(&hash, path, strlen(path));
    sha256_finish(&hash, key);
}

static enum status decode_picture(const struct picture_way *way, const char *path,
                                  unsigned char *bytes, struct error *error)
{
    unsigned char *whole;
    struct picture picture;
    struct picture_file file = {.path = path};
    enum status status = file_read(path, PICTURE_BYTES_MAX, &whole, &file.size, error);
    if (status == STATUS_OK) {
        file.bytes = whole;
        status = picture_decode(&file, way->channels, &picture, error);
        free(whole);
    }
    if (status == STATUS_OK) {
        status = fit(way, path, &picture, bytes, error);
        free(picture.pixels);
    }
    return status;
}

/* What was read first counts as long as there is a cache, whatever becomes of the file. */
static enum status read_through(const struct picture_way *way, const char *path,
                                unsigned char *bytes, struct error *error)
{
    char key[SHA256_TEXT_SIZE];
    size_t size = way->width * way->height * way->channels;
    finish_key(way, path, key);
    if (dataset_cache_find(way->cache, key, bytes, size))
        return STATUS_OK;
    enum status status = decode_picture(way, path, bytes, error);
    if (status == STATUS_OK)
        dataset_cache_keep(way->cache, key, bytes, size);
    return status;
}

static enum status read_picture(const struct source *source, size_t sample, unsigned char *bytes,
                                struct error *error)
{
    const struct picture_way *way = source->way;
    char *path = path_join(source->path, source->files[sample]);
    enum status status = way->cache ? read_through(way, path, bytes, error)
                                    : decode_picture(way, path, bytes, error);
    free(path);
    return status;
}

enum status pictures_open(const struct dataset_spec *spec, struct source *source,
                          struct error *error)
{
    struct picture_way way = {0};
    if (!source->input)
        return error_set(error, STATUS_INVALID, source->path,
                         "pictures need a model whose input says their size");
    enum status status = set_input(source->input, source, &way, error);
    if (status != STATUS_OK)
        return status;
    way.resize = spec->pictures.resize;
    way.margin = spec->pictures.margin;
    way.filter = find_filter(spec->pictures.filter);
    way.is_bgr = spec->pictures.order && strcmp(spec->pictures.order, "bgr") == 0;
    way.cache = spec->cache;
    begin_key(&way);
    status = check_sizes(source, &spec->pictures, &way, error);
    if (status == STATUS_OK)
        status = find_pictures(spec, source, error);
    if (status != STATUS_OK)
        return status;
    source->way = arena_copy(source->arena, &way, sizeof(way));
    source->read = read_picture;
    source->element = element_of_type(TYPE_U8);
    const uint64_t dim[] = {source->count, way.height, way.width, way.channels};
    source->is_nhwc = true;
    return source_set_shape(source, dim, 4, error);
}
