#include "formats/dataset/preset.h"

#include <string.h>

/* Sources: torchvision.transforms and torchvision.models, weights IMAGENET1K_V1; the preprocessing
 * of Keras' MobileNet and of TF-Slim's inception_preprocessing. 256 / 224 is 1 / 0.875. */
const struct dataset_preset dataset_presets[] = {
    {.name = "imagenet",
     .text =
         "the shorter side is resized to 256 for an input of 224, in proportion for others, and "
         "the middle cut out; (pixel / 255 - mean) / deviation with those of ImageNet",
     .scale = 1.0 / 255.0,
     .n_mean = 3,
     .n_deviation = 3,
     .mean = {0.485, 0.456, 0.406},
     .deviation = {0.229, 0.224, 0.225},
     .margin = 256.0 / 224.0},
    {.name = "mobilenet",
     .text = "the same size and crop; pixel / 127.5 - 1",
     .scale = 1.0 / 127.5,
     .n_mean = 1,
     .mean = {1.0},
     .margin = 256.0 / 224.0},
    {.name = "0-1",
     .text = "pictures are stretched to the input; pixel / 255",
     .scale = 1.0 / 255.0},
    {.name = "-1-1",
     .text = "pictures are stretched to the input; pixel / 127.5 - 1",
     .scale = 1.0 / 127.5,
     .n_mean = 1,
     .mean = {1.0}},
};
const size_t dataset_preset_count = sizeof(dataset_presets) / sizeof(dataset_presets[0]);

const struct dataset_preset *dataset_preset_find(const char *name)
{
    for (size_t i = 0; i < dataset_preset_count; i++)
        if (strcmp(dataset_presets[i].name, name) == 0)
            return &dataset_presets[i];
    return NULL;
}

static int copy_channels(const double *from, int count, bool is_bgr, double *to)
{
    for (int i = 0; i < count; i++)
        to[i] = from[is_bgr ? count - 1 - i : i];
    return count;
}

void dataset_preset_apply(const struct dataset_preset *preset, struct dataset_spec *spec)
{
    bool is_bgr = spec->pictures.order && strcmp(spec->pictures.order, "bgr") == 0;
    spec->preset = preset->name;
    spec->scale = preset->scale;
    spec->n_mean = copy_channels(preset->mean, preset->n_mean, is_bgr, spec->mean);
    spec->n_deviation =
        copy_channels(preset->deviation, preset->n_deviation, is_bgr, spec->deviation);
    spec->pictures.margin = preset->margin;
}
