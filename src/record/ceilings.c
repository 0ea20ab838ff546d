/* What this machine can do at most; see ceilings.h. */
#include "record/ceilings.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#define SCHEMA "tacho-ceilings-1"
#define MACHINES 16 /* that are kept, the newest first */
#define FILE_MAX ((off_t)1 << 20)

static const char *const names[] = {
	[CEILING_BANDWIDTH] = "peak_bandwidth",
	[CEILING_BANDWIDTH_THREAD] = "peak_bandwidth_thread",
	[CEILING_LATENCY_L1] = "latency_l1",
	[CEILING_LATENCY_L2] = "latency_l2",
	[CEILING_LATENCY_L3] = "latency_l3",
	[CEILING_LATENCY_DRAM] = "latency_dram",
};
_Static_assert(ARRAY_LEN(names) == CEILINGS, "one name each");

static void json_freep(json_t **json)
{
	json_decref(*json);
}

const char *ceiling_name(enum ceiling ceiling)
{
	return names[ceiling];
}

int ceilings_find(const struct ceilings *ceilings, const char *name,
		  double *ret, struct err *err)
{
	for (size_t i = 0; i < CEILINGS; i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		if (ceilings->value[i] <= 0.0)
			return err_set(err, -ENODATA,
				       "calibration could not measure %s here",
				       name);
		*ret = ceilings->value[i];
		return 0;
	}
	return err_set(err, -ENOENT, "there is no ceiling '%s'", name);
}

/*
 * Guests of one kind are alike, and their host names come and go; hosts of
 * one kind may have different memory.
 */
char *ceilings_machine(const struct cpu *cpu, size_t ncpus)
{
	AUTO_FREE char *key = cpu_key(cpu);
	struct utsname uts;

	if (*cpu->hypervisor)
		return xasprintf("%s, %zu CPUs, guest of %s", key, ncpus,
				 cpu->hypervisor);
	if (uname(&uts) < 0)
		snprintf(uts.nodename, sizeof(uts.nodename), "?");
	return xasprintf("%s, %zu CPUs, host %s", key, ncpus, uts.nodename);
}

/* The user's cache directory; relative ones are to be ignored (XDG). */
static char *cache_dir(struct err *err)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (xdg && *xdg == '/')
		return xstrdup(xdg);
	if (home && *home == '/')
		return xasprintf("%s/.cache", home);
	err_set(err, -ENOENT,
		"neither XDG_CACHE_HOME nor HOME says where "
		"measured ceilings are kept");
	err_hint(err, "set HOME");
	return NULL;
}

char *ceilings_path(struct err *err)
{
	AUTO_FREE char *dir = cache_dir(err);

	return dir ? xasprintf("%s/tacho/ceilings.json", dir) : NULL;
}

/* ---- reading ---- */

static int broken(struct err *err, const char *path, const char *why)
{
	err_set(err, -EBADMSG, "'%s' is not used: %s", path, why);
	err_hint(err, "tacho doctor --calibrate");
	return -EBADMSG;
}

static int not_calibrated(struct err *err, const char *which)
{
	err_set(err, -ENODATA, "%s: run 'tacho doctor --calibrate'", which);
	err_hint(err, "tacho doctor --calibrate");
	return -ENODATA;
}

