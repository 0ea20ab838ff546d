#include "event/section.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

static int parse(struct section_list *list, const char *text, struct err *err)
{
	return section_parse(list, "f", text, strlen(text), err);
}

static void sections_keys_and_lines_are_found(void **state)
{
	AUTO(section_list_done) struct section_list list = { 0 };
	const struct section *s;
	int line = 0;

	(void)state;
	assert_int_equal(parse(&list,
			       "# head\n"
			       "\n"
			       "[metric ipc]\n"
			       "formula = instructions / cycles\n"
			       "about\t=  A long text \n"
			       "\tgoes on # here\n"
			       "\n"
			       "  # not text\n"
			       "     and on.\r\n"
			       "unit =\n"
			       "[ event  L2.MISS:x ]\r\n"
			       "raw = cpu/event=0x24,umask=0x3f/",
			       NULL),
			 0);
	assert_int_equal(list.n, 2);
	s = list.items[0];
	assert_string_equal(s->kind, "metric");
	assert_string_equal(s->name, "ipc");
	assert_string_equal(s->file, "f");
	assert_int_equal(s->line, 3);
	assert_int_equal(s->n, 3);
	assert_string_equal(section_get(s, "formula", &line),
			    "instructions / cycles");
	assert_int_equal(line, 4);
	assert_string_equal(section_get(s, "about", &line),
			    "A long text goes on # here and on.");
	assert_int_equal(line, 5);
	assert_string_equal(section_get(s, "unit", NULL), "");
	assert_null(section_get(s, "raw", NULL));
	s = list.items[1];
	assert_string_equal(s->name, "L2.MISS:x");
	assert_string_equal(section_get(s, "raw", NULL),
			    "cpu/event=0x24,umask=0x3f/");
}

static void a_value_may_begin_on_the_next_line(void **state)
{
	AUTO(section_list_done) struct section_list list = { 0 };

	(void)state;
	assert_int_equal(parse(&list, "[m a]\nx =\n  1\n  2\n", NULL), 0);
	assert_string_equal(section_get(list.items[0], "x", NULL), "1 2");
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text, *what;
	} rows[] = {
		{ "x = 1", "f:1: no section before key 'x'" },
		{ "\n[m a]\nx = 1\ny = 2\nx = 3\n",
		  "f:5: key 'x' is already in line 3" },
		{ "[m a]\n[n a]\n[m b]\n[m a]\n",
		  "f:4: [m a] is already in line 1" },
		{ "[m a]\nformula instructions",
		  "f:2: expected 'key = value', found 'formula instructions'" },
		{ "[m a]\n= 3", "f:2: not a key: ''" },
		{ "[m a]\nX = 3", "f:2: not a key: 'X'" },
		{ "[m a]\na b = 3", "f:2: not a key: 'a b'" },
		{ "[m a", "f:1: ']' is missing at the end of '[m a'" },
		{ "[m a] x = 1", "f:1: ']' is missing at the end of "
				 "'[m a] x = 1'" },
		{ "[", "f:1: ']' is missing at the end of '['" },
		{ "[]", "f:1: expected '[kind name]', found '[]'" },
		{ "[m]", "f:1: expected '[kind name]', found '[m]'" },
		{ "[m a b]", "f:1: expected '[kind name]', found '[m a b]'" },
		{ "[m a]]", "f:1: expected '[kind name]', found '[m a]]'" },
		{ "[M a]", "f:1: expected '[kind name]', found '[M a]'" },
		{ "\n x = 1", "f:2: an indented line that continues nothing" },
		{ "[m a]\n x = 1",
		  "f:2: an indented line that continues nothing" },
		{ "[m a]\nx = \001", "f:2: byte 0x01 in column 5 is not text" },
		{ "[m a]\nx\r = 1", "f:2: byte 0x0d in column 2 is not text" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(section_list_done) struct section_list list = { 0 };
		struct err err = { 0 };

		assert_int_equal(parse(&list, rows[i].text, &err), -EINVAL);
		assert_string_equal(err.what, rows[i].what);
		assert_int_equal(err.code, -EINVAL);
		assert_int_equal(list.n, 0);
		assert_int_equal(list.nfiles, 0);
	}
}

static void a_nul_byte_is_refused(void **state)
{
	static const char text[] = "[m a]\nx = 1\0002\n";
	AUTO(section_list_done) struct section_list list = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
		section_parse(&list, "f", text, sizeof(text) - 1, &err),
		-EINVAL);
	assert_string_equal(err.what, "f:2: byte 0x00 in column 6 is not text");
}

