/* JUnit XML: names of all kinds, and how rows end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/report.h"
#include "report/xml.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void xml_takes_any_bytes(void **state)
{
    static const struct {
        const char *bytes, *text;
    } cases[] = {
        {"plain µ 😀", "plain µ 😀"},
        {"<a href=\"x\">&'", "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"},
        {"]]>", "]]&gt;"},
        {"a\tb\nc\rd", "a&#9;b&#10;c&#13;d"},
        {"a\001b\033[31mc\037", "a\uFFFDb\uFFFD[31mc\uFFFD"},
        {"\177", "\177"},                       /* discouraged, and allowed */
        {"a\xff\xc3z", "a\uFFFD\uFFFDz"},       /* no UTF-8, and cut */
        {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"}, /* a surrogate */
        {"\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", "\uFFFD\uFFFD\uFFFD"}, /* U+FFFE, U+FFFF */
        {"\xc0\xbc", "\uFFFD\uFFFD"},                                   /* '<' that is too long */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct text out = {0};
        xml_add_attribute(&out, "a", cases[i].bytes);
        assert_int_equal(strncmp(out.bytes, " a=\"", 4), 0);
        assert_int_equal(out.bytes[out.length - 1], '"');
        out.bytes[out.length - 1] = '\0';
        assert_string_equal(out.bytes + 4, cases[i].text);
        text_release(&out);
    }
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    while ((text = strstr(text, part)) != NULL) {
        count++;
        text += strlen(part);
    }
    return count;
}

/* Six rows, of which two failed; one model keeps its constraint, of the other nobody can tell. */
static void rows_and_constraints_are_cases(void **state)
{
    static const char *const parts[] = {
        "<testsuite name=\"two models\" tests=\"8\" failures=\"0\" errors=\"2\" skipped=\"1\" ",
        " timestamp=\"2020-01-02T03:04:05\" hostname=\"h\">",
        "<property name=\"cpu\" value=\"a CPU\"/>",
        "<property name=\"quantop\" value=\"0.1\"/>",
        "<testcase classname=\"plain\" name=\"int8/1/measured\" time=\"0.0",
        "<testcase classname=\"plain\" name=\"wide, &quot;slow&quot; | 16x8/pu:0,2/measured\"",
        "time=\"0.000\">\n      <error message=\"timing: killed?by µ, again\">",
        "<testcase classname=\"naïve|µ, &quot;x&quot;\" name=\"int8 ±/cores/measured\"",
        "<testcase classname=\"plain\" name=\"constraints\" time=\"0.000\"/>",
        "name=\"constraints\" time=\"0.000\">\n      <skipped message=\"cannot tell whether int8 ±",
    };
    struct results *results = harness_run_results();
    struct text out = {0};
    (void)state;
    report_junit.write(results, &out);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!strstr(out.bytes, parts[i]))
            fail_msg("no '%s' in\n%s", parts[i], out.bytes);
    assert_int_equal(occurrences(out.bytes, "<testcase "), 8);
    assert_int_equal(occurrences(out.bytes, "<error "), 2);
    assert_int_equal(occurrences(out.bytes, "<failure "), 0);
    text_release(&out);
    results_free(results);
}

static void figures_that_are_worse_are_failures(void **state)
{
    static const char *const parts[] = {
        "tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"3\"",
        "<property name=\"baseline\" value=\"&lt;b&gt;\"/>",
        "<property name=\"gate\" value=\"failed\"/>",
        "<testcase classname=\"m\" name=\"int8/1/size\" time=\"0.000\">\n      <failure "
        "message=\"worse: size 2 B, 1 B before: +100.0 %, up to +1.00 % does not matter\">worse: ",
        "<testcase classname=\"m\" name=\"int8/1/memory\" time=\"0.000\"/>",
        "<testcase classname=\"m\" name=\"int8/1/latency\" time=\"0.000\">\n      <skipped "
        "message=\"cannot tell: latency -, - before: no CPU\">",
        "<testcase classname=\"m\" name=\"fp32/1/measured\" time=\"0.000\">\n      <skipped "
        "message=\"waiting, and the run is ",
        "<system-out>a &lt;note&gt;\n</system-out>",
    };
    struct results *results = harness_two_rows();
    struct text out = {0};
    (void)state;
    harness_apply(results,
                  "{'event': 'gate', 'baseline': '<b>', 'notes': ['a <note>'], 'comparisons': ["
                  "{'trial': 1, 'figure': 'latency', 'margin': 0.05, 'reason': 'no CPU'}, "
                  "{'trial': 1, 'figure': 'size', 'margin': 0.01, 'before': 1, 'now': 2, "
                  "'change': 1, 'low': 1, 'high': 1}, {'trial': 1, 'figure': 'memory', 'margin': "
                  "0.1, 'before': 1, 'now': 1, 'change': 0, 'low': 0, 'high': 0}]}");
    report_junit.write(results, &out);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!strstr(out.bytes, parts[i]))
            fail_msg("no '%s' in\n%s", parts[i], out.bytes);
    text_release(&out);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xml_takes_any_bytes),
        cmocka_unit_test(rows_and_constraints_are_cases),
        cmocka_unit_test(figures_that_are_worse_are_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
