/*
 * What is no recording, or is damaged, is refused with its place, and harms
 * nobody.
 */
#include "saved.h"

#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* It may be another recording now, which must be fit to be shown. */
static void use_bytes(const char *data, size_t len)
{
	static const struct report_about about = { .subject = "x",
						   .version = "x",
						   .machine_cpu = "",
						   .machine_key = "",
						   .machine_kernel = "",
						   .machine_host = "",
						   .hypervisor = "",
						   .repeats = 1 };
	AUTO(recording_freep) struct recording *r = NULL;
	struct report_options options = { .limits.scale = true };
	int fd = memfd_create("recording", MFD_CLOEXEC);
	struct err err = { 0 };
	char path[64];
	int bad;

	assert_int_equal(write(fd, data, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	bad = recording_load(path, &r, &err);
	close(fd);
	if (bad < 0)
		return;
	assert_int_equal(recording_load_catalog(r, false, NULL, 0, &err), 0);
	assert_int_equal(recording_bind(r, NULL, 0, &err), 0);
	if (r->has_topology)
		options.topology = &r->topology;
	free(saved_show(&view_text, &about, &r->series, &options));
	free(saved_show(&view_json, &about, &r->series, &options));
}

static void a_file_that_was_cut_off_anywhere_is_refused(void **unused)
{
	struct saved_text text = saved_text_of("bounds");

	(void)unused;
	for (size_t len = 0; len < text.len; len++) {
		struct err err = { 0 };

		if (saved_try(text.data, len, &err) == 0)
			fail_msg("cut to %zu of %zu bytes it was taken", len,
				 text.len);
		assert_int_equal(err.code, -EBADMSG);
	}
	assert_int_equal(saved_try(text.data, text.len, NULL), 0);
	free(text.data);
}

/* The same ones each time. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void mutate(char *data, size_t len, uint32_t *seed)
{
	static const char bytes[] = "0123456789-+.eE\"\\{}[],:nulltruefalse \n";
	size_t at = next_random(seed) % len, from, n;

	switch (next_random(seed) % 4) {
	case 0:
		data[at] = (char)next_random(seed);
		break;
	case 1:
		data[at] = bytes[next_random(seed) % (sizeof(bytes) - 1)];
		break;
	case 2: /* another digit */
		while (at < len && (data[at] < '0' || data[at] > '9'))
			at++;
		if (at < len)
			data[at] = (char)('0' + next_random(seed) % 10);
		break;
	default: /* a piece of somewhere else */
		n = next_random(seed) % 12;
		from = next_random(seed) % len;
		if (at + n < len && from + n < len)
			memmove(data + at, data + from, n);
	}
}

static void damaged_files_harm_nobody(void **unused)
{
	static const char *const names[] = { "bounds",  "states", "hybrid",
					     "cgroups", "built",  "per-core" };
	uint32_t seed = 20261121;
	size_t taken = 0;

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct saved_text text = saved_text_of(names[i]);
		AUTO_FREE char *copy = xmalloc(text.len);

		for (int k = 0; k < 500; k++) {
			struct err err = { 0 };
			uint32_t n = 1 + next_random(&seed) % 3;

			memcpy(copy, text.data, text.len);
			while (n--)
				mutate(copy, text.len, &seed);
			if (saved_try(copy, text.len, &err) < 0)
				continue;
			use_bytes(copy, text.len);
			taken++;
		}
		free(text.data);
	}
	/* both ways were walked */
	assert_true(taken > 100 && taken < 2900);
}

