/* Files of the machine, below a prefix; see rootfs.h. */
#include "base/rootfs.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((size_t)1 << 20)

int rootfs_is_recorded(const struct rootfs *root)
{
	return root->prefix && *root->prefix;
}

__attribute__((format(printf, 2, 0))) static char *
path_of(const struct rootfs *root, const char *fmt, va_list ap)
{
	AUTO_FREE char *tail = xvasprintf(fmt, ap);

	return xasprintf("%s%s", root->prefix ? root->prefix : "", tail);
}

char *rootfs_path(const struct rootfs *root, const char *fmt, ...)
{
	va_list ap;
	char *path;

	va_start(ap, fmt);
	path = path_of(root, fmt, ap);
	va_end(ap);
	return path;
}

int rootfs_exists(const struct rootfs *root, const char *fmt, ...)
{
	AUTO_FREE char *path = NULL;
	va_list ap;

	va_start(ap, fmt);
	path = path_of(root, fmt, ap);
	va_end(ap);
	return access(path, F_OK) == 0;
}

static int read_path(const char *path, char **ret)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(strbuf_done) struct strbuf text = { 0 };
	char chunk[4096];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (text.len + (size_t)n > FILE_MAX)
			return -EFBIG;
		strbuf_add(&text, chunk, (size_t)n);
	}
	if (text.len && text.buf[text.len - 1] == '\n')
		text.buf[--text.len] = '\0';
	*ret = strbuf_detach(&text);
	return 0;
}

__attribute__((format(printf, 3, 0))) static int
read_file(const struct rootfs *root, char **ret, const char *fmt, va_list ap)
{
	AUTO_FREE char *path = path_of(root, fmt, ap);

	return read_path(path, ret);
}

int rootfs_read(const struct rootfs *root, char **ret, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = read_file(root, ret, fmt, ap);
	va_end(ap);
	return r;
}

int rootfs_read_u64(const struct rootfs *root, uint64_t *ret, const char *fmt,
		    ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = read_file(root, &text, fmt, ap);
	va_end(ap);
	return r < 0 ? r : parse_u64(text, ret);
}

int rootfs_read_int(const struct rootfs *root, int *ret, const char *fmt, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = read_file(root, &text, fmt, ap);
	va_end(ap);
	return r < 0 ? r : parse_int(text, ret);
}

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

ssize_t rootfs_list(const struct rootfs *root, char ***ret, const char *fmt,
		    ...)
{
	AUTO_FREE char *path = NULL;
	char **names = NULL;
	size_t n = 0;
	struct dirent *e;
	va_list ap;
	DIR *d;

	va_start(ap, fmt);
	path = path_of(root, fmt, ap);
	va_end(ap);
	d = opendir(path);
	if (!d)
		return -errno;
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			VEC_PUSH(names, n, xstrdup(e->d_name));
	closedir(d);
	if (n)
		qsort(names, n, sizeof(*names), by_version);
	*ret = names;
	return (ssize_t)n;
}

void rootfs_free_names(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}
