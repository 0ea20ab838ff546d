/* Where recordings stand, and their lines; see recording_file.h. */
#include "record/recording_file.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "record/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- writing ---- */

int recording_place(const char *path, char **ret, mode_t *mode, bool *existed,
		    struct err *err)
{
	AUTO_FREE char *real = realpath(path, NULL);
	struct stat st;
	mode_t mask;

	if (!real && errno != ENOENT)
		return err_set(err, -errno, "cannot write '%s': %s", path,
			       strerror(errno));
	*existed = real && stat(real, &st) == 0;
	if (*existed && !S_ISREG(st.st_mode)) {
		err_set(err, -EINVAL, "cannot save to '%s': it is no file",
			path);
		err_hint(err, "give the name of a file, new or to be replaced");
		return -EINVAL;
	}
	mask = umask(0);
	umask(mask);
	*mode = *existed ? st.st_mode & 0777 : 0666 & ~mask;
	*ret = real ? TAKE_PTR(real) : xstrdup(path);
	return 0;
}

static char *folder_of(const char *path)
{
	AUTO_FREE char *copy = xstrdup(path);

	return xstrdup(dirname(copy));
}

int recording_can_save(const char *path, struct err *err)
{
	AUTO_FREE char *place = NULL;
	AUTO_FREE char *folder = NULL;
	bool existed;
	mode_t mode;
	int r = recording_place(path, &place, &mode, &existed, err);

	if (r < 0)
		return r;
	folder = folder_of(place);
	if (*path && path[strlen(path) - 1] != '/' &&
	    faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
		return 0;
	r = *path && path[strlen(path) - 1] != '/' ? errno : EISDIR;
	err_set(err, -r, "cannot write '%s': %s", path, strerror(r));
	err_hint(err, "save it in a folder that you may write to");
	return -r;
}

/* A rename is kept through a crash only when the folder is on the disk, too. */
void recording_sync_folder(const char *place)
{
	AUTO_FREE char *folder = folder_of(place);
	AUTO_CLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		fsync(fd);
}

/* ---- reading ---- */

int recording_next_line(struct recording_lines *l, size_t *len, struct err *err)
{
	size_t n = 0;
	int c;

	while ((c = getc_unlocked(l->f)) != EOF && c != '\n') {
		if (n + 1 >= l->room) {
			l->room = l->room ? 2 * l->room : 4096;
			if (l->room > RECORDING_LINE_MOST)
				return err_set(err, -EBADMSG, "too long");
			l->text = xreallocarray(l->text, l->room, 1);
		}
		l->text[n++] = (char)c;
	}
	if (ferror(l->f))
		return err_set(err, -EIO, "%s", strerror(errno));
	*len = n;
	if (c == EOF && !n)
		return 0;
	l->number++;
	/* every line is ended, also the last one */
	if (c == EOF)
		return err_set(err, -EBADMSG, "it was cut off");
	return 1;
}

int recording_open_file(struct recording_lines *l, struct err *err)
{
	bool is_stdin = l->stdin_too && strcmp(l->path, "-") == 0;
	AUTO_CLOSE int fd =
		is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
			 : open(l->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(err, -errno, "cannot open '%s': %s", l->path,
			       strerror(errno));
	if (S_ISDIR(st.st_mode))
		return err_set(err, -EISDIR, "cannot open '%s': %s", l->path,
			       strerror(EISDIR));
	/* from here on waiting is right: it may be a pipe */
	if (!is_stdin)
		fcntl(fd, F_SETFL, 0);
	l->f = fdopen(fd, "r");
	if (!l->f)
		return err_set(err, -errno, "cannot open '%s': %s", l->path,
			       strerror(errno));
	TAKE_FD(fd);
	return 0;
}
