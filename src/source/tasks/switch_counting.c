/*
 * The kernel's side of counting on switches, through libbpf, which is loaded by
 * who counts that way; see switch_counting.h.
 */
#include "source/tasks/switch_counting.h"

#include "base/auto.h"
#include "base/lazy.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#ifdef HAVE_LIBBPF
#include <bpf/bpf.h>

/* The first PID namespace: its numbers are those that the program sees. */
#define FIRST_PID_NAMESPACE 0xeffffffcu

#define THREADS_LEAST 32768
#define THREADS_MOST (1u << 18)
#define AT_ONCE 1024 /* threads handed over by one call */
#define LOG_BYTES ((size_t)256 << 10)

static struct {
	void *handle;
	__typeof__(&bpf_map_create) map_create;
	__typeof__(&bpf_map_update_elem) map_update_elem;
	__typeof__(&bpf_map_lookup_and_delete_batch) take_batch;
	__typeof__(&bpf_prog_load) prog_load;
	__typeof__(&bpf_raw_tracepoint_open) raw_tracepoint_open;
	__typeof__(&bpf_prog_test_run_opts) test_run;
} bpf;

struct switch_counting {
	struct switch_layout layout; /* the counters are owned */
	struct switch_maps maps;
	int on_switch, on_flush; /* programs */
	int tracepoint;
	size_t ncpus;
	uint64_t which; /* the map that is added to */
	struct switch_key *keys;
	uint64_t *words;
};

static int load_library(struct err *err)
{
	const struct lazy_symbol symbols[] = {
		{ "bpf_map_create", &bpf.map_create },
		{ "bpf_map_update_elem", &bpf.map_update_elem },
		{ "bpf_map_lookup_and_delete_batch", &bpf.take_batch },
		{ "bpf_prog_load", &bpf.prog_load },
		{ "bpf_raw_tracepoint_open", &bpf.raw_tracepoint_open },
		{ "bpf_prog_test_run_opts", &bpf.test_run },
	};
	struct err why = { 0 };

	if (!bpf.handle)
		bpf.handle = lazy_load(BPF_SONAME, symbols, ARRAY_LEN(symbols),
				       &why);
	if (bpf.handle)
		return 0;
	err_set(err, -ENOTSUP, "%s", why.what);
	err_hint(err, "install libbpf (Debian: libbpf1)");
	return -ENOTSUP;
}

/* @code: what the kernel said to @what */
static int refused(struct err *err, const char *what, int code)
{
	err_set(err, -ENOTSUP,
		"the kernel does not let us count with BPF: %s: %s", what,
		strerror(-code));
	if (code == -EPERM || code == -EACCES)
		err_hint(err, "run it as root, or give it the capabilities: "
			      "setcap cap_bpf,cap_perfmon+ep FILE");
	else
		err_hint(err, "leave it to --collector tasks; -v says more");
	return -ENOTSUP;
}

/* ---- maps ---- */

/*
 * Memory as it is needed, from 6.1 on; before, the kernel warned of that in a
 * program that runs at any time.
 */
static bool has_safe_memory(void)
{
	struct utsname u;

	/* "6.1.0-18-amd64" */
	if (uname(&u) < 0 || u.release[0] < '6')
		return u.release[1] >= '0' && u.release[1] <= '9';
	return u.release[0] > '6' || u.release[1] != '.' || u.release[2] != '0';
}

static int make_map(enum bpf_map_type type, const char *name, size_t key,
		    size_t value, size_t entries, struct err *err)
{
	LIBBPF_OPTS(bpf_map_create_opts, options);
	int fd;

	if (type == BPF_MAP_TYPE_HASH && has_safe_memory())
		options.map_flags = BPF_F_NO_PREALLOC;
	fd = bpf.map_create(type, name, (uint32_t)key, (uint32_t)value,
			    (uint32_t)entries, &options);
	return fd >= 0 ? fd : refused(err, "a map", -errno);
}

static size_t room_for(size_t nthreads)
{
	size_t room = THREADS_LEAST;

	/* half of them may be gone, and others there, within a tick */
	while (room < 4 * nthreads && room < THREADS_MOST)
		room *= 2;
	return room;
}

static int make_maps(struct switch_counting *s, size_t nthreads,
		     struct err *err)
{
	size_t words = switch_layout_words(&s->layout) * sizeof(uint64_t);
	int *const fds[] = { &s->maps.cpus, &s->maps.zero, &s->maps.threads[0],
			     &s->maps.threads[1] };

