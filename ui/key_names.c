/* What keys are called: by the program, and by people who give them to other actions. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ui/keys.h"

/* Keys that are no characters, but for function keys. */
static const struct {
    int key;
    const char *name;
} names[] = {
    {UI_KEY_UP, "Up"},
    {UI_KEY_DOWN, "Down"},
    {UI_KEY_LEFT, "Left"},
    {UI_KEY_RIGHT, "Right"},
    {UI_KEY_PAGE_UP, "PgUp"},
    {UI_KEY_PAGE_DOWN, "PgDn"},
    {UI_KEY_HOME, "Home"},
    {UI_KEY_END, "End"},
    {UI_KEY_TAB, "Tab"},
    {UI_KEY_ENTER, "Enter"},
    {UI_KEY_ESCAPE, "Esc"},
    {UI_KEY_ERASE, "Backspace"},
    {' ', "Space"},
    {UI_KEY_WHEEL_UP, "wheel up"},
    {UI_KEY_WHEEL_DOWN, "wheel down"},
    {UI_KEY_CLICK_ROW, "click on a row"},
    {UI_KEY_CLICK_HEAD, "click on a head"},
    {UI_KEY_CLICK_GROUP, "click on a group"},
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

const char *keys_name(int key, char buffer[KEY_NAME_SIZE])
{
    for (size_t i = 0; i < NAME_COUNT; i++)
        if (names[i].key == key)
            return strcpy(buffer, names[i].name);
    if (key > UI_KEY_F0)
        snprintf(buffer, KEY_NAME_SIZE, "F%d", key - UI_KEY_F0);
    else if (key < ' ')
        snprintf(buffer, KEY_NAME_SIZE, "Ctrl-%c", key + 0x40);
    else
        text_put_character((unsigned long)key, buffer);
    return buffer;
}

/* "F10", "Ctrl-L"; 0: neither. */
static int parse_compound(const char *name)
{
    char rest;
    int number;
    if (toupper((unsigned char)name[0]) == 'F' && name[1] >= '1' && name[1] <= '9' &&
        sscanf(name + 1, "%2d%c", &number, &rest) == 1 && number <= KEY_FUNCTIONS)
        return UI_KEY_F(number);
    if (strncasecmp(name, "Ctrl-", 5) == 0 && isalpha((unsigned char)name[5]) && !name[6])
        return UI_KEY_CTRL(name[5]);
    return 0;
}

int keys_parse(const char *name)
{
    unsigned long code;
    size_t length = *name ? text_take_character(name, &code) : 0;
    if (length > 0 && name[length] == '\0')
        return code >= ' ' && code != UI_KEY_ERASE && !(code >= 0x80 && code < 0xa0) ? (int)code
                                                                                     : 0;
    for (size_t i = 0; i < NAME_COUNT; i++)
        if (strcasecmp(names[i].name, name) == 0 && !strchr(name, ' '))
            return names[i].key;
    return parse_compound(name);
}
