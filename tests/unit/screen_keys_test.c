/* The table of keys: whole, without contradictions, and in the manual. */
#include "screen/keys.h"

#include "unit.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "screen/theme.h"

#include <string.h>

static void each(void (*look)(const struct key *k))
{
	for (size_t g = 0; g < keys_ngroups; g++) {
		for (size_t i = 0; i < keys_groups[g].n; i++)
			look(&keys_groups[g].keys[i]);
	}
}

static size_t seen[ACTIONS];

static void count(const struct key *k)
{
	assert_in_range(k->action, 1, ACTIONS - 1);
	seen[k->action]++;
}

static void every_action_has_a_key(void **state)
{
	(void)state;
	each(count);
	for (size_t i = 1; i < ACTIONS; i++)
		assert_int_equal(seen[i], 1);
}

static void is_complete(const struct key *k)
{
	assert_int_not_equal(k->keys[0], 0);
	assert_non_null(k->spelt);
	assert_non_null(k->help);
	assert_true(strlen(k->spelt) <= 11); /* its column in the help */
	assert_int_not_equal(k->where, 0);
}

static void every_row_is_complete(void **state)
{
	(void)state;
	each(is_complete);
}

static void finds_itself(const struct key *k)
{
	for (unsigned where = 1; where <= IN_HELP; where <<= 1) {
		for (size_t i = 0; i < KEYS_EACH && k->keys[i]; i++) {
			enum action want =
				k->where & where ? k->action : ACTION_NONE;
			enum action got = keys_action(k->keys[i], where, true);

			/* elsewhere it may mean something else */
			if (want)
				assert_int_equal(got, want);
		}
	}
}

static void no_key_means_two_things_in_one_place(void **state)
{
	(void)state;
	each(finds_itself);
}

static void keys_of_recordings_do_nothing_live(void **state)
{
	(void)state;
	assert_int_equal(keys_action('.', IN_ROWS, true), ACTION_STEP);
	assert_int_equal(keys_action('.', IN_ROWS, false), ACTION_NONE);
	assert_int_equal(keys_action('G', IN_ROWS, false), ACTION_NONE);
	assert_int_equal(keys_action(0x1234, IN_ROWS, true), ACTION_NONE);
	assert_int_equal(keys_action('9', IN_ROWS, false),
			 ACTION_SCREEN_NUMBER);
	assert_int_equal(keys_action('0', IN_ROWS, false), ACTION_NONE);
}

/* Where htop or top have a key for the same, it is theirs. */
static void keys_are_those_of_htop_and_top(void **state)
{
	static const struct {
		uint32_t key;
		enum action action;
	} known[] = {
		{ KEYS_F1, ACTION_HELP },  { 'h', ACTION_HELP },
		{ '?', ACTION_HELP },      { KEYS_F3, ACTION_SEARCH },
		{ '/', ACTION_SEARCH },    { KEYS_F4, ACTION_FILTER },
		{ '\\', ACTION_FILTER },   { KEYS_F5, ACTION_TREE },
		{ 't', ACTION_TREE },      { KEYS_F6, ACTION_SORT },
		{ KEYS_F9, ACTION_KILL },  { 'k', ACTION_KILL },
		{ KEYS_F10, ACTION_QUIT }, { 'q', ACTION_QUIT },
		{ 'I', ACTION_REVERSE },   { 'R', ACTION_REVERSE },
		{ 'H', ACTION_THREADS },   { 'K', ACTION_KERNEL },
		{ 'u', ACTION_USER },      { 'U', ACTION_UNTAG },
		{ ' ', ACTION_TAG },       { 'P', ACTION_SORT_CPU },
		{ '<', ACTION_SORT_LEFT }, { '>', ACTION_SORT_RIGHT },
		{ 'd', ACTION_DELAY },     { 'i', ACTION_IDLE },
		{ 'Z', ACTION_PAUSE },     { '+', ACTION_UNFOLD },
		{ '-', ACTION_FOLD },      { '\t', ACTION_SCREEN_NEXT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		assert_int_equal(keys_action(known[i].key, IN_ROWS, false),
				 known[i].action);
}

static void the_bar_has_the_f_keys_in_order(void **state)
{
	static const char *const want[] = { "F1", "F2", "F3", "F4", "F5",
					    "F6", "F7", "F8", "F9", "F10" };
	const struct key *k;
	char buf[16];
	size_t n = 0;

	(void)state;
	for (; (k = keys_bar(n, IN_ROWS, false)); n++)
		assert_string_equal(keys_first(k, buf), want[n]);
	assert_int_equal(n, ARRAY_LEN(want));
	for (n = 0; (k = keys_bar(n, IN_HELP, false)); n++)
		assert_non_null(k->name);
	assert_true(n >= 2);
}

static char *manual;

/* "F4 \\" is the line ".B F4 \\e" there, and then comes its text */
static void is_in_the_manual(const struct key *k)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	strbuf_puts(&b, ".B ");
	for (const char *at = k->spelt; *at; at++) {
		if (*at == '\\')
			strbuf_puts(&b, "\\e");
		else if (*at == '-')
			strbuf_puts(&b, "\\-");
		else if (*at == '^')
			strbuf_puts(&b, "\\(ha");
		else
			strbuf_putc(&b, *at);
	}
	strbuf_putc(&b, '\n');
	if (!strstr(manual, strbuf_str(&b)))
		fail_msg("tacho.1 has no line '%s'", strbuf_str(&b));
}

static void every_key_is_in_the_manual(void **state)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];
	FILE *f;
	size_t size = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/doc/tacho.1", srcdir ? srcdir : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	assert_true(getdelim(&manual, &size, '\0', f) > 0);
	fclose(f);
	each(is_in_the_manual);
	free(manual);
}

static void every_role_has_a_letter_and_tells_more_than_colour(void **state)
{
	char letters[ROLES + 1] = "";

	(void)state;
	for (int role = 0; role < ROLES; role++) {
		char letter = theme_letter((enum role)role);

		assert_null(strchr(letters, letter));
		letters[role] = letter;
		assert_int_equal(theme_look((enum role)role, 0).fg, -1);
		assert_in_range(theme_look((enum role)role, 8).fg + 1, 0, 8);
		assert_in_range(theme_look((enum role)role, 256).fg + 1, 0,
				256);
	}
	/* what is beyond a threshold is seen without colours, too */
	assert_int_not_equal(theme_look(ROLE_NOTABLE, 0).attributes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_action_has_a_key),
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(no_key_means_two_things_in_one_place),
		cmocka_unit_test(keys_of_recordings_do_nothing_live),
		cmocka_unit_test(keys_are_those_of_htop_and_top),
		cmocka_unit_test(the_bar_has_the_f_keys_in_order),
		cmocka_unit_test(every_key_is_in_the_manual),
		cmocka_unit_test(
			every_role_has_a_letter_and_tells_more_than_colour),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
