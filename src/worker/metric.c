#include "worker/metric.h"

const struct metric_kind *worker_metric(const struct work *work, const struct dataset *dataset)
{
    if (work->metric)
        return metric_kind_find(work->metric);
    return metric_kind_find(dataset_label_kind(dataset) == LABEL_CLASS ? "top1" : "agreement");
}
