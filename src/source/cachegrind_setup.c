/* Finding valgrind; see cachegrind_setup.h. */
#include "source/cachegrind_setup.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* 0: it can be run; else why not, as exec would say. */
static int can_run(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || access(path, X_OK) < 0)
		return -EACCES;
	return 0;
}

static int cannot(const char *name, int code, struct err *err)
{
	return err_set(err, code, "cannot run '%s': %s", name,
		       code == -ENOENT && !strchr(name, '/')
			       ? "command not found"
			       : strerror(-code));
}

int program_find(const char *name, char **ret, struct err *err)
{
	const char *path = getenv("PATH");
	int code = -ENOENT;

	if (strchr(name, '/')) {
		code = can_run(name);
		if (code < 0)
			return cannot(name, code, err);
		*ret = xstrdup(name);
		return 0;
	}
	for (path = path ? path : "/bin:/usr/bin"; *name;) {
		size_t len = strcspn(path, ":");
		/* an empty part is the current directory */
		AUTO_FREE char *full =
			len ? xasprintf("%.*s/%s", (int)len, path, name)
			    : xasprintf("./%s", name);
		int r = can_run(full);

		if (r == 0) {
			*ret = TAKE_PTR(full);
			return 0;
		}
		if (r == -EACCES)
			code = r;
		if (!path[len])
			break;
		path += len + 1;
	}
	return cannot(name, code, err);
}

/* What a program prints; the caller frees, "" or NULL when nothing. */
static char *output_of(char *const argv[])
{
	posix_spawn_file_actions_t actions;
	AUTO(strbuf_done) struct strbuf b = { 0 };
	int fds[2], status;
	char buf[256];
	ssize_t n;
	pid_t pid;
	int r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return xstrdup("");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	r = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	while (r == 0 && b.len < 1 << 16 &&
	       (n = read(fds[0], buf, sizeof(buf))))
		if (n > 0)
			strbuf_add(&b, buf, (size_t)n);
		else if (errno != EINTR)
			break;
	close(fds[0]);
	while (r == 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return strbuf_detach(&b);
}

/* "valgrind-3.19.0" */
static int find_version(const char *valgrind, char **ret, struct err *err)
{
	static const char start[] = "valgrind-";
	char option[] = "--version";
	AUTO_FREE char *path = xstrdup(valgrind);
	char *const argv[] = { path, option, NULL };
	AUTO_FREE char *text = output_of(argv);

	if (!text || strncmp(text, start, strlen(start)) != 0) {
		err_set(err, -ENOEXEC, "'%s' does not tell its version",
			valgrind);
		err_hint(err, "try 'valgrind --version'; a broken one can be "
			      "installed again");
		return -ENOEXEC;
	}
	text[strcspn(text, " \n")] = '\0';
	*ret = xstrdup(text + strlen(start));
	return 0;
}

/*
 * By default valgrind translates code across branches: cachegrind then counts
 * only a part of them, and instructions that are not reached (some percent).
 * One block at a time it is exact.  The option for that has had two names.
 */
static const char *find_no_chasing(const char *valgrind)
{
	char option[] = "--help-debug";
	AUTO_FREE char *path = xstrdup(valgrind);
	char *const argv[] = { path, option, NULL };
	AUTO_FREE char *text = output_of(argv);

	if (text && strstr(text, "--vex-guest-chase-thresh="))
		return "--vex-guest-chase-thresh=0";
	return "--vex-guest-chase=no";
}

static void choose_caches(struct cachegrind_setup *s)
{
	for (size_t i = 0; i < CACHEGRIND_LEVELS; i++) {
		const char *name = cachegrind_level_name(i);
		struct cachegrind_cache *c = &s->caches.of[i];
		char before[FMT_LEN], after[FMT_LEN];

		cachegrind_cache_text(before, c);
		if (s->caches.assumed[i])
			VEC_PUSH(s->remarks, s->nremarks,
				 xasprintf("this machine does not tell its %s "
					   "cache; %s was assumed, "
					   "--cache-sizes=%s=... changes that",
					   name, before, name));
		if (!cachegrind_cache_round(c))
			continue;
		VEC_PUSH(s->remarks, s->nremarks,
			 xasprintf("%s is %s and was simulated as %s: "
				   "cachegrind needs a power of two of sets",
				   name, before,
				   cachegrind_cache_text(after, c)));
	}
}

static char *describe(const struct cachegrind_setup *s)
{
	struct strbuf b = { 0 };

	strbuf_addf(&b, "cachegrind %s with", s->version);
	for (size_t i = 0; i < CACHEGRIND_LEVELS; i++) {
		char text[FMT_LEN];

		strbuf_addf(&b, "%s %s %s", i ? ";" : "",
			    cachegrind_level_name(i),
			    cachegrind_cache_text(text, &s->caches.of[i]));
	}
	return strbuf_detach(&b);
}

int cachegrind_setup_make(const struct rootfs *root, const char *sizes,
			  struct cachegrind_setup *ret, struct err *err)
{
	AUTO(cachegrind_setup_done) struct cachegrind_setup s = { 0 };
	int r;

	cachegrind_caches_load(root, &s.caches);
	if (sizes) {
		r = cachegrind_caches_parse(sizes, &s.caches, err);
		if (r < 0)
			return err_prefix(err, "--cache-sizes");
	}
	if (program_find("valgrind", &s.valgrind, NULL) < 0) {
		err_set(err, -ENOENT,
			"there is no valgrind here, and cachegrind is a part "
			"of it");
		err_hint(err, "install the package 'valgrind'");
		return -ENOENT;
	}
	r = find_version(s.valgrind, &s.version, err);
	if (r < 0)
		return r;
	s.no_chasing = find_no_chasing(s.valgrind);
	choose_caches(&s);
	s.about = describe(&s);
	*ret = s;
	s = (struct cachegrind_setup){ 0 };
	return 0;
}

void cachegrind_setup_done(struct cachegrind_setup *setup)
{
	for (size_t i = 0; i < setup->nremarks; i++)
		free(setup->remarks[i]);
	free(setup->remarks);
	free(setup->valgrind);
	free(setup->version);
	free(setup->about);
	*setup = (struct cachegrind_setup){ 0 };
}
