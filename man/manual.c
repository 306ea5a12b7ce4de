/* Prints one of the documents: manual NAME. A tool of the build, not installed. */
#include "man/manual.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    void (*print)(struct text *out);
} documents[] = {
    {"quantop.1", page_quantop},       {"quantop-profile.5", page_profile},
    {"quantop-config.5", page_config}, {"OPERATORS.md", page_operators},
    {"quantop", completion_bash},      {"_quantop", completion_zsh},
    {"quantop.fish", completion_fish},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof(documents) / sizeof(documents[0]); i++)
        if (strcmp(argv[1], documents[i].name) == 0) {
            struct text out = {0};
            documents[i].print(&out);
            fputs(out.bytes, stdout);
            text_release(&out);
            return fflush(stdout) != 0;
        }
    fprintf(stderr, "usage: manual quantop.1|quantop-profile.5|quantop-config.5|OPERATORS.md|"
                    "quantop|_quantop|quantop.fish\n");
    return 3;
}
