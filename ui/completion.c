#include "ui/completion.h"

#include <stdbool.h>
#include <string.h>

void completion_add(struct text *words, const char *word)
{
    text_printf(words, "%s\n", word);
}

static bool has_line(const struct text *lines, const char *line, size_t length)
{
    for (const char *at = lines->length > 0 ? lines->bytes : ""; *at; at += strcspn(at, "\n") + 1)
        if (strcspn(at, "\n") == length && memcmp(at, line, length) == 0)
            return true;
    return false;
}

size_t completion_match(const struct text *words, const char *typed, struct text *matches)
{
    size_t count = 0, begun = strlen(typed);
    for (const char *at = words->length > 0 ? words->bytes : ""; *at; at += strcspn(at, "\n") + 1) {
        size_t length = strcspn(at, "\n");
        if (length < begun || memcmp(at, typed, begun) != 0 || has_line(matches, at, length))
            continue;
        text_add(matches, at, length + 1);
        count++;
    }
    return count;
}

size_t completion_common(const struct text *matches)
{
    const char *first = matches->bytes;
    size_t common = strcspn(first, "\n");
    for (const char *at = first; *at; at += strcspn(at, "\n") + 1) {
        size_t same = 0;
        while (same < common && at[same] == first[same])
            same++;
        common = same;
    }
    while (common > 0 && ((unsigned char)first[common] & 0xc0) == 0x80)
        common--;
    return common;
}
