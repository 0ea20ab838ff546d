/* Which file was measured, and what is known of it; see binary.h. */
#include "record/binary.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "record/binary_dwarf.h"
#include "record/binary_elf.h"
#include "record/elf_image.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Interpreters that are scripts of other interpreters; the kernel's limit. */
#define MAX_INTERPRETERS 4
#define MAX_SHEBANG 256

const char *binary_source_name(enum binary_source source)
{
	switch (source) {
	case BINARY_FROM_NOTHING:
		break;
	case BINARY_FROM_PRODUCER:
		return "producer";
	case BINARY_FROM_COMMAND_LINE:
		return "command-line";
	case BINARY_FROM_GO:
		return "go-buildinfo";
	case BINARY_FROM_LOCATIONS:
		return "locations";
	}
	return "";
}

const char *binary_instrument_name(unsigned i)
{
	static const char *const names[] = {
		"address sanitizer",
		"thread sanitizer",
		"memory sanitizer",
		"undefined behaviour sanitizer",
		"coverage or profile counters",
		"calls of a profiler",
	};
	_Static_assert(ARRAY_LEN(names) == BINARY_INSTRUMENTS,
		       "an instrument has a name");

	return names[i];
}

void binary_done(struct binary *binary)
{
	if (!binary)
		return;
	free(binary->name);
	free(binary->path);
	free(binary->debug_file);
	if (binary->interpreter)
		binary_done(binary->interpreter);
	free(binary->interpreter);
	memset(binary, 0, sizeof(*binary));
}

/* ---- which file ---- */

static bool can_execute(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

char *binary_find(const char *name)
{
	const char *path = getenv("PATH");
	char standard[64];

	if (!*name)
		return NULL;
	if (strchr(name, '/'))
		return can_execute(name) ? xstrdup(name) : NULL;
	if (!path) {
		/* what execvp() does without one */
		if (!confstr(_CS_PATH, standard, sizeof(standard)))
			return NULL;
		path = standard;
	}
	for (;; path++) {
		size_t len = strcspn(path, ":");
		AUTO_FREE char *full =
			len ? xasprintf("%.*s/%s", (int)len, path, name)
			    : xasprintf("./%s", name);

		if (can_execute(full))
			return TAKE_PTR(full);
		path += len;
		if (!*path)
			return NULL;
	}
}

int binary_open_task(pid_t task, char **ret_name)
{
	char link[32], name[PATH_MAX];
	AUTO_CLOSE int fd = -1;
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)task);
	fd = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	/* of what was opened: the process may have become another meanwhile */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, name, sizeof(name));
	if (len < 0)
		return -errno;
	*ret_name = xstrndup(name, (size_t)len);
	return TAKE_FD(fd);
}

/* ---- ELF ---- */

static void read_dwarf(int fd, struct binary *b)
{
	struct dwarf_build build;

	if (dwarf_build_read(fd, &build, &b->dwarf_why) < 0)
		return;
	b->partly = build.partly;
	if (!build.nunits)
		return; /* all of it is of libraries */
	memcpy(b->compiler, build.compiler, sizeof(b->compiler));
	memcpy(b->version, build.version, sizeof(b->version));
	if (build.language[0])
		memcpy(b->language, build.language, sizeof(b->language));
	if (build.verdict == BUILD_UNKNOWN)
		return;
	b->verdict = build.verdict;
	b->level = build.level;
	b->source = build.source;
	b->unoptimised_share = build.unoptimised_share;
}

static void inspect_elf(int fd, struct binary *b)
{
	AUTO(elf_image_done) struct elf_image image = { 0 };
	AUTO_CLOSE int other = -1;

	if (elf_image_open(fd, &image, &b->why) < 0)
		return;
	binary_elf_read(&image, b);
	b->debug_info = binary_elf_has_dwarf(&image);
	if (b->debug_info) {
		read_dwarf(fd, b);
		return;
	}
	b->debug_file = binary_elf_debug_file(&image, b);
	if (!b->debug_file)
		return;
	b->debug_info = true;
	other = open(b->debug_file, O_RDONLY | O_CLOEXEC);
	if (other >= 0)
		read_dwarf(other, b);
}

