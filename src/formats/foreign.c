#include "formats/foreign.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* Where names of a ZIP archive's members are looked for: at its start, and in the directory at its
 * end. */
#define ARCHIVE_START ((size_t)4096)
#define ARCHIVE_END   ((size_t)65536)

#define SAVED_MODEL "saved_model.pb"

static bool begins(const unsigned char *bytes, size_t size, const char *start, size_t length)
{
    return size >= length && memcmp(bytes, start, length) == 0;
}

#define BEGINS(text) begins(bytes, size, (text), sizeof(text) - 1)

/* Whether a member of a ZIP archive has a name that ends so. */
static bool archive_has(const unsigned char *bytes, size_t size, const char *name)
{
    size_t start = size < ARCHIVE_START ? size : ARCHIVE_START;
    size_t end = size < ARCHIVE_END ? size : ARCHIVE_END;
    return BEGINS("PK\003\004") && (memmem(bytes, start, name, strlen(name)) ||
                                    memmem(bytes + size - end, end, name, strlen(name)));
}

static bool is_lfs_pointer(const unsigned char *bytes, size_t size)
{
    return BEGINS("version https://git-lfs.github.com/spec/");
}

static bool is_web_page(const unsigned char *bytes, size_t size)
{
    static const char *const tags[] = {"<!doctype html", "<html", "<head", "<body"};
    while (size > 0 &&
           (bytes[0] == ' ' || bytes[0] == '\t' || bytes[0] == '\r' || bytes[0] == '\n')) {
        bytes++;
        size--;
    }
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
        if (size >= strlen(tags[i]) &&
            strncasecmp((const char *)bytes, tags[i], strlen(tags[i])) == 0)
            return true;
    return false;
}

static bool is_hdf5(const unsigned char *bytes, size_t size)
{
    return BEGINS("\x89HDF\r\n\x1a\n");
}

static bool is_keras_archive(const unsigned char *bytes, size_t size)
{
    return archive_has(bytes, size, "model.weights.h5");
}

/* saved_model.pb: its schema's version, which is 1, and a graph with metadata. No .onnx file of
 * that version is read here. */
#define SAVED_MODEL_START "\x08\x01\x12"

static bool is_saved_model(const unsigned char *bytes, size_t size)
{
    return BEGINS(SAVED_MODEL_START);
}

static bool is_torch_archive(const unsigned char *bytes, size_t size)
{
    return archive_has(bytes, size, "data.pkl");
}

/* Archives of PyTorch before 1.6, and any other pickled object: protocol 2 and later. */
static bool is_pickle(const unsigned char *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x80 && bytes[1] >= 2 && bytes[1] <= 5;
}

static bool is_ort(const unsigned char *bytes, size_t size)
{
    return size >= 8 && memcmp(bytes + 4, "ORTM", 4) == 0;
}

/* The length of a JSON object in eight bytes, and the object. */
static bool is_safetensors(const unsigned char *bytes, size_t size)
{
    uint64_t length = 0;
    for (size_t i = 8; size > 8 && i-- > 0;)
        length = length << 8 | bytes[i];
    return length >= 2 && length <= size - 8 && bytes[8] == '{';
}

static bool is_gguf(const unsigned char *bytes, size_t size)
{
    return BEGINS("GGUF");
}

static bool is_numpy(const unsigned char *bytes, size_t size)
{
    return BEGINS("\x93NUMPY") || archive_has(bytes, size, ".npy");
}

#define TO_TFLITE(option) "convert it: tflite_convert " option " --output_file=model.tflite"
#define FROM_TORCH        "export it in Python: torch.onnx.export(model, inputs, 'model.onnx')"
#define WEIGHTS_ONLY      "it holds weights and no network: export the model it belongs to as .onnx"

