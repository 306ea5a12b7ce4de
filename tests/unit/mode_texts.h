/* Modes that write integers and floats in all ways, for tests of what files hold. The effort takes
 * its time and shows nothing more there. */
#ifndef TESTS_MODE_TEXTS_H
#define TESTS_MODE_TEXTS_H

#define MODES_WITHOUT_EFFORT                                                                       \
    "fp32", "dynamic", "int8:effort=0", "int8:activations=int8,effort=0", "int8-io:effort=0",      \
        "int8-io:io=uint8,effort=0", "16x8:effort=0", "fp16", "w8", "w4"

#endif
