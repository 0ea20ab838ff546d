/*
 * The files of events/ that apply to this CPU; see catalog.h.
 *
 * Every "tacho stat" loads common/, so finding what replaces what goes through
 * a small hash table and not through comparisons of everything with
 * everything.
 */
#include "event/catalog.h"

#include "base/auto.h"
#include "base/rootfs.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "event/builtin.h"
#include "event/catalog_check.h"
#include "event/cpumap.h"
#include "event/import/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Directories are the user's and real, also when a recorded machine is read. */
static const struct rootfs here = { .prefix = "" };

static bool starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n > m && !strcmp(s + n - m, suffix);
}

static bool is_event_file(const char *name)
{
	return ends_with(name, ".metrics") || ends_with(name, ".events") ||
	       ends_with(name, ".rules") || ends_with(name, ".screens") ||
	       ends_with(name, ".json");
}

static const struct builtin_file *find_builtin(const char *path)
{
	for (size_t i = 0; i < builtin_nfiles; i++)
		if (!strcmp(builtin_path(&builtin_files[i]), path))
			return &builtin_files[i];
	return NULL;
}

/* The files of the tree whose paths begin with @prefix. */
static void load_builtins(struct catalog *c, const char *prefix)
{
	for (size_t i = 0; i < builtin_nfiles; i++)
		if (starts_with(builtin_path(&builtin_files[i]), prefix))
			builtin_load(&builtin_files[i], &c->all);
}

static int load_for_cpu(struct catalog *c, const struct cpu *cpu,
			struct err *err)
{
	char **files = NULL;
	size_t n = 0;
	int r = cpumap_match("events/cpus.map", builtin_map, builtin_map_len,
			     cpu, &files, &n, err);

	for (size_t i = 0; i < n && r >= 0; i++) {
		const struct builtin_file *b = find_builtin(files[i]);

		if (b)
			builtin_load(b, &c->all);
		else
			r = err_set(err, -ENOENT,
				    "events/cpus.map: there is no '%s'",
				    files[i]);
	}
	rootfs_free_names(files, n);
	return r;
}

static void warn(struct catalog *c, const char *text)
{
	VEC_PUSH(c->warnings, c->nwarnings, xstrdup(text));
}

static int parse_file(struct catalog *c, const char *path, const char *text,
		      size_t len, struct err *err)
{
	AUTO(import_notes_done) struct import_notes notes = { 0 };
	int r;

	if (!ends_with(path, ".json"))
		return section_parse(&c->all, path, text, len, err);
	r = import_json(&c->all, path, text, len, &notes, err);
	for (size_t i = 0; i < notes.n; i++)
		warn(c, notes.items[i]);
	return r;
}

/* What is no file (a directory, a pipe) is passed over. */
static int load_file(struct catalog *c, const char *path, struct err *err)
{
	/* O_NONBLOCK: a pipe without a writer must not hold us */
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	/* one byte more than allowed, for the parser to refuse */
	size_t room = 1 + (ends_with(path, ".json") ? IMPORT_FILE_MAX
						    : SECTION_FILE_MAX);
	AUTO_FREE char *text = NULL;
	struct stat st;
	size_t len = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(err, -errno, "cannot open '%s': %s", path,
			       strerror(errno));
	if (!S_ISREG(st.st_mode))
		return 0;
	text = xmalloc(room);
	while (len < room) {
		ssize_t n = read(fd, text + len, room - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, -errno, "cannot read '%s': %s",
				       path, strerror(errno));
		if (!n)
			break;
		len += (size_t)n;
	}
	return parse_file(c, path, text, len, err);
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/*
 * A section of a kind that nobody reads is a misspelt one: an error, and in the
 * user's own directory a warning.  Of those from @first on.
 */
static int check_kinds(struct catalog *c, size_t first, bool forgiving,
		       struct err *err)
{
	static const char *const kinds[] = {
		"event", "metric",  "formula", "constant", "set",
		"rule",  "verdict", "input",   "remark",   "screen",
	};

	for (size_t i = first; i < c->all.n; i++) {
		const struct section *s = c->all.items[i];
		AUTO(suggest_done) struct suggest near = { 0 };
		struct err why = { 0 };
		bool known = false;
		char text[300];

		suggest_init(&near, s->kind);
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
			known |= !strcmp(s->kind, kinds[k]);
			suggest_offer(&near, kinds[k]);
		}
		if (known)
			continue;
		suggest_text(&near, text, sizeof(text));
		err_set(&why, -EINVAL,
			"%s:%d: there are no sections [%.30s ...]%s%s", s->file,
			s->line, s->kind, *text ? "; " : "", text);
		if (!forgiving)
			return err_set(err, -EINVAL, "%s", why.what);
		warn(c, why.what);
	}
	return 0;
}

/* Who names a directory means something in it. */
static int check_any(const char *dir, ssize_t n, char *const *names,
		     struct err *err)
{
	for (ssize_t i = 0; i < n; i++)
		if (is_event_file(names[i]))
			return 0;
	err_set(err, -ENOENT, "--events: no file in '%s' is for tacho", dir);
	err_hint(err, "call its files *.metrics, *.events, *.rules, *.screens "
		      "or *.json");
	return -ENOENT;
}

/*
 * Load what is in @dir, or @dir itself when the user named a file.
 * @forgiving: it is the user's own directory, where one broken file must not
 * keep everything from working.
 */
static int load_dir(struct catalog *c, const char *dir, bool forgiving,
		    struct err *err)
{
	char **names = NULL;
	ssize_t n = rootfs_list(&here, &names, "%s", dir);
	struct err why = { 0 };
	int r = 0;

