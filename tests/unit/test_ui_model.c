/* The page of a row's model: operators in their order, sorted and found, with their tensors and the
 * same of the float graph. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "results_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui_harness.h"

/* The page of mobilenet in int8. */
static void open_model(struct stage *stage)
{
    stage_show(stage, page_run());
    press_then(stage, "/mobilenet mode:int8", UI_KEY_ENTER);
    press(stage, "i");
    assert_true(picture_shows(&stage->buffer, "\n mobilenet, int8:effort=0: 18 operators, "));
}

static void an_operator_is_shown_with_its_tensors(void **state)
{
    struct stage stage;
    (void)state;
    open_model(&stage);
    press(&stage, "jjj");
    stage_draw(&stage, 40, 160);
    assert_true(picture_shows(&stage.buffer, "\n>  2  DEPTHWISE_CONV_2D 3x3 RELU6   1x14x14x32 "
                                             " int8        320    56        0.4  int8/ch "));
    assert_true(picture_shows(&stage.buffer, "-- 2 DEPTHWISE_CONV_2D 3x3 RELU6 ---"));
    assert_true(picture_shows(&stage.buffer, "\nwrites      mobilenet/1: int8 1x14x14x32, scale "
                                             "0.0235294, zero point -128, holds 0 to 6, "
                                             "calibration saw 0 to 6;"));
    assert_true(picture_shows(&stage.buffer, " read by 3 CONV_2D\n"));
    assert_true(picture_shows(&stage.buffer, " of 1 CONV_2D\n"));
    assert_true(picture_shows(&stage.buffer, ", 288 B, 32 scales from "));
    assert_true(picture_shows(&stage.buffer, " along dimension 3; a constant\n"));
    assert_true(picture_shows(&stage.buffer, "\nfp32        1 DEPTHWISE_CONV_2D 3x3 RELU6: float32 "
                                             "1x14x14x32, 1.25 KiB of constants\n"));
    press(&stage, "G");
    stage_draw(&stage, 40, 160);
    assert_true(picture_shows(&stage.buffer, "; an output of the model\n"));
    stage_close(&stage);
}

static void details_take_the_page(void **state)
{
    struct stage stage;
    (void)state;
    open_model(&stage);
    press(&stage, "j");
    action_of_key(&stage.ui, UI_KEY_ENTER);
    stage_draw(&stage, 12, 40);
    assert_true(picture_shows(&stage.buffer, "\n-- 0 QUANTIZE ----"));
    assert_true(picture_shows(&stage.buffer, "\nwork        0 multiply-accumulates, "));
    action_of_key(&stage.ui, 'j');
    stage_draw(&stage, 12, 40);
    assert_false(picture_shows(&stage.buffer, "\nwork        0 multiply-accumulates, "));
    assert_true(picture_shows(&stage.buffer, "\n-- 0 QUANTIZE ----")); /* the same one, scrolled */
    action_of_key(&stage.ui, UI_KEY_ENTER);
    action_of_key(&stage.ui, 'g');
    action_of_key(&stage.ui, UI_KEY_ENTER);
    stage_draw(&stage, 12, 40);
    assert_true(picture_shows(&stage.buffer, "\n-- whole model ----"));
    assert_true(picture_shows(&stage.buffer, "\nfile        tflite, schema version 3,"));
    stage_close(&stage);
}

static void other_modes_show_the_same_operator(void **state)
{
    struct stage stage;
    (void)state;
    open_model(&stage);
    press(&stage, "jjj");
    press_then(&stage, "", UI_KEY_TAB);
    assert_true(picture_shows(&stage.buffer, "\n mobilenet, fp32: 16 operators"));
    assert_true(picture_shows(&stage.buffer, "\n>  1  DEPTHWISE_CONV_2D 3x3 "));
    assert_false(picture_shows(&stage.buffer, "\nfp32 ")); /* that is this one */
    press_then(&stage, "", UI_KEY_TAB);
    assert_true(picture_shows(&stage.buffer, "\n mobilenet, dynamic: "));
    assert_true(picture_shows(&stage.buffer, "\n>  1  DEPTHWISE_CONV_2D 3x3 "));
    press(&stage, "1");
    assert_true(stage_selects(&stage, "dynamic"));
    stage_close(&stage);
}

static void operators_are_sorted_below_the_whole(void **state)
{
    struct stage stage;
    (void)state;
    open_model(&stage);
    press(&stage, ">>>>>>"); /* to the work */
    assert_true(picture_shows(&stage.buffer, "sorted by work kMAC\n"));
    assert_true(picture_shows(&stage.buffer, "\n>     whole model "));
    press(&stage, "j");
    assert_true(picture_shows(&stage.buffer, "\n> 13  CONV_2D 1x1 RELU6 "));
    press(&stage, "G");
    assert_true(picture_shows(&stage.buffer, "\n> 17  DEQUANTIZE ")); /* without any, in order */
    press(&stage, "<<<<<<");
    assert_true(picture_shows(&stage.buffer, "in the order of the file\n"));
    press(&stage, "<");
    assert_true(picture_shows(&stage.buffer, "in the order of the file\n"));
    stage_close(&stage);
}