static void each_lie_is_told_with_its_place(void **unused)
{
	static const struct {
		const char *from, *to, *line, *part;
	} lies[] = {
		{ "{\"tacho-recording\":1", "{\"tacho-recording\":7", "line 1",
		  "of version 7" },
		{ "{\"tacho-recording\":1", "{\"tacho-recording\":\"1\"",
		  "line 1", "no recording" },
		{ "\"started_at\":", "\"began_at\":", "line 1",
		  "started_at: missing" },
		{ "\"scale\":", "\"scale\":\"x\",\"y\":", "line 1",
		  "events[0]: scale: not a number" },
		{ "\"link\":\"generic\"", "\"link\":\"magic\"", "line 1",
		  "events[0]: link: not one" },
		{ "\"core_type\":-1", "\"core_type\":64", "line 1",
		  "core_type: 64 is out of range" },
		{ "\"groups\":[{\"events\":[0]", "\"groups\":[{\"events\":[6]",
		  "line 1", "groups[0]: events: no such event" },
		{ "\"groups\":[{\"events\":[0]", "\"groups\":[{\"events\":[1]",
		  "line 1", "event 0 is in none" },
		{ "\"groups\":[{\"events\":[0]", "\"groups\":[{\"events\":[]",
		  "line 1", "groups[0]: events: there is none" },
		{ "{\"run\":1", "{\"run\":2", "line 2", "not run 1" },
		{ "\"cgroup\":-1", "\"cgroup\":0", "line 2",
		  "slots[0]: cgroup: there is none such" },
		{ "\"comm\":\"", "\"comm\":\"0123456789abcdef", "line 2",
		  "slots[0]: comm: too long" },
		{ "\"raw\":[", "\"raw\":[1,", "line 2",
		  "counters[0]: raw: not one for each slot" },
		{ "\"raw\":[", "\"raw\":[-", "line 2", "not a count" },
		{ "\"enabled_ns\":[", "\"enabled_ns\":[1.5,", "line 2",
		  "enabled_ns" },
		{ "\"state\":\"ok\"", "\"state\":\"fine\"", "line 2",
		  "counters[0]: state" },
		{ "\"wall_ns\":", "\"wall_ns\":null,\"x\":", "line 2",
		  "wall_ns: not a count" },
		{ "\"remarks\":[],\"d", "\"spread\":[1],\"remarks\":[],\"d",
		  "line 2", "spread: not what the groups" },
		{ "{\"runs\":1}", "{\"runs\":2}", "line 3", "another number" },
		{ "{\"runs\":1}\n", "{\"runs\":1}\n{}\n", "line 4",
		  "more than was written" },
		{ "{\"runs\":1}\n", "", "line 3", "cut off" },
		{ "{\"runs\":1}\n", "[]\n", "line 3", "not an object" },
	};
	struct saved_text text = saved_text_of("plain");

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		AUTO_FREE char *data =
			saved_replaced(&text, lies[i].from, lies[i].to);
		struct err err = { 0 };

		if (saved_try(data, strlen(data), &err) == 0)
			fail_msg("%s was taken", lies[i].to);
		if (!strstr(err.what, lies[i].line) ||
		    !strstr(err.what, lies[i].part))
			fail_msg("%s: %s", lies[i].to, err.what);
	}
	free(text.data);
}

static void keys_that_nobody_knows_are_passed_over(void **unused)
{
	struct saved_text text = saved_text_of("plain");
	AUTO_FREE char *data = saved_replaced(&text, "{\"run\":1",
					      "{\"new\":{\"a\":[1]},\"run\":1");

	(void)unused;
	assert_int_equal(saved_try(data, strlen(data), NULL), 0);
	free(text.data);
}

static void a_deep_file_is_no_stack_overflow(void **unused)
{
	size_t n = 1 << 20;
	AUTO_FREE char *data = xmalloc(n);
	struct err err = { 0 };

	(void)unused;
	memset(data, '[', n);
	assert_int_equal(saved_try(data, n, &err), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_was_cut_off_anywhere_is_refused),
		cmocka_unit_test(damaged_files_harm_nobody),
		cmocka_unit_test(each_lie_is_told_with_its_place),
		cmocka_unit_test(keys_that_nobody_knows_are_passed_over),
		cmocka_unit_test(a_deep_file_is_no_stack_overflow),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, saved_set_up, saved_tear_down);
}