	*fds[0] = make_map(BPF_MAP_TYPE_ARRAY, "tacho_cpus", 4, words, s->ncpus,
			   err);
	if (*fds[0] >= 0)
		*fds[1] = make_map(BPF_MAP_TYPE_ARRAY, "tacho_zero", 4, words,
				   1, err);
	for (int i = 2; i < 4 && *fds[i - 1] >= 0; i++)
		*fds[i] = make_map(BPF_MAP_TYPE_HASH, "tacho_threads",
				   sizeof(struct switch_key), words,
				   room_for(nthreads), err);
	return *fds[3] >= 0 ? 0 : -ENOTSUP;
}

/* The descriptors of a counter, by CPU. */
static int put_counter(struct switch_counting *s, size_t counter,
		       const int *fds, struct err *err)
{
	int map = make_map(BPF_MAP_TYPE_PERF_EVENT_ARRAY, "tacho_counter", 4, 4,
			   s->ncpus, err);

	s->layout.counters[counter].map = map;
	if (map < 0)
		return map;
	for (size_t i = 0; i < s->ncpus; i++) {
		uint32_t cpu = (uint32_t)i;

		if (fds[i] >= 0 &&
		    bpf.map_update_elem(map, &cpu, &fds[i], BPF_ANY) < 0)
			return refused(err, "a counter", -errno);
	}
	return 0;
}

/* ---- programs ---- */

/* What the kernel's verifier says is long, and asked for only when it helps. */
static int load_program(struct switch_counting *s, bool flush, struct err *err)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options);
	const char *name = flush ? "tacho_flush" : "tacho_switch";
	AUTO_FREE struct bpf_insn *insns = NULL;
	AUTO_FREE char *log = NULL;
	size_t n = switch_program_make(&s->layout, &s->maps, flush, &insns);
	int fd, error;

	fd = bpf.prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, name, "GPL", insns, n,
			   &options);
	if (fd >= 0)
		return fd;
	error = -errno;
	if (log_level() > 0 && error != -EPERM) {
		log = xcalloc(1, LOG_BYTES);
		options.log_buf = log;
		options.log_size = LOG_BYTES;
		options.log_level = 1;
		fd = bpf.prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, name, "GPL",
				   insns, n, &options);
		if (fd >= 0)
			return fd;
		log_say(1, "the verifier refuses %s:\n%s", name, log);
	}
	return refused(err, name, error);
}

static int attach(struct switch_counting *s, struct err *err)
{
	s->on_flush = load_program(s, true, err);
	if (s->on_flush < 0)
		return s->on_flush;
	s->on_switch = load_program(s, false, err);
	if (s->on_switch < 0)
		return s->on_switch;
	s->tracepoint = bpf.raw_tracepoint_open("sched_switch", s->on_switch);
	return s->tracepoint < 0 ? refused(err, "sched_switch", -errno) : 0;
}

/* ---- asking ---- */

static int flush_cpu(struct switch_counting *s, size_t cpu, uint64_t *lost)
{
	uint64_t arguments[] = { s->which };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = arguments,
		    .ctx_size_in = sizeof(arguments),
		    .flags = BPF_F_TEST_RUN_ON_CPU, .cpu = (uint32_t)cpu);

	if (bpf.test_run(s->on_flush, &options) < 0)
		return -errno;
	*lost += options.retval;
	return 0;
}

/* A CPU may be offline, -ENXIO; but not all of them. */
static int flush(struct switch_counting *s, uint64_t *lost)
{
	int bad = -ENXIO;

	s->which = !s->which;
	for (size_t i = 0; i < s->ncpus; i++) {
		int r = flush_cpu(s, i, lost);

		if (bad < 0)
			bad = r;
		if (r < 0 && r != -ENXIO)
			return r;
	}
	return bad;
}

/* More than fits into a bucket: rare, and then there is room for all. */
static int take(struct switch_counting *s, int map, switch_counting_fn fn,
		void *arg)
{
	LIBBPF_OPTS(bpf_map_batch_opts, options);
	size_t words = switch_layout_words(&s->layout);
	uint32_t batch = 0, n, room = AT_ONCE;
	void *in = NULL;

	for (;;) {
		int r;

		n = room;
		r = bpf.take_batch(map, in, &batch, s->keys, s->words, &n,
				   &options) < 0
			    ? -errno
			    : 0;
		if (r == -ENOSPC && room < THREADS_MOST) {
			room *= 2;
			s->keys =
				xreallocarray(s->keys, room, sizeof(*s->keys));
			s->words = xreallocarray(s->words, room * words,
						 sizeof(*s->words));
			continue;
		}
		if (r < 0 && r != -ENOENT)
			return r;
		for (uint32_t i = 0; fn && i < n; i++)
			fn(arg, &s->keys[i], s->words + i * words);
		if (r == -ENOENT)
			return 0;
		in = &batch;
	}
}

