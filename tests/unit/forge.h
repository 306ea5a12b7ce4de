/* Files of /proc and /sys as tests want them, below a root of their own. */
#ifndef TESTS_FORGE_H
#define TESTS_FORGE_H

/* Writes the text to a path of that root, and makes its folders. */
void forge(const char *root, const char *path, const char *text);

#endif
