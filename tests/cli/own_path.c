/* To be loaded in front of the C library (LD_PRELOAD): who starts its own program anew starts that
 * of QUANTOP. Under valgrind the kernel's name for it is valgrind. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int execv(const char *path, char *const arguments[])
{
    const char *own = getenv("QUANTOP");
    return execve(own && strcmp(path, "/proc/self/exe") == 0 ? own : path, arguments, environ);
}