static int counting_drain(struct switch_counting *s, switch_counting_fn fn,
			  void *arg, uint64_t *lost)
{
	int map = s->maps.threads[s->which], bad;

	*lost = 0;
	bad = flush(s, lost);
	return bad < 0 ? bad : take(s, map, fn, arg);
}

/* ---- begin and end ---- */

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void counting_close(struct switch_counting *s)
{
	if (!s)
		return;
	close_fd(s->tracepoint);
	close_fd(s->on_switch);
	close_fd(s->on_flush);
	close_fd(s->maps.cpus);
	close_fd(s->maps.zero);
	close_fd(s->maps.threads[0]);
	close_fd(s->maps.threads[1]);
	for (size_t i = 0; i < s->layout.ncounters; i++)
		close_fd(s->layout.counters[i].map);
	free(s->layout.counters);
	free(s->keys);
	free(s->words);
	free(s);
}

static struct switch_counting *make(const struct switch_layout *layout,
				    size_t ncpus)
{
	struct switch_counting *s = xcalloc(1, sizeof(*s));

	s->layout = *layout;
	s->layout.counters =
		xcalloc(layout->ncounters, sizeof(*layout->counters));
	for (size_t i = 0; i < layout->ncounters; i++) {
		s->layout.counters[i] = layout->counters[i];
		s->layout.counters[i].map = -1;
	}
	s->maps = (struct switch_maps){ -1, { -1, -1 }, -1 };
	s->on_switch = s->on_flush = s->tracepoint = -1;
	s->ncpus = ncpus;
	s->keys = xcalloc(AT_ONCE, sizeof(*s->keys));
	s->words = xcalloc(AT_ONCE * switch_layout_words(layout),
			   sizeof(*s->words));
	return s;
}

static int check_namespace(struct err *err)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) < 0 ||
	    st.st_ino == FIRST_PID_NAMESPACE)
		return 0;
	err_set(err, -ENOTSUP,
		"BPF knows processes by other numbers than this container");
	err_hint(err, "run it outside, or leave it to --collector tasks");
	return -ENOTSUP;
}

static int counting_open(struct switch_layout *layout, const int *const *fds,
			 size_t ncpus, size_t nthreads,
			 struct switch_counting **ret, struct err *err)
{
	struct switch_counting *s;
	uint64_t lost;
	int bad = check_namespace(err);

	if (bad == 0)
		bad = load_library(err);
	if (bad < 0)
		return bad;
	s = make(layout, ncpus);
	bad = make_maps(s, nthreads, err);
	for (size_t i = 0; i < layout->ncounters && bad == 0; i++)
		bad = put_counter(s, i, fds[i], err);
	if (bad == 0)
		bad = attach(s, err);
	if (bad == 0) {
		/* what was before the begin is nobody's */
		bad = counting_drain(s, NULL, NULL, &lost);
		if (bad < 0)
			bad = refused(err, "asking a CPU", bad);
	}
	if (bad < 0) {
		counting_close(s);
		return bad;
	}
	*ret = s;
	return 0;
}

#else

static int counting_open(struct switch_layout *layout, const int *const *fds,
			 size_t ncpus, size_t nthreads,
			 struct switch_counting **ret, struct err *err)
{
	(void)layout, (void)fds, (void)ncpus, (void)nthreads, (void)ret;
	err_set(err, -ENOTSUP, "this tacho was built without BPF");
	err_hint(err, "install libbpf-dev and build it with "
		      "./configure --with-bpf");
	return -ENOTSUP;
}

static int counting_drain(struct switch_counting *s, switch_counting_fn fn,
			  void *arg, uint64_t *lost)
{
	(void)s, (void)fn, (void)arg, (void)lost;
	return -ENOTSUP;
}

static void counting_close(struct switch_counting *s)
{
	(void)s;
}

#endif

const struct switch_counting_kind switch_counting_kernel = {
	.open = counting_open,
	.drain = counting_drain,
	.close = counting_close,
};
