/* Pictures: what was drawn into cells, compared with what is expected, line by line. */
#ifndef TESTS_UI_PICTURES_H
#define TESTS_UI_PICTURES_H

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw_buffer.h"

/* Widths of characters come from a UTF-8 locale; a test without one is skipped. */
static inline int picture_locale(void)
{
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL && setlocale(LC_CTYPE, "en_US.UTF-8") == NULL) {
        printf("SKIP: there is no UTF-8 locale\n");
        return 77;
    }
    return 0;
}

/* Ends the test unless the cells show exactly these lines; lines at the end may be blank. */
static inline void picture_equal(const struct draw_buffer *buffer, const char *expected,
                                 const char *file, int line)
{
    struct text drawn = {0};
    draw_buffer_print(buffer, &drawn);
    while (drawn.length > 1 && drawn.bytes[drawn.length - 2] == '\n')
        drawn.bytes[--drawn.length] = '\0';
    if (strcmp(drawn.bytes, expected) != 0) {
        printf("expected:\n%sdrawn:\n%s", expected, drawn.bytes);
        text_release(&drawn);
        _fail(file, line);
    }
    text_release(&drawn);
    assert_int_equal(buffer->strays, 0);
}

#define assert_picture(buffer, expected) picture_equal(buffer, expected, __FILE__, __LINE__)

/* Whether the cells show the text within one line. */
static inline bool picture_shows(const struct draw_buffer *buffer, const char *text)
{
    struct text drawn = {0};
    draw_buffer_print(buffer, &drawn);
    bool found = strstr(drawn.bytes, text) != NULL;
    text_release(&drawn);
    return found;
}

#endif
