/* Command lines as they are typed, and what sh itself makes of them. */
#include "base/words.h"

#include "unit.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include <errno.h>
#include <string.h>

/* Each word in < and >. */
static char *show(char *const *words)
{
	struct strbuf b = { 0 };

	for (; *words; words++)
		strbuf_addf(&b, "<%s>", *words);
	return strbuf_detach(&b);
}

static const struct {
	const char *text, *words;
} good[] = {
	{ "./old", "<./old>" },
	{ "./old \"a b\" c\\ d", "<./old><a b><c d>" },
	{ "  a\t b  ", "<a><b>" },
	{ "a 'b c'\"d e\"f", "<a><b cd ef>" },
	{ "a '' \"\"", "<a><><>" },
	{ "a 'x\\y' \"x\\y\" x\\y", "<a><x\\y><x\\y><xy>" },
	{ "a \"\\$ \\` \\\" \\\\ \\x\"", "<a><$ ` \" \\ \\x>" },
	{ "a '$HOME `x` * | > && ;'", "<a><$HOME `x` * | > && ;>" },
	{ "a \"* | > && ; ' [x] ~\"", "<a><* | > && ; ' [x] ~>" },
	{ "a \\$ \\* \\| \\> \\# \\~", "<a><$><*><|><>><#><~>" },
	{ "a x#y x~y [ ] {} x=y", "<a><x#y><x~y><[><]><{}><x=y>" },
	{ "env A=1 b", "<env><A=1><b>" },
	{ "'A=1' b", "<A=1><b>" },
	{ "1A=1 b", "<1A=1><b>" },
	{ "a \\\nb \"c\\\nd\"", "<a><b><cd>" },
	{ "\n a b \n", "<a><b>" },
	{ "a\\  ", "<a >" },
	{ "gr\xc3\xbc\xc3\x9f ''\\'", "<gr\xc3\xbc\xc3\x9f><'>" },
};

static void words_are_what_was_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO_FREE char *shown = NULL;
		struct err err = { 0 };
		char **words;
		size_t n = 0, counted = 0;

		assert_int_equal(words_split(good[i].text, &words, &n, &err),
				 0);
		shown = show(words);
		while (words[counted])
			counted++;
		words_free(words);
		assert_string_equal(shown, good[i].words);
		assert_int_equal(n, counted);
	}
}

static void joined_words_are_the_same_when_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO_FREE char *shown = NULL, *joined = NULL;
		struct err err = { 0 };
		char **words;
		size_t n;

		assert_int_equal(words_split(good[i].text, &words, &n, &err),
				 0);
		joined = words_join(words);
		words_free(words);
		assert_int_equal(words_split(joined, &words, &n, &err), 0);
		shown = show(words);
		words_free(words);
		assert_string_equal(shown, good[i].words);
	}
}

static void only_what_needs_it_is_quoted(void **state)
{
	char *words[] = { (char[]){ "./a" }, (char[]){ "x=1" },
			  (char[]){ "b c" }, (char[]){ "it's" },
			  (char[]){ "" },    NULL };
	AUTO_FREE char *joined = words_join(words);

	(void)state;
	assert_string_equal(joined, "./a x=1 'b c' 'it'\\''s' ''");
}

/* The same words from sh, which is what people have in mind. */
static void sh_makes_the_same_of_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		char line[256] = "";
		AUTO_FREE char *script = NULL;
		FILE *out;

		/* "set --" first: the command is a word like the others */
		script = xasprintf("set -- %s\nprintf '<%%s>' \"$@\"",
				   good[i].text + strspn(good[i].text, " \n"));
		assert_int_equal(setenv("WORDS_SCRIPT", script, 1), 0);
		out = popen("sh -c \"$WORDS_SCRIPT\"", "r");
		assert_non_null(out);
		assert_non_null(fgets(line, sizeof(line), out));
		assert_int_equal(pclose(out), 0);
		assert_string_equal(line, good[i].words);
	}
	unsetenv("WORDS_SCRIPT");
}

static void what_is_not_closed_is_shown(void **state)
{
	static const struct {
		const char *text, *what;
	} rows[] = {
		{ "./a 'b c", "character 5: this ' is never closed" },
		{ "./a b\" c", "character 6: this \" is never closed" },
		{ "\xc3\xbc 'b", "character 3: this ' is never closed" },
		{ "a b\\", "character 4: nothing comes after this \\" },
		{ "a \"b\\\"", "character 3: this \" is never closed" },
		{ "", "there is no command in it" },
		{ " \n\t", "there is no command in it" },
		{ "'' a", "the name of the command is empty" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = { 0 };
		char **words = NULL;
		size_t n = 7;

		assert_int_equal(words_split(rows[i].text, &words, &n, &err),
				 -EINVAL);
		assert_string_equal(err.what, rows[i].what);
		assert_null(words);
		assert_int_equal(n, 7);
	}
}

static void what_only_a_shell_can_do_is_refused(void **state)
{
	static const struct {
		const char *text, *what;
	} rows[] = {
		{ "ls *.c", "character 4: a shell would look for files that "
			    "match '*'" },
		{ "ls ?.c", "character 4: a shell would look for files that "
			    "match '?'" },
		{ "ls a[bc]", "character 5: a shell would look for files that "
			      "match '[...]'" },
		{ "a $X", "character 3: a shell would put a value in place of "
			  "'$'" },
		{ "a \"$X\"", "character 4: a shell would put a value in place "
			      "of '$'" },
		{ "a `b`", "character 3: a shell would run what is between "
			   "'`'" },
		{ "a \"`b`\"", "character 4: a shell would run what is between "
			       "'`'" },
		{ "a | b", "character 3: a shell would make a pipe of '|'" },
		{ "a >b", "character 3: a shell would redirect the output "
			  "with '>'" },
		{ "a 2>&1", "character 4: a shell would redirect the output "
			    "with '>'" },
		{ "a <b", "character 3: a shell would redirect the input with "
			  "'<'" },
		{ "a && b", "character 3: a shell would start another command "
			    "after '&'" },
		{ "a; b", "character 2: a shell would start another command "
			  "after ';'" },
		{ "a\nb", "character 2: a shell would start another command in "
			  "a new line" },
		{ "(a)", "character 1: a shell would run what is between '(' "
			 "and ')'" },
		{ "~/a", "character 1: a shell would put a directory in place "
			 "of '~'" },
		{ "a #b", "character 3: a shell would take the rest for a "
			  "comment" },
		{ "A_1=1 b", "character 1: a shell would set a variable "
			     "here" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = { 0 };
		char **words = NULL;
		size_t n;

		assert_int_equal(words_split(rows[i].text, &words, &n, &err),
				 -EINVAL);
		assert_string_equal(err.what, rows[i].what);
		assert_non_null(strstr(err.hint, "--shell"));
		assert_null(words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_what_was_meant),
		cmocka_unit_test(joined_words_are_the_same_when_split),
		cmocka_unit_test(only_what_needs_it_is_quoted),
		cmocka_unit_test(sh_makes_the_same_of_them),
		cmocka_unit_test(what_is_not_closed_is_shown),
		cmocka_unit_test(what_only_a_shell_can_do_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