static void a_failure_leaves_the_list_alone(void **state)
{
	AUTO(section_list_done) struct section_list list = { 0 };

	(void)state;
	assert_int_equal(parse(&list, "[m a]\nx = 1\n", NULL), 0);
	assert_int_equal(parse(&list, "[m b]\nx = 1\n!\n", NULL), -EINVAL);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.nfiles, 1);
	assert_int_equal(parse(&list, "[m a]\nx = 2\n", NULL), 0);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.items[0]->file, "f");
}

/* Wherever it stands; bytes above 0x7f are text. */
static void no_control_byte_is_overlooked(void **state)
{
	(void)state;
	for (size_t at = 10; at < 34; at++) {
		for (int c = 1; c < 256; c++) {
			AUTO(section_list_done)
			struct section_list list = { 0 };
			char text[] = "[m a]\nx = 0123456789abcdefghijklmnop\n";
			bool fine = c == '\t' || c == '\n' ||
				    (c >= ' ' && c != 0x7f);
			int r;

			text[at] = (char)c;
			r = section_parse(&list, "f", text, strlen(text), NULL);
			/* a line feed leaves a line that is no key */
			if (c != '\n')
				assert_int_equal(r, fine ? 0 : -EINVAL);
		}
	}
}

/* The bytes that are just allowed are, and one more is not. */
static void sizes_are_bounded(void **state)
{
	AUTO(section_list_done) struct section_list list = { 0 };
	AUTO(strbuf_done) struct strbuf b = { 0 };
	struct err err = { 0 };

	(void)state;
	strbuf_puts(&b, "[m a]\nx = ");
	for (int i = 0; i < SECTION_LINE_MAX - 4; i++)
		strbuf_putc(&b, 'v');
	assert_int_equal(parse(&list, b.buf, &err), 0);
	strbuf_putc(&b, 'v');
	assert_int_equal(parse(&list, b.buf, &err), -E2BIG);
	assert_string_equal(err.what,
			    "f:2: the line has too many bytes (at most 1024)");

	strbuf_reset(&b);
	strbuf_puts(&b, "[m a]\nx = 1\n");
	for (int i = 0; i < SECTION_VALUE_MAX / 2 + 1; i++)
		strbuf_puts(&b, " v\n");
	assert_int_equal(parse(&list, b.buf, &err), -E2BIG);

	strbuf_reset(&b);
	strbuf_puts(&b, "[m a]\n");
	for (int i = 0; i < SECTION_KEYS_MAX + 1; i++)
		strbuf_addf(&b, "k%d = 1\n", i);
	assert_int_equal(parse(&list, b.buf, &err), -E2BIG);

	strbuf_reset(&b);
	for (int i = 0; i < SECTION_COUNT_MAX + 1; i++)
		strbuf_addf(&b, "[m k%d]\n", i);
	assert_int_equal(parse(&list, b.buf, &err), -E2BIG);

	strbuf_reset(&b);
	for (int i = 0; i < SECTION_FILE_MAX + 1; i++)
		strbuf_putc(&b, '\n');
	assert_int_equal(section_parse(&list, "f", b.buf, b.len, &err), -E2BIG);
	assert_int_equal(section_parse(&list, "f", b.buf, b.len - 1, &err), 0);
}

/*
 * Every way to cut a text off, and to overwrite one byte of it, is read or
 * refused with a place; what is read is read the same a second time.
 */
static void damage_never_crashes(void **state)
{
	static const char good[] =
		"# c\n[metric a]\nformula = x / y\nabout = t\n"
		"  more\n[event b]\nraw = r1\n";
	static const char bytes[] = "\0\n\t []=#a\\\x80\xff";

	(void)state;
	for (size_t i = 0; i < sizeof(good); i++) {
		for (size_t k = 0; k < sizeof(bytes); k++) {
			AUTO(section_list_done) struct section_list a = { 0 };
			/* exact size, so that a sanitizer sees an overrun */
			AUTO_FREE char *text = xmalloc(i + 1);
			struct err err = { 0 };
			int r;

			memcpy(text, good, i);
			if (i)
				text[i * 7 % (i + 1) % i] = bytes[k];
			text[i] = bytes[k];
			r = section_parse(&a, "f", text, i + 1, &err);
			if (r < 0)
				assert_memory_equal(err.what, "f:", 2);
			else
				assert_int_equal(a.nfiles, 1);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_keys_and_lines_are_found),
		cmocka_unit_test(a_value_may_begin_on_the_next_line),
		cmocka_unit_test(what_is_wrong_is_told_with_its_line),
		cmocka_unit_test(a_nul_byte_is_refused),
		cmocka_unit_test(no_control_byte_is_overlooked),
		cmocka_unit_test(a_failure_leaves_the_list_alone),
		cmocka_unit_test(sizes_are_bounded),
		cmocka_unit_test(damage_never_crashes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
