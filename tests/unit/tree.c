/* A small machine made by a test; see tree.h. */
#include "tree.h"

#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

void tree_make(struct tree *t)
{
	snprintf(t->path, sizeof(t->path), "/tmp/tacho-tree-XXXXXX");
	assert_non_null(mkdtemp(t->path));
	t->root.prefix = t->path;
}

static void make_parents(const struct tree *t, const char *path)
{
	for (const char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		AUTO_FREE char *dir =
			xasprintf("%s%.*s", t->path, (int)(p - path), path);

		mkdir(dir, 0700);
	}
}

void tree_put_dir(struct tree *t, const char *path)
{
	AUTO_FREE char *full = xasprintf("%s%s", t->path, path);

	make_parents(t, path);
	mkdir(full, 0700);
}

void tree_put(struct tree *t, const char *path, const char *text)
{
	AUTO_FREE char *full = xasprintf("%s%s", t->path, path);
	FILE *f;

	make_parents(t, path);
	f = fopen(full, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", text);
	assert_int_equal(fclose(f), 0);
}

static int remove_one(const char *path, const struct stat *st, int flag,
		      struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

void tree_remove(struct tree *t)
{
	assert_int_equal(nftw(t->path, remove_one, 16, FTW_DEPTH | FTW_PHYS),
			 0);
}
