#include "base/strbuf.h"

#include "unit.h"

#include "base/auto.h"

#include <string.h>

static void a_zeroed_one_is_empty(void **state)
{
	struct strbuf b = { 0 };
	char *detached;

	(void)state;
	assert_string_equal(strbuf_str(&b), "");
	detached = strbuf_detach(&b);
	assert_string_equal(detached, "");
	free(detached);
	strbuf_done(&b);
}

static void what_is_added_stands_in_order(void **state)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	(void)state;
	strbuf_puts(&b, "a");
	strbuf_putc(&b, 'b');
	strbuf_add(&b, "cde", 2);
	strbuf_add(&b, NULL, 0);
	strbuf_addf(&b, "%d-%s", 42, "x");
	assert_string_equal(strbuf_str(&b), "abcd42-x");
	assert_int_equal(b.len, 8);
}

static void it_grows_by_any_step(void **state)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	char piece[257];

	(void)state;
	memset(piece, 'x', sizeof(piece) - 1);
	piece[sizeof(piece) - 1] = '\0';
	for (size_t i = 0; i < sizeof(piece); i++) {
		strbuf_add(&b, piece, i);
		assert_int_equal(strlen(strbuf_str(&b)), b.len);
	}
	assert_int_equal(b.len, 256 * 257 / 2);
	strbuf_reset(&b);
	strbuf_addf(&b, "%s%s%s", piece, piece, piece);
	assert_int_equal(b.len, 3 * 256);
}

static void reset_forgets_and_detach_hands_over(void **state)
{
	struct strbuf b = { 0 };
	char *text;

	(void)state;
	strbuf_reset(&b);
	strbuf_puts(&b, "one");
	strbuf_reset(&b);
	assert_string_equal(strbuf_str(&b), "");
	strbuf_puts(&b, "two");
	text = strbuf_detach(&b);
	assert_string_equal(text, "two");
	assert_string_equal(strbuf_str(&b), "");
	free(text);
}

static void bytes_of_zero_are_bytes(void **state)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	(void)state;
	strbuf_add(&b, "a\0b", 3);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.buf, "a\0b", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zeroed_one_is_empty),
		cmocka_unit_test(what_is_added_stands_in_order),
		cmocka_unit_test(it_grows_by_any_step),
		cmocka_unit_test(reset_forgets_and_detach_hands_over),
		cmocka_unit_test(bytes_of_zero_are_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
