/* Texts in XML, whoever wrote them. */
#ifndef REPORT_XML_H
#define REPORT_XML_H

#include "base/text.h"

/* Appends the string so that it may stand in an attribute or between tags: what XML 1.0 does not
 * take, control characters and what is no UTF-8 above all, becomes U+FFFD. */
void xml_add(struct text *out, const char *string) __attribute__((nonnull(1, 2)));

/* Appends ` name="value"`. */
void xml_add_attribute(struct text *out, const char *name, const char *value)
    __attribute__((nonnull(1, 2, 3)));

#endif