/* ---- scripts ---- */

/* The next word of *at, ended in place; "" when there is none. */
static char *next_word(char **at)
{
	char *word = *at + strspn(*at, " \t");
	size_t len = strcspn(word, " \t");

	*at = word + len;
	if (**at)
		*(*at)++ = '\0';
	return word;
}

/*
 * Who runs a script whose first line is @line.  env(1) only looks for the one
 * that is meant.
 */
static char *interpreter_of(char *line)
{
	char *at = line + 2, *word = next_word(&at);
	const char *base = strrchr(word, '/');

	if (strcmp(base ? base + 1 : word, "env") != 0)
		return *word ? binary_find(word) : NULL;
	do {
		word = next_word(&at);
		if (!strncmp(word, "-S", 2) && word[2])
			word += 2;
	} while (*word == '-' || strchr(word, '='));
	return *word ? binary_find(word) : NULL;
}

static void inspect(int fd, uint64_t since_ns, int depth, struct binary *b);

static void inspect_script(char *line, uint64_t since_ns, int depth,
			   struct binary *b)
{
	AUTO_FREE char *name = interpreter_of(line);
	AUTO_CLOSE int fd = -1;

	b->kind = BINARY_SCRIPT;
	if (!name || depth >= MAX_INTERPRETERS)
		return;
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	b->interpreter = xcalloc(1, sizeof(*b->interpreter));
	b->interpreter->path = realpath(name, NULL);
	b->interpreter->name = TAKE_PTR(name);
	if (fd < 0)
		err_set(&b->interpreter->why, -errno, "%s", strerror(errno));
	else
		inspect(fd, since_ns, depth + 1, b->interpreter);
}

/* ---- whatever it is ---- */

/* Whose content may not be what was measured. */
static bool is_changed(const struct stat *st, uint64_t since_ns)
{
	uint64_t changed = (uint64_t)st->st_ctim.tv_sec * 1000000000u +
			   (uint64_t)st->st_ctim.tv_nsec;

	return since_ns && changed > since_ns;
}

static void inspect(int fd, uint64_t since_ns, int depth, struct binary *b)
{
	char head[MAX_SHEBANG + 1] = "";
	struct stat st;
	ssize_t n;

	b->unoptimised_share = -1.0;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		err_set(&b->why, -EINVAL, "not a file");
		return;
	}
	if (is_changed(&st, since_ns)) {
		err_set(&b->why, -ESTALE,
			"the file changed while it was measured");
		return;
	}
	n = pread(fd, head, MAX_SHEBANG, 0);
	if (n < 0) {
		err_set(&b->why, -errno, "%s", strerror(errno));
		return;
	}
	if (elf_image_is(head, (size_t)n)) {
		inspect_elf(fd, b);
		return;
	}
	b->kind = BINARY_OTHER;
	if (n > 2 && !memcmp(head, "#!", 2)) {
		head[strcspn(head, "\n")] = '\0';
		inspect_script(head, since_ns, depth, b);
	} else if (n && !memchr(head, '\0', (size_t)n)) {
		/* text without a first line: execvp() gives it to the shell */
		snprintf(head, sizeof(head), "#!/bin/sh");
		inspect_script(head, since_ns, depth, b);
	}
}

void binary_inspect_fd(int fd, const char *name, uint64_t since_ns,
		       struct binary *ret)
{
	static const char deleted[] = " (deleted)";
	size_t len = strlen(name), n = sizeof(deleted) - 1;

	memset(ret, 0, sizeof(*ret));
	if (len > n && !strcmp(name + len - n, deleted))
		len -= n;
	ret->name = xstrndup(name, len);
	if (name[0] == '/')
		ret->path = xstrdup(ret->name);
	inspect(fd, since_ns, 0, ret);
}

void binary_inspect(const char *name, uint64_t since_ns, struct binary *ret)
{
	AUTO_CLOSE int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	memset(ret, 0, sizeof(*ret));
	ret->name = xstrdup(name);
	ret->path = realpath(name, NULL);
	if (fd < 0)
		err_set(&ret->why, -errno, "%s", strerror(errno));
	else
		inspect(fd, since_ns, 0, ret);
}
