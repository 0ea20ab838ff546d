#include "event/link/link.h"

#include "base/auto.h"

#include "unit.h"

#include <string.h>

#define U EVENT_EXCLUDE_USER
#define K EVENT_EXCLUDE_KERNEL
#define HV EVENT_EXCLUDE_HV
#define HOST EVENT_EXCLUDE_HOST
#define GUEST EVENT_EXCLUDE_GUEST
#define IDLE EVENT_EXCLUDE_IDLE

/* What perf 6.1 asks the kernel for, seen at its system calls. */
static const struct {
	const char *own, *group;
	unsigned exclude;
	bool level;
} rows[] = {
	{ "", "", GUEST, false },
	{ "u", "", K | HV | GUEST, true },
	{ "k", "", U | HV, true },
	{ "h", "", U | K, true },
	{ "uk", "", HV | GUEST, true },
	{ "ku", "", HV | GUEST, true },
	{ "ukh", "", GUEST, true },
	{ "G", "", HOST, false },
	{ "H", "", GUEST, false },
	{ "GH", "", 0, false },
	{ "ukG", "", HV | HOST, true },
	{ "I", "", IDLE, false },
	{ "p", "", GUEST, false },
	{ "ppp", "", GUEST, false },
	{ "P", "", 0, false },
	{ "S", "", 0, false },
	{ "D", "", 0, false },
	{ "", "D", GUEST, false },
	{ "", "W", GUEST, false },
	{ "", "u", K | HV | GUEST, true },
	{ "", "k", U | HV | GUEST, true },
	{ "u", "k", HV | GUEST, true },
	{ "k", "u", HV | GUEST, true },
};

static void levels_are_those_of_perf(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char name[32], own[32], group[32];
		struct spec_event se = { .name = name, .mods = own };
		struct link_fault fault;
		struct link_mods mods;
		size_t len;

		snprintf(name, sizeof(name), "x%s%s", *rows[i].own ? ":" : "",
			 rows[i].own);
		snprintf(own, sizeof(own), "%s", "");
		snprintf(group, sizeof(group), "%s", rows[i].group);
		se.group_mods = group;
		assert_true(link_mods_of(&se, &len, &mods, &fault));
		assert_int_equal(len, 1);
		if (mods.exclude != rows[i].exclude ||
		    mods.has_level != rows[i].level)
			fail_msg("':%s' in '{}:%s' gives 0x%x, level %d",
				 rows[i].own, rows[i].group, mods.exclude,
				 mods.has_level);
	}
}

static void flags_are_kept(void **state)
{
	struct link_mods mods = { 0 };
	struct link_fault fault;

	(void)state;
	assert_true(link_mods_parse("DeW", 0, &mods, &fault));
	assert_true(mods.pinned && mods.exclusive && mods.weak);
	assert_false(mods.has_guest || mods.has_level || mods.has_idle);
}

static void a_wrong_letter_is_named_with_its_place(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *says;
	} bad[] = {
		{ "uz", 101, "'z' is not a modifier" },
		{ "b", 100, "BPF" },
		{ "kk", 101, "'k' is given too often" },
		{ "pppp", 103, "'p' is given too often" },
		{ "U", 100, "'U' is not a modifier" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct link_mods mods = { 0 };
		struct link_fault fault;

		assert_false(link_mods_parse(bad[i].text, 100, &mods, &fault));
		assert_int_equal(fault.at, bad[i].at);
		assert_int_equal(fault.len, 1);
		if (!strstr(fault.text, bad[i].says))
			fail_msg("%s", fault.text);
	}
}

static void a_colon_promises_a_modifier(void **state)
{
	char name[] = "cycles:", none[] = "";
	struct spec_event se = {
		.name = name, .mods = none, .group_mods = none, .at = 10
	};
	struct link_fault fault;
	struct link_mods mods;
	size_t len;

	(void)state;
	assert_false(link_mods_of(&se, &len, &mods, &fault));
	assert_int_equal(fault.at, 17);
	assert_true(link_mods_like("ukhGHIpPSDeWb"));
	assert_false(link_mods_like(""));
	assert_false(link_mods_like("ANY_P"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_are_those_of_perf),
		cmocka_unit_test(flags_are_kept),
		cmocka_unit_test(a_wrong_letter_is_named_with_its_place),
		cmocka_unit_test(a_colon_promises_a_modifier),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
