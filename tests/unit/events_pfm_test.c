/*
 * Where a section of events/ gives a libpfm4 name and a raw code, both must
 * mean the same: names are easy to read and easy to get wrong.
 */
#include "event/catalog.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"

#include "unit.h"

#include <errno.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdlib.h>
#include <string.h>

/* attr.config of "cpu/event=0x1a0,umask=0x1/" on x86 */
static uint64_t raw_config(const struct section *s)
{
	AUTO_FREE char *text = xstrdup(section_get(s, "raw", NULL));
	uint64_t event = 0, umask = 0;
	char *save;

	assert_memory_equal(text, "cpu/", 4);
	assert_int_equal(text[strlen(text) - 1], '/');
	for (char *term = strtok_r(text + 4, ",/", &save); term;
	     term = strtok_r(NULL, ",/", &save)) {
		bool is_event = !strncmp(term, "event=", 6);

		if (!is_event && strncmp(term, "umask=", 6) != 0)
			fail_msg("%s:%d: what is '%s'?", s->file, s->line,
				 term);
		assert_int_equal(
			parse_u64(term + 6, is_event ? &event : &umask), 0);
	}
	return (event & 0xff) | umask << 8 | (event & 0xf00) << 24;
}

static void check(const struct section *s, const char *name)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	pfm_perf_encode_arg_t arg = { .attr = &attr, .size = sizeof(arg) };
	int r;

	errno = 0;
	r = pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3,
				      PFM_OS_PERF_EVENT_EXT, &arg);
	if (r != PFM_SUCCESS)
		fail_msg("%s:%d: '%s': %s", s->file, s->line, name,
			 pfm_strerror(r));
	if (attr.config != raw_config(s) || attr.config1 || attr.config2)
		fail_msg("%s:%d: '%s' is config 0x%llx, config1 0x%llx, raw is "
			 "config 0x%llx",
			 s->file, s->line, name,
			 (unsigned long long)attr.config,
			 (unsigned long long)attr.config1,
			 (unsigned long long)raw_config(s));
}

static void name_and_code_mean_the_same(void **state)
{
	size_t n = 0;

	(void)state;
#if !defined(__x86_64__) && !defined(__i386__)
	skip(); /* libpfm4 only knows the CPUs of its own architecture */
#endif
	setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
	assert_int_equal(pfm_initialize(), PFM_SUCCESS);
	for (size_t i = 0; i < catalog_nbuiltins; i++) {
		const struct catalog_builtin *b = &catalog_builtins[i];
		AUTO(section_list_done) struct section_list list = { 0 };

		if (!strcmp(b->path, "cpus.map"))
			continue;
		assert_int_equal(
			section_parse(&list, b->path, b->text, b->len, NULL),
			0);
		for (size_t k = 0; k < list.n; k++) {
			const struct section *s = list.items[k];
			const char *name = section_get(s, "pfm", NULL);

			if (!name || !section_get(s, "raw", NULL))
				continue;
			check(s, name);
			n++;
		}
	}
	pfm_terminate();
	assert_true(n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_and_code_mean_the_same),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
