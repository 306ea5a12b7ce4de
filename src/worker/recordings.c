#include "worker/recordings.h"

#include "base/text.h"
#include "results/json_text.h"

size_t recordings_count(const struct dataset *dataset, size_t count)
{
    struct dataset_window first, last;
    bool any = dataset_window(dataset, 0, &first) && dataset_window(dataset, count - 1, &last);
    return any ? last.recording - first.recording + 1 : 0;
}

static void add(json_t *remarks, struct text *remark)
{
    text_make_printable(remark->bytes);
    json_array_append_new(remarks, json_said(remark->bytes));
    text_release(remark);
}

/* The recording that so many windows at one end of the samples are of. */
static void remark_on_part(const struct dataset_window *window, size_t used,
                           const struct metric_kind *metric, json_t *remarks)
{
    struct text remark = {0};
    if (used == window->count)
        return;
    text_printf(&remark,
                metric->of_groups ? "recording '%s' is judged by %zu of its %zu windows"
                                  : "of recording '%s', %zu of %zu windows are scored",
                window->file, used, window->count);
    text_add_string(&remark, ": data.first, data.count or the model's batch cut it");
    add(remarks, &remark);
}

void recordings_remark(const struct dataset *dataset, size_t count,
                       const struct metric_kind *metric, json_t *remarks)
{
    size_t recordings = recordings_count(dataset, count);
    struct dataset_window first, last;
    struct text remark = {0};
    if (recordings == 0 || !dataset_window(dataset, 0, &first) ||
        !dataset_window(dataset, count - 1, &last))
        return;
    text_printf(&remark, "%zu recordings of %zu windows in all, %s", recordings, count,
                metric->of_groups ? "each judged by the mean of its windows' scores"
                                  : "which are scored one by one: intervals take windows of a "
                                    "recording for independent, and are too narrow");
    add(remarks, &remark);
    remark_on_part(&first, recordings > 1 ? first.count - first.number : count, metric, remarks);
    if (recordings > 1)
        remark_on_part(&last, last.number + 1, metric, remarks);
}
