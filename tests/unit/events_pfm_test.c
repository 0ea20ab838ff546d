/*
 * Where a section of events/ gives a libpfm4 name and a raw code, both must
 * mean the same: names are easy to read and easy to get wrong.
 */
#include "event/builtin.h"
#include "event/catalog.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"

#include "unit.h"

#include <errno.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdlib.h>
#include <string.h>

/*
 * Where the terms of x86 core PMUs go, as their format directories say; the
 * high bits of "event" are AMD's.
 */
static const struct {
	const char *term;
	int word;           /* 0: config, 1: config1 */
	unsigned lo, width; /* bits */
	unsigned high;      /* where the bits from 8 on go; 0: nowhere else */
} terms[] = {
	{ "event", 0, 0, 8, 32 },       { "umask", 0, 8, 8, 0 },
	{ "edge", 0, 18, 1, 0 },        { "any", 0, 21, 1, 0 },
	{ "inv", 0, 23, 1, 0 },         { "cmask", 0, 24, 8, 0 },
	{ "frontend", 1, 0, 24, 0 },    { "ldlat", 1, 0, 16, 0 },
	{ "offcore_rsp", 1, 0, 64, 0 },
};
#define NTERMS (sizeof(terms) / sizeof(terms[0]))

static bool add_term(const char *text, uint64_t words[2])
{
	for (size_t i = 0; i < NTERMS; i++) {
		size_t len = strlen(terms[i].term);
		uint64_t value = 1, low;

		if (strncmp(text, terms[i].term, len) != 0 ||
		    (text[len] && text[len] != '='))
			continue;
		if (text[len] && parse_u64(text + len + 1, &value) < 0)
			return false;
		low = terms[i].width < 64
			      ? value & ((UINT64_C(1) << terms[i].width) - 1)
			      : value;
		words[terms[i].word] |= low << terms[i].lo;
		if (terms[i].high)
			words[terms[i].word] |=
				value >> terms[i].width << terms[i].high;
		else if (low != value)
			return false;
		return true;
	}
	return false;
}

/* config and config1 of "cpu/event=0x1a0,umask=0x1,cmask=6/" on x86 */
static void raw_config(const struct section *s, uint64_t words[2])
{
	AUTO_FREE char *text = xstrdup(section_get(s, "raw", NULL));
	char *save;

	words[0] = words[1] = 0;
	assert_memory_equal(text, "cpu/", 4);
	assert_int_equal(text[strlen(text) - 1], '/');
	for (char *term = strtok_r(text + 4, ",/", &save); term;
	     term = strtok_r(NULL, ",/", &save))
		if (!add_term(term, words))
			fail_msg("%s:%d: what is '%s'?", s->file, s->line,
				 term);
}

static int encode(const char *name, struct perf_event_attr *attr)
{
	pfm_perf_encode_arg_t arg = { .attr = attr, .size = sizeof(arg) };

	*attr = (struct perf_event_attr){ .size = sizeof(*attr) };
	errno = 0;
	return pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3,
					 PFM_OS_PERF_EVENT_EXT, &arg);
}

static void check(const struct section *s, const char *name)
{
	struct perf_event_attr attr;
	uint64_t words[2];
	int r = encode(name, &attr);

	if (r != PFM_SUCCESS)
		fail_msg("%s:%d: '%s': %s", s->file, s->line, name,
			 pfm_strerror(r));
	raw_config(s, words);
	if (attr.config != words[0] || attr.config1 != words[1] || attr.config2)
		fail_msg("%s:%d: '%s' is config 0x%llx, config1 0x%llx, raw is "
			 "config 0x%llx, config1 0x%llx",
			 s->file, s->line, name,
			 (unsigned long long)attr.config,
			 (unsigned long long)attr.config1,
			 (unsigned long long)words[0],
			 (unsigned long long)words[1]);
}

/*
 * "NAME why": the library knows the name and gives it another code than ours.
 * A newer library may have it right; then there is nothing to say.
 */
static void check_difference(const struct section *s, const char *reason)
{
	size_t len = strcspn(reason, " ");
	AUTO_FREE char *name = xstrndup(reason, len);
	struct perf_event_attr attr;

	if (!strstr(name, "::") || strlen(reason) < len + 20)
		fail_msg("%s:%d: pfm_differs wants a name with its PMU, and a "
			 "reason",
			 s->file, s->line);
	if (section_get(s, "pfm", NULL))
		fail_msg("%s:%d: a name that differs must not be used", s->file,
			 s->line);
	if (encode(name, &attr) != PFM_SUCCESS)
		fail_msg("%s:%d: libpfm4 has no '%s'", s->file, s->line, name);
}

/* Every section with a name of libpfm4; how many of both kinds there are. */
static void each_name(size_t *same, size_t *different)
{
	for (size_t i = 0; i < builtin_nfiles; i++) {
		AUTO(section_list_done) struct section_list list = { 0 };

		builtin_load(&builtin_files[i], &list);
		for (size_t k = 0; k < list.n; k++) {
			const struct section *s = list.items[k];
			const char *name = section_get(s, "pfm", NULL);
			const char *reason =
				section_get(s, "pfm_differs", NULL);

			if (reason) {
				check_difference(s, reason);
				++*different;
			}
			if (!name || !section_get(s, "raw", NULL))
				continue; /* one spelling has no other */
			check(s, name);
			++*same;
		}
	}
}

static void name_and_code_mean_the_same(void **state)
{
	size_t same = 0, different = 0;

	(void)state;
#if !defined(__x86_64__) && !defined(__i386__)
	skip(); /* libpfm4 only knows the CPUs of its own architecture */
#endif
	setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
	assert_int_equal(pfm_initialize(), PFM_SUCCESS);
	each_name(&same, &different);
	pfm_terminate();
	print_message("# %zu names have our codes, %zu differ for a reason\n",
		      same, different);
	assert_true(same >= 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_and_code_mean_the_same),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