const struct foreign_kind foreign_kinds[] = {
    {"a Git LFS pointer", "fetch the file itself: git lfs pull", is_lfs_pointer},
    {"an HTML page", "download the file itself, not the page that shows it", is_web_page},
    {"a Keras HDF5 file", TO_TFLITE("--keras_model_file=FILE"), is_hdf5},
    {"a Keras archive",
     "in Python: tf.lite.TFLiteConverter.from_keras_model(tf.keras.models.load_model(FILE))",
     is_keras_archive},
    {"a TensorFlow SavedModel", TO_TFLITE("--saved_model_dir=FOLDER"), is_saved_model},
    {"a PyTorch archive", FROM_TORCH, is_torch_archive},
    {"a Python pickle, perhaps of PyTorch", FROM_TORCH, is_pickle},
    {"an .ort file of ONNX Runtime", "take the .onnx file that it was made from", is_ort},
    {"a safetensors file", WEIGHTS_ONLY, is_safetensors},
    {"a GGUF file", WEIGHTS_ONLY, is_gguf},
    {"an array of NumPy", "arrays are data: give it with --data", is_numpy},
};
const size_t foreign_kind_count = sizeof(foreign_kinds) / sizeof(foreign_kinds[0]);

const struct foreign_kind *foreign_kind_of(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < foreign_kind_count; i++)
        if (foreign_kinds[i].probe(bytes, size))
            return &foreign_kinds[i];
    return NULL;
}

enum status foreign_refuse(const char *path, const struct foreign_kind *kind, struct error *error)
{
    return error_set(error, STATUS_FORMAT, path, "not a .tflite or .onnx file but %s; %s",
                     kind->name, kind->remedy);
}

bool foreign_is_folder(const char *path)
{
    char *inside = path_join(path, SAVED_MODEL);
    bool is_one = access(inside, F_OK) == 0;
    free(inside);
    return is_one;
}

static const struct foreign_kind *kind_of_folder(void)
{
    return foreign_kind_of((const unsigned char *)SAVED_MODEL_START, sizeof(SAVED_MODEL_START) - 1);
}

enum status foreign_refuse_folder(const char *path, struct error *error)
{
    struct stat state;
    if (stat(path, &state) != 0 || !S_ISDIR(state.st_mode))
        return STATUS_OK;
    if (!foreign_is_folder(path))
        return error_set(error, STATUS_FORMAT, path, "a folder, expected a .tflite or .onnx file");
    return foreign_refuse(path, kind_of_folder(), error);
}

/* Names of files end so. Arrays, pictures and texts are never taken for models. */
static bool has_suffix(const char *path)
{
    static const char *const suffixes[] = {".h5",  ".hdf5", ".keras",       ".pt",   ".pth",
                                           ".pkl", ".ort",  ".safetensors", ".gguf", ".pb"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (path_has_suffix(path, suffixes[i]))
            return true;
    return false;
}

/* Reads the start of a file and its end, which is where probes look; the bytes that there are. A
 * file that is shorter is read once. */
static size_t read_ends(int file, off_t size, unsigned char *bytes)
{
    size_t most = ARCHIVE_START + ARCHIVE_END;
    if (size <= (off_t)most)
        most = (size_t)size;
    ssize_t start = pread(file, bytes, most, 0);
    if (start != (ssize_t)most || size == (off_t)most)
        return start > 0 ? (size_t)start : 0;
    ssize_t end = pread(file, bytes + ARCHIVE_START, ARCHIVE_END, size - (off_t)ARCHIVE_END);
    return end == (ssize_t)ARCHIVE_END ? most : 0;
}

static const struct foreign_kind *kind_of_file(const char *path, off_t size)
{
    unsigned char *bytes = xmalloc(ARCHIVE_START + ARCHIVE_END);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    size_t got = file >= 0 ? read_ends(file, size, bytes) : 0;
    const struct foreign_kind *kind = foreign_kind_of(bytes, got);
    if (file >= 0)
        close(file);
    free(bytes);
    return kind;
}

const struct foreign_kind *foreign_kind_at(const char *path)
{
    struct stat state;
    if (stat(path, &state) != 0)
        return NULL;
    if (S_ISDIR(state.st_mode))
        return foreign_is_folder(path) ? kind_of_folder() : NULL;
    return S_ISREG(state.st_mode) && has_suffix(path) ? kind_of_file(path, state.st_size) : NULL;
}