/* A mode that calibrates nothing has no columns of ranges and scales, which nobody sorts by. */
static void empty_columns_are_left_out(void **state)
{
    struct stage stage;
    (void)state;
    open_model(&stage);
    stage_draw(&stage, 24, 200);
    assert_true(picture_shows(&stage.buffer, "  seen  seen    scale   zero  name"));
    press_then(&stage, "", UI_KEY_TAB);
    stage_draw(&stage, 24, 200);
    assert_true(picture_shows(&stage.buffer, "  constants  weights  name"));
    press(&stage, ">>>>>>>>>>>>>>>>");
    assert_true(picture_shows(&stage.buffer, "sorted by name\n"));
    press(&stage, "<");
    assert_true(picture_shows(&stage.buffer, "sorted by weights\n"));
    stage_close(&stage);
}

static void an_operator_is_found(void **state)
{
    struct stage stage;
    (void)state;
    open_model(&stage);
    press(&stage, "n");
    assert_true(picture_shows(&stage.buffer, "nothing was searched for yet: / does"));
    press(&stage, "/mean");
    assert_true(picture_shows(&stage.buffer, "> 14  MEAN "));
    press_then(&stage, "", UI_KEY_ESCAPE);
    assert_true(picture_shows(&stage.buffer, "\n>     whole model "));
    press_then(&stage, "/3x3/2", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "\n>  1  CONV_2D 3x3/2 "));
    press(&stage, "n");
    assert_true(picture_shows(&stage.buffer, "\n>  4  DEPTHWISE_CONV_2D 3x3/2 "));
    press(&stage, "NN");
    assert_true(picture_shows(&stage.buffer, "\n> 10  DEPTHWISE_CONV_2D 3x3/2 ")); /* around */
    press_then(&stage, "/no such thing", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "no operator has 'no such thing'"));
    stage_close(&stage);
}

/* The list and, below it or in its place, the details. */
static void it_is_drawn_at_every_size(void **state)
{
    struct stage stage;
    (void)state;
    open_model(&stage);
    for (int turn = 0; turn < 2; turn++) {
        for (int height = 1; height <= 60; height += height < 30 ? 1 : 10)
            for (int width = 1; width <= 220; width += width < 45 ? 1 : 25)
                stage_draw(&stage, height, width);
        press_then(&stage, "j", UI_KEY_ENTER);
    }
    stage_close(&stage);
}

static void the_place_is_told(void **state)
{
    struct stage stage;
    (void)state;
    open_model(&stage);
    assert_true(picture_shows(&stage.buffer, " 1/19\n"));
    press(&stage, "G");
    assert_true(picture_shows(&stage.buffer, " 19/19\n"));
    press(&stage, "k");
    assert_true(picture_shows(&stage.buffer, " 18/19\n"));
    stage_close(&stage);
}

/* One row, and what becomes of it. */
static void expect_words(const char *const *events, size_t count, const char *words)
{
    struct stage stage;
    struct results *results = results_new();
    if (count > 0)
        harness_trial(results, 0, "int8", -1);
    for (size_t i = 1; i < count; i++)
        harness_apply(results, "%s", events[i]);
    stage_show(&stage, results);
    press(&stage, "i");
    if (!picture_shows(&stage.buffer, words))
        fail_msg("'%s' is not shown", words);
    action_of_key(&stage.ui, UI_KEY_ENTER); /* of nothing there are no details */
    press_then(&stage, "jkG>", UI_KEY_TAB);
    assert_true(picture_shows(&stage.buffer, "no other row of this model has a file whose "
                                             "operators are known"));
    stage_close(&stage);
}

static void what_is_not_known_is_said(void **state)
{
    static const char *const prepared = "{'event':'prepared','candidate':0,'bytes':9,'nodes':1}";
    static const char *const failed =
        "{'event':'failed','trial':0,'stage':'quantizing','reason':'it is odd'}";
    (void)state;
    expect_words(NULL, 0, "There is no row yet.");
    expect_words((const char *[]){NULL}, 1, "The file of this row is not made yet.");
    expect_words((const char *[]){NULL, failed}, 2, "was made for this row: quantizing: it is odd");
    expect_words((const char *[]){NULL, prepared}, 2,
                 "The operators of this row are not in this journal, which is of an older");
}

/* Of a large graph the first operators are told. */
static void a_part_is_called_one(void **state)
{
    static const char *const part =
        "{'event':'network','candidate':0,'format':'tflite','spelling':'it is "
        "odd','count':5000,'parameters':1,'macs':1,"
        "'constants':{},'inputs':[],'outputs':[],'variables':[],'ends':[70,0,0],"
        "'tensors':[{'name':'y','type':'int8','shape':'1'}],"
        "'operators':[{'op':'ABS','inputs':[],'outputs':[0]}]}";
    (void)state;
    expect_words((const char *[]){NULL, part}, 2, ": the first 1 of 5000 operators, in the order");
    expect_words((const char *[]){NULL, part}, 2, "\nthere       it is odd\n");
    expect_words((const char *[]){NULL, part}, 2, "\ninput       and 70 more\n");
    expect_words((const char *[]){NULL, part}, 2, "\nfp32        not known: no fp32 row of this");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operator_is_shown_with_its_tensors),
        cmocka_unit_test(details_take_the_page),
        cmocka_unit_test(other_modes_show_the_same_operator),
        cmocka_unit_test(operators_are_sorted_below_the_whole),
        cmocka_unit_test(empty_columns_are_left_out),
        cmocka_unit_test(an_operator_is_found),
        cmocka_unit_test(it_is_drawn_at_every_size),
        cmocka_unit_test(the_place_is_told),
        cmocka_unit_test(what_is_not_known_is_said),
        cmocka_unit_test(a_part_is_called_one),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
