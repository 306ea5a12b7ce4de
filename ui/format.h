/* Times for people. */
#ifndef UI_FORMAT_H
#define UI_FORMAT_H

#define FORMAT_SIZE 32

/* "0:07", "12:31", "1:02:03", in buffer; negative and not finite: "-". */
const char *format_clock(double seconds, char buffer[FORMAT_SIZE]) __attribute__((returns_nonnull));

/* "815 ns", "3.98 ms", "12.1 s", in buffer; three digits. */
const char *format_nanoseconds(double nanoseconds, char buffer[FORMAT_SIZE])
    __attribute__((returns_nonnull));

#endif
