/*
 * Commands that were measured side by side are in one recording: all of them,
 * or it is refused.
 */
#include "saved.h"

#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void what_was_compared_is_kept_together(void **unused)
{
	AUTO(recordings_done) struct recordings all = { 0 };
	AUTO(recording_freep) struct recording *one = NULL;
	struct err err = { 0 };

	(void)unused;
	saved_pair();
	assert_int_equal(recording_load_all(saved_path, &all, &err), 0);
	assert_int_equal(all.n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct recording *r = all.items[i];

		assert_string_equal(r->compared.name, i ? "new" : "old");
		assert_int_equal(r->compared.index, i);
		assert_int_equal(r->compared.total, 2);
		assert_true(r->compared.has_seed);
		assert_true(r->compared.seed == UINT64_MAX);
		assert_int_equal(r->series.nruns, 2);
		assert_memory_equal(r->turns, saved_turns[i],
				    sizeof(saved_turns[i]));
		assert_int_equal(r->series.runs[0].start_ns, 1000 + i);
		assert_ptr_equal(r->series.plan, &r->plan);
	}
	/* who can use one only does not take them for one */
	assert_int_equal(recording_load(saved_path, &one, &err), -E2BIG);
	assert_non_null(strstr(err.what, "2 commands"));
}

static void one_alone_is_all(void **unused)
{
	AUTO(recordings_done) struct recordings all = { 0 };
	struct saved_text text = saved_text_of("plain");
	struct err err = { 0 };

	(void)unused;
	assert_int_equal(recording_load_all(saved_path, &all, &err), 0);
	assert_int_equal(all.n, 1);
	assert_null(all.items[0]->compared.name);
	assert_null(all.items[0]->turns);
	free(text.data);
}

/* Such as -E2BIG is for one that is whole. */
static void a_comparison_that_was_cut_off_is_refused(void **unused)
{
	struct saved_text text;

	(void)unused;
	saved_pair();
	text = saved_read();
	for (size_t len = 0; len <= text.len; len += len % 7 + 1) {
		AUTO(recording_freep) struct recording *r = NULL;
		AUTO_FREE char *path = NULL;
		struct err err = { 0 };
		int fd = memfd_create("recording", MFD_CLOEXEC), bad;

		assert_int_equal(write(fd, text.data, len), len);
		path = xasprintf("/proc/self/fd/%d", fd);
		bad = recording_load(path, &r, &err);
		close(fd);
		assert_int_equal(bad, len == text.len ? -E2BIG : -EBADMSG);
	}
	free(text.data);
}

static void what_does_not_belong_together_is_refused(void **unused)
{
	static const struct {
		const char *from, *to, *part;
	} lies[] = {
		{ "\"index\":1", "\"index\":0", "not the next of them" },
		{ "\"index\":0", "\"index\":1", "not the next of them" },
		{ "\"index\":0", "\"index\":2", "no such index" },
		{ "\"total\":2", "\"total\":1", "there is none such" },
		{ "\"total\":2", "\"total\":3", "not the next of them" },
		{ "\"total\":2", "\"total\":0", "out of range" },
		{ "\"name\":\"old\",\"index\"", "\"name\":null,\"index\"",
		  "compared: " },
		{ "\"seed\":\"", "\"seed\":\"-", "seed: not a count" },
		{ "\"compared\":{", "\"compared\":1,\"x\":{", "not an object" },
		{ "\"block\":3", "\"block\":0", "not after the one before" },
		{ "\"block\":3", "\"block\":-1", "out of range" },
		{ "\"position\":1", "\"position\":2", "there is none such" },
		{ "\"position\":0", "\"x\":0", "position: missing" },
	};
	struct saved_text text;

	(void)unused;
	saved_pair();
	text = saved_read();
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		AUTO_FREE char *data =
			saved_replaced(&text, lies[i].from, lies[i].to);
		struct err err = { 0 };

		if (saved_try(data, strlen(data), &err) != -EBADMSG)
			fail_msg("%s was taken", lies[i].to);
		if (!strstr(err.what, lies[i].part))
			fail_msg("%s: %s", lies[i].to, err.what);
	}
	free(text.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_compared_is_kept_together),
		cmocka_unit_test(one_alone_is_all),
		cmocka_unit_test(a_comparison_that_was_cut_off_is_refused),
		cmocka_unit_test(what_does_not_belong_together_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, saved_set_up, saved_tear_down);
}
