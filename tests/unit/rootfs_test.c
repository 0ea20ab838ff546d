#include "base/rootfs.h"

#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
	char dir[64];
	struct rootfs root;
};

static void put(const struct tree *t, const char *name, const char *text,
		size_t len)
{
	AUTO_FREE char *path = xasprintf("%s/%s", t->dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static int make_tree(void **state)
{
	struct tree *t = xcalloc(1, sizeof(*t));

	snprintf(t->dir, sizeof(t->dir), "%s", "/tmp/rootfs-test.XXXXXX");
	if (!mkdtemp(t->dir))
		return -1;
	t->root.prefix = t->dir;
	*state = t;
	return 0;
}

static int remove_tree(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *command = xasprintf("rm -rf '%s'", t->dir);
	int r = system(command);

	free(t);
	return r;
}

static void paths_are_below_the_prefix(void **state)
{
	const struct rootfs here = { .prefix = "" }, none = { 0 };
	struct tree *t = *state;
	AUTO_FREE char *a = rootfs_path(&t->root, "/sys/cpu%d", 3);
	AUTO_FREE char *b = rootfs_path(&here, "/sys/cpu%d", 3);
	AUTO_FREE char *c = rootfs_path(&none, "/sys");
	AUTO_FREE char *want = xasprintf("%s/sys/cpu3", t->dir);

	assert_string_equal(a, want);
	assert_string_equal(b, "/sys/cpu3");
	assert_string_equal(c, "/sys");
	assert_true(rootfs_is_recorded(&t->root));
	assert_false(rootfs_is_recorded(&here));
	assert_false(rootfs_is_recorded(&none));
}

static void files_lose_one_newline_at_the_end(void **state)
{
	struct tree *t = *state;
	AUTO_FREE char *one = NULL;
	AUTO_FREE char *two = NULL;
	AUTO_FREE char *empty = NULL;

	put(t, "one", "text\n", 5);
	put(t, "two", "a\nb\n\n", 5);
	put(t, "empty", "", 0);
	assert_int_equal(rootfs_read(&t->root, &one, "/one"), 0);
	assert_int_equal(rootfs_read(&t->root, &two, "/%s", "two"), 0);
	assert_int_equal(rootfs_read(&t->root, &empty, "/empty"), 0);
	assert_string_equal(one, "text");
	assert_string_equal(two, "a\nb\n");
	assert_string_equal(empty, "");
	assert_true(rootfs_exists(&t->root, "/one"));
	assert_false(rootfs_exists(&t->root, "/three"));
}

static void what_cannot_be_read_leaves_the_result_alone(void **state)
{
	struct tree *t = *state;
	char mark[] = "untouched", *text = mark;
	uint64_t u = 7;
	int i = 7;

	assert_int_equal(rootfs_read(&t->root, &text, "/none"), -ENOENT);
	assert_int_equal(rootfs_read(&t->root, &text, "/"), -EISDIR);
	assert_ptr_equal(text, mark);
	assert_int_equal(rootfs_read_u64(&t->root, &u, "/none"), -ENOENT);
	assert_int_equal(rootfs_read_int(&t->root, &i, "/none"), -ENOENT);
	put(t, "word", "word\n", 5);
	assert_true(rootfs_read_u64(&t->root, &u, "/word") < 0);
	assert_true(rootfs_read_int(&t->root, &i, "/word") < 0);
	assert_int_equal(u, 7);
	assert_int_equal(i, 7);
}

static void numbers_are_decimal_or_hex(void **state)
{
	struct tree *t = *state;
	uint64_t u;
	int i;

	put(t, "dec", "42\n", 3);
	put(t, "hex", "0x1F\n", 5);
	put(t, "neg", "-1\n", 3);
	assert_int_equal(rootfs_read_u64(&t->root, &u, "/dec"), 0);
	assert_int_equal(u, 42);
	assert_int_equal(rootfs_read_u64(&t->root, &u, "/hex"), 0);
	assert_int_equal(u, 31);
	assert_int_equal(rootfs_read_int(&t->root, &i, "/neg"), 0);
	assert_int_equal(i, -1);
	assert_true(rootfs_read_u64(&t->root, &u, "/neg") < 0);
}

static void a_file_of_more_than_a_mebibyte_is_refused(void **state)
{
	struct tree *t = *state;
	size_t len = ((size_t)1 << 20) + 1;
	AUTO_FREE char *big = xcalloc(len, 1);
	AUTO_FREE char *text = NULL;

	memset(big, 'x', len);
	put(t, "big", big, len);
	assert_int_equal(rootfs_read(&t->root, &text, "/big"), -EFBIG);
	put(t, "big", big, len - 1);
	assert_int_equal(rootfs_read(&t->root, &text, "/big"), 0);
	assert_int_equal(strlen(text), len - 1);
}

static void names_are_in_the_order_of_their_numbers(void **state)
{
	static const char *const want[] = { "cpu1", "cpu2", "cpu10", "uevent" };
	struct tree *t = *state;
	AUTO_FREE char *dir = xasprintf("%s/list", t->dir);
	char **names;

	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(rootfs_list(&t->root, &names, "/list"), 0);
	rootfs_free_names(names, 0);
	for (size_t i = 4; i-- > 0;) {
		AUTO_FREE char *name = xasprintf("list/%s", want[i]);

		put(t, name, "", 0);
	}
	assert_int_equal(rootfs_list(&t->root, &names, "/list"), 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(names[i], want[i]);
	rootfs_free_names(names, 4);
	assert_int_equal(rootfs_list(&t->root, &names, "/none"), -ENOENT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_tree, remove_tree)
	const struct CMUnitTest tests[] = {
		TEST(paths_are_below_the_prefix),
		TEST(files_lose_one_newline_at_the_end),
		TEST(what_cannot_be_read_leaves_the_result_alone),
		TEST(numbers_are_decimal_or_hex),
		TEST(a_file_of_more_than_a_mebibyte_is_refused),
		TEST(names_are_in_the_order_of_their_numbers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
