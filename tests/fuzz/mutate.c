#include "tests/fuzz/mutate.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "formats/tflite/tflite.h"
#include "tests/fuzz/fuzz.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool lottery_draw(struct lottery *lottery)
{
    return random_below(lottery->random, ++lottery->seen) == 0;
}

void mutate_integer(struct random *random, void *number, size_t bytes)
{
    static const int64_t extremes[] = {0,         1,         -1,        INT32_MAX, INT32_MIN,
                                       INT64_MAX, INT64_MIN, INT16_MAX, INT8_MIN,  UINT32_MAX,
                                       1 << 16,   1 << 30,   255,       1000003};
    int64_t value = 0;
    memcpy(&value, number, bytes);
    uint64_t old = (uint64_t)value, made = old;
    switch (random_below(random, 6)) {
    case 0:
        made = old + 1;
        break;
    case 1:
        made = old - 1;
        break;
    case 2:
        made = 0 - old;
        break;
    case 3:
        made = random_below(random, 9);
        break;
    case 4:
        made = old * 2;
        break;
    default:
        made = (uint64_t)extremes[random_below(random, COUNT(extremes))];
    }
    memcpy(number, &made, bytes);
}

void mutate_float(struct random *random, void *number)
{
    const float extremes[] = {0.0f, -0.0f,   NAN,     INFINITY, -INFINITY, 1e38f,    -1e38f,
                              1.0f, FLT_MIN, FLT_MAX, 1e-45f,   0.5f,      3e-39f,   -1.0f,
                              2.0f, 1e20f,   1e-20f,  127.0f,   -128.0f,   65536.0f, 2147483648.0f};
    float value = extremes[random_below(random, COUNT(extremes))];
    if (random_below(random, 4) == 0)
        value = (float)(8.0 * random_unit(random) - 4.0);
    memcpy(number, &value, sizeof(value));
}

/* Both kinds of model files; every fourth change is the engine's, where there is one. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    struct random random = {seed};
    size_t made = 0;
    if (random_below(&random, 4) == 0)
        return LLVMFuzzerMutate(data, size, max);
    for (size_t changes = 1 + random_below(&random, 3); changes > 0; changes--) {
        made = tflite_format.probe(data, size) ? mutate_tflite(&random, data, size)
                                               : mutate_onnx(&random, data, size, max);
        size = made ? made : size;
    }
    return made ? made : LLVMFuzzerMutate(data, size, max);
}
