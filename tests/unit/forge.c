#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "forge.h"
#include "need.h"

void forge(const char *root, const char *path, const char *text)
{
    struct error error = {0};
    char *whole = xasprintf("%s%s", root, path);
    for (char *slash = whole + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(whole, 0700);
        *slash = '/';
    }
    need(file_write(whole, text, strlen(text), &error), &error);
    free(whole);
}