/* The "machines" of the file, for which the caller has a reference. */
static int read_machines(const char *path, json_t **ret, struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	AUTO(json_freep) json_t *all = NULL;
	json_t *machines;
	json_error_t error;
	const char *schema;
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return not_calibrated(err, "not calibrated");
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(err, -errno, "cannot open '%s': %s", path,
			       strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
		return broken(err, path, "it is no file of tacho's");
	all = json_loadfd(fd, 0, &error);
	if (!all)
		return broken(err, path, error.text);
	schema = json_string_value(json_object_get(all, "schema"));
	if (!schema || strcmp(schema, SCHEMA) != 0)
		return broken(err, path, "it is of another version of tacho");
	machines = json_object_get(all, "machines");
	if (!json_is_array(machines))
		return broken(err, path, "it has no list of machines");
	*ret = json_incref(machines);
	return 0;
}

static json_t *find(json_t *machines, const char *name)
{
	json_t *machine;
	size_t i;

	json_array_foreach(machines, i, machine)
	{
		const char *is =
			json_string_value(json_object_get(machine, "machine"));

		if (is && strcmp(is, name) == 0)
			return machine;
	}
	return NULL;
}

static int take_values(const char *path, json_t *machine, struct ceilings *ret,
		       struct err *err)
{
	struct ceilings c = { 0 };

	for (size_t i = 0; i < CEILINGS; i++) {
		json_t *value = json_object_get(machine, names[i]);
		double number = json_number_value(value);

		if (!value || json_is_null(value))
			continue;
		if (!json_is_number(value) || !isfinite(number) ||
		    number <= 0.0) {
			char why[80];

			snprintf(why, sizeof(why),
				 "its %s is not a number above 0", names[i]);
			return broken(err, path, why);
		}
		c.value[i] = number;
	}
	*ret = c;
	return 0;
}

int ceilings_load(const char *machine, struct ceilings *ret, struct err *err)
{
	AUTO_FREE char *path = ceilings_path(err);
	AUTO(json_freep) json_t *machines = NULL;
	json_t *found;
	int r;

	if (!path)
		return -ENOENT;
	r = read_machines(path, &machines, err);
	if (r < 0)
		return r;
	found = find(machines, machine);
	if (!found)
		return not_calibrated(err, "this machine is not calibrated");
	return take_values(path, found, ret, err);
}

/* ---- writing ---- */

static int make_dir(const char *path, mode_t mode, struct err *err)
{
	if (mkdir(path, mode) == 0 || errno == EEXIST)
		return 0;
	return err_set(err, -errno, "cannot make '%s': %s", path,
		       strerror(errno));
}

static json_t *to_json(const char *machine, const struct ceilings *c)
{
	json_t *o = json_pack("{s:s}", "machine", machine);

	for (size_t i = 0; i < CEILINGS; i++)
		json_object_set_new(o, names[i],
				    c->value[i] > 0.0 ? json_real(c->value[i])
						      : json_null());
	return o;
}

/* This machine first, then the others; what was broken is let go. */
static json_t *whole_file(const char *path, const char *machine,
			  const struct ceilings *c)
{
	AUTO(json_freep) json_t *before = NULL;
	json_t *machines = json_array(), *other;
	struct err ignored;
	size_t i;

	json_array_append_new(machines, to_json(machine, c));
	read_machines(path, &before, &ignored);
	json_array_foreach(before, i, other)
	{
		const char *name =
			json_string_value(json_object_get(other, "machine"));

		if (name && strcmp(name, machine) != 0 &&
		    json_array_size(machines) < MACHINES)
			json_array_append(machines, other);
	}
	return json_pack("{s:s, s:o}", "schema", SCHEMA, "machines", machines);
}

static int write_all(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		left -= (size_t)n;
	}
	return 0;
}

/* A new file takes the place of the old one, so nobody reads half of it. */
static int replace_file(const char *path, const char *text, struct err *err)
{
	AUTO_FREE char *new = xasprintf("%s.XXXXXX", path);
	AUTO_CLOSE int fd = mkostemp(new, O_CLOEXEC);
	int r;

	if (fd < 0)
		return err_set(err, -errno, "cannot write '%s': %s", path,
			       strerror(errno));
	r = write_all(fd, text);
	/* there is nothing private in it, and sudo may have written it */
	if (r == 0 && (fchmod(fd, 0644) < 0 || rename(new, path) < 0))
		r = -errno;
	if (r < 0) {
		unlink(new);
		return err_set(err, r, "cannot write '%s': %s", path,
			       strerror(-r));
	}
	return 0;
}

int ceilings_save(const char *machine, const struct ceilings *ceilings,
		  struct err *err)
{
	AUTO_FREE char *dir = cache_dir(err);
	AUTO(json_freep) json_t *all = NULL;
	AUTO_FREE char *own = NULL;
	AUTO_FREE char *path = NULL;
	AUTO_FREE char *text = NULL;
	AUTO_FREE char *line = NULL;
	int r;

	if (!dir)
		return -ENOENT;
	own = xasprintf("%s/tacho", dir);
	path = xasprintf("%s/ceilings.json", own);
	r = make_dir(dir, 0700, err);
	if (r == 0)
		r = make_dir(own, 0755, err);
	if (r < 0)
		return r;
	all = whole_file(path, machine, ceilings);
	text = json_dumps(all, JSON_INDENT(2));
	if (!text)
		return err_set(err, -EINVAL, "'%s' cannot be written as JSON",
			       machine);
	line = xasprintf("%s\n", text);
	return replace_file(path, line, err);
}