	if (n == -ENOTDIR && !forgiving && is_file(dir)) {
		size_t first = c->all.n;

		r = load_file(c, dir, err);
		return r < 0 ? r : check_kinds(c, first, false, err);
	}
	if (n < 0) {
		if (forgiving && (n == -ENOENT || n == -ENOTDIR))
			return 0;
		r = err_set(&why, (int)n, "cannot read directory '%s': %s", dir,
			    strerror((int)-n));
	} else if (!forgiving) {
		r = check_any(dir, n, names, &why);
	}
	for (ssize_t i = 0; i < n && r == 0; i++) {
		AUTO_FREE char *path = NULL;
		size_t first = c->all.n;

		if (!is_event_file(names[i]))
			continue;
		path = xasprintf("%s/%s", dir, names[i]);
		r = load_file(c, path, &why);
		if (r >= 0)
			r = check_kinds(c, first, forgiving, &why);
		for (size_t k = first; k < c->all.n; k++)
			c->all.items[k]->optional |= forgiving;
		if (r >= 0)
			continue;
		if (!forgiving)
			break;
		warn(c, why.what);
		r = 0;
	}
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	if (r >= 0)
		return 0;
	if (forgiving) {
		warn(c, why.what);
		return 0;
	}
	if (err)
		*err = why;
	return r;
}

/* $XDG_CONFIG_HOME must be absolute to count; NULL when there is no home. */
static char *user_dir(void)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (xdg && xdg[0] == '/')
		return xasprintf("%s/tacho/events", xdg);
	if (home && home[0] == '/')
		return xasprintf("%s/.config/tacho/events", home);
	return NULL;
}

/* FNV-1a over the name; two letters are enough to tell the kinds apart. */
static uint32_t hash(const char *kind, const char *name)
{
	uint32_t h = 2166136261u;

	h = (h ^ (unsigned char)kind[0]) * 16777619u;
	h = (h ^ (unsigned char)kind[1]) * 16777619u;
	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return h;
}

static bool is_called(const struct section *s, const char *kind,
		      const char *name)
{
	return !strcmp(s->name, name) && !strcmp(s->kind, kind);
}

/* Where in the table the section is, or would be. */
static uint32_t *find_slot(const struct catalog *c, const char *kind,
			   const char *name)
{
	size_t at = hash(kind, name) & (c->nslots - 1);

	while (c->slots[at] &&
	       !is_called(c->live[c->slots[at] - 1], kind, name))
		at = (at + 1) & (c->nslots - 1);
	return &c->slots[at];
}

/* Fill c->live: the last of each kind and name, where the first one stood. */
static void find_live(struct catalog *c)
{
	c->nslots = 16;
	while (c->nslots < 2 * c->all.n)
		c->nslots *= 2;
	c->slots = xcalloc(c->nslots, sizeof(*c->slots));
	c->live = xcalloc(c->all.n ? c->all.n : 1, sizeof(*c->live));
	for (size_t i = 0; i < c->all.n; i++) {
		const struct section *s = c->all.items[i];
		uint32_t *slot = find_slot(c, s->kind, s->name);

		if (!*slot)
			*slot = (uint32_t)++c->nlive;
		c->live[*slot - 1] = s;
	}
}

static void load_for_source(struct catalog *c, const char *source)
{
	AUTO_FREE char *prefix = xasprintf("source/%s.", source);

	load_builtins(c, prefix);
}

int catalog_load(struct catalog *ret, const struct cpu *cpu,
		 const char *const *dirs, size_t ndirs, struct err *err)
{
	return catalog_load_for(ret, cpu, NULL, dirs, ndirs, err);
}

int catalog_load_for(struct catalog *ret, const struct cpu *cpu,
		     const char *source, const char *const *dirs, size_t ndirs,
		     struct err *err)
{
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO_FREE char *own = user_dir();
	int r = 0;

	load_builtins(&c, "common/");
	if (cpu)
		r = load_for_cpu(&c, cpu, err);
	c.simulated = source != NULL;
	if (r == 0 && source)
		load_for_source(&c, source);
	if (r == 0 && own)
		r = load_dir(&c, own, true, err);
	for (size_t i = 0; i < ndirs && r == 0; i++)
		r = load_dir(&c, dirs[i], false, err);
	if (r == 0)
		r = catalog_check(&c, err);
	if (r < 0)
		return r;
	find_live(&c);
	*ret = c;
	memset(&c, 0, sizeof(c));
	return 0;
}

const struct section *catalog_find(const struct catalog *c, const char *kind,
				   const char *name)
{
	if (c->slots) {
		uint32_t slot = *find_slot(c, kind, name);

		return slot ? c->live[slot - 1] : NULL;
	}
	for (size_t i = 0; i < c->nlive; i++)
		if (is_called(c->live[i], kind, name))
			return c->live[i];
	return NULL;
}

const struct section *catalog_replaced(const struct catalog *c,
				       const struct section *s)
{
	const struct section *before = NULL;

	for (size_t i = 0; i < c->all.n && c->all.items[i] != s; i++)
		if (is_called(c->all.items[i], s->kind, s->name))
			before = c->all.items[i];
	return before;
}

void catalog_done(struct catalog *c)
{
	for (size_t i = 0; i < c->nwarnings; i++)
		free(c->warnings[i]);
	free(c->warnings);
	free(c->live);
	free(c->slots);
	section_list_done(&c->all);
	memset(c, 0, sizeof(*c));
}
