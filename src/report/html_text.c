/* Texts in HTML, and the style of the page. */
#include "report/html.h"

void html_add(struct text *out, const char *string)
{
    static const struct {
        char character;
        const char *escaped;
    } escapes[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    for (const char *c = string; *c; c++) {
        const char *escaped = NULL;
        for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
            if (*c == escapes[i].character)
                escaped = escapes[i].escaped;
        if (escaped)
            text_add_string(out, escaped);
        else
            text_add(out, c, 1);
    }
}

void html_add_heading(struct text *out, int level, const char *string)
{
    text_printf(out, "<h%d>", level);
    html_add(out, string);
    text_printf(out, "</h%d>\n", level);
}

void html_add_paragraph(struct text *out, const char *class, const char *string)
{
    text_printf(out, "<p class=\"%s\">", class);
    html_add(out, string);
    text_add_string(out, "</p>\n");
}

const char html_style[] =
    ":root{color-scheme:light dark;--ink:#1b1f24;--dim:#667079;--line:#d5dae0;--paper:#fff;"
    "--shade:#f4f6f8;--good:#00734d;--bad:#b3261e}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--dim:#9aa4ad;--line:#3a424a;"
    "--paper:#14181c;--shade:#1d2329;--good:#4cc38a;--bad:#ff8a80}}\n"
    "body{margin:2rem auto;max-width:86rem;padding:0 1rem;color:var(--ink);"
    "background:var(--paper);font:15px/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.3rem;margin:2.2rem 0 .6rem;"
    "border-bottom:1px solid var(--line)}h3{font-size:1.05rem;margin:1.4rem 0 .4rem}\n"
    "p,li{max-width:66rem}.dim{color:var(--dim)}\n"
    ".answer{background:var(--shade);border-left:4px solid #0072b2;padding:.6rem 1rem;"
    "margin:.8rem 0}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px;"
    "font-variant-numeric:tabular-nums}th,td{padding:.25rem .5rem;"
    "border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}"
    "th{background:var(--shade);font-weight:600}td.n,th.n{text-align:right}"
    "td.t{white-space:normal;max-width:22rem}\n"
    ".good{color:var(--good)}.bad{color:var(--bad)}\n"
    ".charts,.bars{display:grid;grid-template-columns:repeat(auto-fit,minmax(30rem,1fr));gap:1rem}"
    "figure{margin:0}figcaption{font-weight:600;font-size:14px;margin:.4rem 0}"
    "svg{width:100%;height:auto;background:var(--paper);border:1px solid var(--line)}"
    "svg text{font:12px system-ui,sans-serif;fill:var(--ink);stroke:var(--paper);"
    "stroke-width:3px;paint-order:stroke;stroke-linejoin:round}"
    ".charts figure:first-child:not(:only-child){grid-row:span 2}"
    ".grid{stroke:var(--line)}.front{stroke:var(--dim);"
    "stroke-dasharray:5 4;fill:none}.band{fill:var(--line);opacity:.5}"
    "svg .small{font-size:10px;fill:var(--dim)}.real{fill:var(--dim)}.mode{fill:#0072b2}"
    ".error{fill:#d55e00}"
    ".mark{stroke:var(--ink);stroke-width:1.5}.reach{stroke:var(--dim);stroke-width:1}\n"
    ".box{border:1px solid var(--dim);border-radius:4px;padding:.3rem .5rem;margin:.3rem;"
    "background:var(--paper);font-size:13px}.boxes{display:flex;flex-wrap:wrap}\n"
    "pre{background:var(--shade);padding:.7rem;overflow-x:auto;font-size:12px;"
    "white-space:pre-wrap;overflow-wrap:anywhere}summary{cursor:pointer}\n"
    "@media screen{#rows th,#rows td{padding:.25rem .35rem}"
    "#rows td[data-column=drop_verdict]{white-space:nowrap}}\n"
    "@media print{:root{--ink:#000;--dim:#444;--line:#bbb;--paper:#fff;--shade:#f2f2f2;"
    "--good:#00532f;--bad:#8c1d18}body{margin:0;max-width:none;font-size:11px}"
    ".wide{overflow:visible}table{font-size:8px}th,td{padding:.1rem .25rem}"
    ".charts figure{width:78%}.bars figure{width:66%}"
    "figure,.answer,tr{break-inside:avoid}h2,h3{break-after:avoid}}\n";
