/* Whole files, paths, and where the desktop specification puts things. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Reads a regular file (or what is left of a descriptor) into memory aligned to 64 bytes, which the
 * caller frees. Directories and devices are STATUS_IO as is a file that cannot be read; more than
 * limit bytes, and an empty file, STATUS_FORMAT. */
enum status file_read(const char *path, size_t limit, unsigned char **bytes, size_t *size,
                      struct error *error) __attribute__((nonnull(1, 3, 4, 5)));
enum status file_read_descriptor(int descriptor, const char *name, size_t limit,
                                 unsigned char **bytes, size_t *size, struct error *error)
    __attribute__((nonnull(2, 4, 5, 6)));

/* Opens what is there already to write into it, such as a device or a pipe; flags are of open(2)
 * beside. A pipe that nobody reads is waited for as long as milliseconds says, and then -1 with
 * EPIPE. -1 with errno otherwise. */
int file_open_there(const char *path, int flags, int milliseconds) __attribute__((nonnull(1)));
/* Writes beside the target and renames, so that path never holds half a file; STATUS_IO leaves it
 * as it was. A device or pipe is written to as it is; a pipe that nobody reads is waited for ten
 * seconds. "-" is stdout. */
enum status file_write(const char *path, const void *bytes, size_t size, struct error *error)
    __attribute__((nonnull(1, 4)));

/* The same for a file that people may have linked, protected or made themselves: the end of the
 * links is written, its mode stays, missing folders are made, and nothing is done where the bytes
 * are there already. STATUS_IO where nobody may write it, or a link leads nowhere. */
enum status file_rewrite(const char *path, const void *bytes, size_t size, struct error *error)
    __attribute__((nonnull(1, 4)));

/* Whether file_write can be expected to succeed, found out without touching path: STATUS_IO where
 * it is a folder, or where its own folder is missing or takes no new files. */
enum status file_check_writable(const char *path, struct error *error)
    __attribute__((nonnull(1, 2)));

/* Whether two paths lead to one file: the same device and inode, or, where one does not exist yet,
 * the same name in the same folder. */
bool file_is_same(const char *a, const char *b) __attribute__((nonnull(1, 2)));
/* Whether path lies below a folder, at any depth; what does not exist lies where its folder does.
 */
bool file_is_within(const char *path, const char *folder) __attribute__((nonnull(1, 2)));

/* All bytes, restarting when interrupted; false with errno set. */
bool write_all(int descriptor, const void *bytes, size_t size);

/* directory/name, or name alone when it is absolute or directory is NULL or empty; free() it. */
char *path_join(const char *directory, const char *name)
    __attribute__((malloc, returns_nonnull, nonnull(2)));
/* Whether there is a folder at path. */
bool path_is_folder(const char *path) __attribute__((nonnull(1)));
/* The folder of a path ("." when it has none); free() it. */
char *path_directory(const char *path) __attribute__((malloc, returns_nonnull, nonnull(1)));
/* A Hugging Face cache keeps files in REPOSITORY/blobs, and links to them, named as people know
 * them, below REPOSITORY/snapshots/REVISION. The blobs beside the snapshot that a folder, its links
 * followed, is in; NULL: it is in none. free() it. */
char *path_blobs(const char *folder) __attribute__((malloc, nonnull(1)));
/* The last component, inside path. */
const char *path_name(const char *path) __attribute__((returns_nonnull, nonnull(1)));
/* Whether name ends with the suffix, ignoring case. */
bool path_has_suffix(const char *path, const char *suffix) __attribute__((nonnull(1, 2)));
/* Whether a relative path stays below its start, judged by the text alone. */
bool path_is_below(const char *path) __attribute__((nonnull(1)));

/* The absolute form of path, seen from the working directory; free() it. */
char *path_absolute(const char *path) __attribute__((malloc, returns_nonnull, nonnull(1)));

/* $XDG_STATE_HOME/quantop or ~/.local/state/quantop, created when missing; free() it. */
enum status state_directory(char **path, struct error *error) __attribute__((nonnull(1, 2)));

/* Likewise $XDG_CACHE_HOME/quantop or ~/.cache/quantop. */
enum status cache_directory(char **path, struct error *error) __attribute__((nonnull(1, 2)));

/* A file of $XDG_CONFIG_HOME/quantop or ~/.config/quantop, and one of the state folder, neither of
 * which need be there; free() it. NULL: nothing names the folder. */
char *configuration_path(const char *name) __attribute__((malloc, nonnull(1)));
char *state_path(const char *name) __attribute__((malloc, nonnull(1)));

/* The folder of the running program, or "" when the system does not tell; static memory. */
const char *program_directory(void) __attribute__((returns_nonnull));

/* Where profiles/ and data/ are: $QUANTOP_DATADIR, or the build tree the program was started from,
 * or the installed place; inside static memory. */
const char *data_directory(void) __attribute__((returns_nonnull));

#endif
