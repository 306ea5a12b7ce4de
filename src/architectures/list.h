/* The rows of architecture_table, each defined in the file of its family. */
#ifndef ARCHITECTURES_LIST_H
#define ARCHITECTURES_LIST_H

#include "architectures/architecture.h"

extern const struct architecture architecture_mobilenet_v1, architecture_mobilenet_v2,
    architecture_mobilenet_v3_small, architecture_efficientnet_b0, architecture_efficientnet_lite0,
    architecture_resnet_18, architecture_resnet_50, architecture_squeezenet, architecture_mlp,
    architecture_bert_tiny, architecture_bert_mini, architecture_bert_tiny_ids,
    architecture_bert_mini_ids;

#endif
