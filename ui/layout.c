#include "ui/layout.h"

/* Screen heights from which the optional lines are worth their place. */
#define PROGRESS_FROM 7
#define MESSAGE_FROM  9
#define MACHINE_FROM  14
#define METERS_FROM   28
#define DIGITS_FROM   34
/* The body (table and details) must have this many lines before it is shared. */
#define SHARED_FROM 12
/* Lines that details may take from a table that could use them. */
#define DETAILS_MAX 16
/* The screen must have this many lines before there are reasons; they get a share of it, with a
 * rule above them, and no more than so many. */
#define WHY_FROM  24
#define WHY_SHARE 8
#define WHY_MAX   6
/* Details have at least so many lines beside reasons. */
#define DETAILS_LEAST 5
/* Lines of column heads above the rows. */
#define TABLE_HEADS 2

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static struct rect take_line(int *y, int width, bool wanted)
{
    struct rect rect = {*y, 0, wanted ? 1 : 0, wanted ? width : 0};
    *y += rect.height;
    return rect;
}

/* Lines of the body that the details get. */
static int details_height(int body, const struct layout_content *content)
{
    if (body < SHARED_FROM)
        return content->details_focused ? body : 0;
    if (!content->details && !content->details_focused)
        return 0;
    int spare = body - least(content->rows, body) - TABLE_HEADS;
    return most(least(body / 2, DETAILS_MAX), spare);
}

/* How many lines of the body reasons and details get. */
static void share_body(int height, int body, const struct layout_content *content, int *why,
                       int *details)
{
    *why = content->why && height >= WHY_FROM ? 1 + least(height / WHY_SHARE, WHY_MAX) : 0;
    *details = details_height(body - *why, content);
    int due = least(content->rows + TABLE_HEADS, (height + 1) / 2);
    int lack = *why > 0 ? due - (body - *why - *details) : 0;
    if (lack <= 0)
        return;
    if (*details - lack >= DETAILS_LEAST) {
        *details -= lack;
        return;
    }
    *why = 0;
    *details = details_height(body, content);
}

static bool too_small(int height, int width)
{
    return height < LAYOUT_HEIGHT_MIN || width < LAYOUT_WIDTH_MIN;
}

struct layout layout_main(int height, int width, const struct layout_content *content)
{
    struct layout layout = {.too_small = too_small(height, width)};
    if (layout.too_small)
        return layout;
    int y = 0;
    layout.title = take_line(&y, width, true);
    layout.machine = take_line(&y, width, height >= MACHINE_FROM);
    if (content->digits && height >= DIGITS_FROM) {
        layout.digits = (struct rect){y, 0, LAYOUT_DIGITS_LINES, width};
        y += LAYOUT_DIGITS_LINES;
    }
    layout.meters = take_line(&y, width, height >= METERS_FROM);
    layout.progress = take_line(&y, width, height >= PROGRESS_FROM);
    layout.message = take_line(&y, width, height >= MESSAGE_FROM);
    int body = height - y - 1, why, details;
    share_body(height, body, content, &why, &details);
    int table = body - why - details;
    if (table > 0)
        layout.table = (struct rect){y, 0, table, width};
    if (why > 0)
        layout.why = (struct rect){y + table, 0, why, width};
    if (details > 0)
        layout.details = (struct rect){y + body - details, 0, details, width};
    y += body;
    layout.footer = take_line(&y, width, true);
    return layout;
}

struct layout layout_page(int height, int width)
{
    struct layout layout = {.too_small = too_small(height, width)};
    if (layout.too_small)
        return layout;
    int y = 0;
    layout.title = take_line(&y, width, true);
    layout.table = (struct rect){y, 0, height - 2, width};
    y = height - 1;
    layout.footer = take_line(&y, width, true);
    return layout;
}

struct rect layout_centred(int height, int width, int wanted_height, int wanted_width)
{
    struct rect rect = {.height = least(height, wanted_height),
                        .width = least(width, wanted_width)};
    rect.y = (height - rect.height) / 2;
    rect.x = (width - rect.width) / 2;
    return rect;
}

struct rect rect_columns(struct rect rect, int x, int width)
{
    x = most(0, least(x, rect.width));
    return (struct rect){rect.y, rect.x + x, rect.height, most(0, least(width, rect.width - x))};
}

struct rect rect_lines(struct rect rect, int y, int height)
{
    y = most(0, least(y, rect.height));
    return (struct rect){rect.y + y, rect.x, most(0, least(height, rect.height - y)), rect.width};
}

bool rect_contains(struct rect rect, int y, int x)
{
    return y >= rect.y && y < rect.y + rect.height && x >= rect.x && x < rect.x + rect.width;
}
