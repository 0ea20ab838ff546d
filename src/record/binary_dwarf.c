/*
 * The debug information of a program: the only file that includes libdw.
 *
 * It is read in a child process.  Debug information can be a gigabyte, can be
 * compressed (which libdw undoes before anything is asked), can be cut off
 * while it is mapped, and can be made to harm who reads it.  A child can be
 * ended when it takes too long, gives back its memory, and takes nothing with
 * it when it crashes.
 */
#include "record/binary_dwarf.h"

#include "config.h"

#include <errno.h>

#ifdef HAVE_LIBDW

#include "base/auto.h"
#include "base/clock.h"
#include "base/lazy.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS 1000000u
#define CPU_BUDGET_NS (150 * NS_PER_MS) /* what was seen until then counts */
#define WALL_BUDGET_NS (500 * NS_PER_MS)
#define HARD_LIMIT_NS (1000 * NS_PER_MS) /* then the child is ended */
#define MEMORY_LIMIT ((rlim_t)1 << 30)
#define MAX_ENTRIES 3000 /* of one unit, to see where its variables are */
#define MAX_DEPTH 32
#define MAX_RANGES 100000
#define CLOCK_EVERY 16 /* units; asking takes longer than a small one */

#define AT_APPLE_OPTIMIZED 0x3fe1 /* clang -glldb; elfutils has no name */

static struct {
	__typeof__(&dwarf_begin) begin;
	__typeof__(&dwarf_errmsg) errmsg;
	__typeof__(&dwarf_get_units) get_units;
	__typeof__(&dwarf_tag) tag;
	__typeof__(&dwarf_attr) attr;
	__typeof__(&dwarf_formstring) formstring;
	__typeof__(&dwarf_formudata) formudata;
	__typeof__(&dwarf_whatform) whatform;
	__typeof__(&dwarf_ranges) ranges;
	__typeof__(&dwarf_child) child;
	__typeof__(&dwarf_siblingof) siblingof;
} dw;

static int load(struct err *err)
{
	const struct lazy_symbol symbols[] = {
		{ "dwarf_begin", &dw.begin },
		{ "dwarf_errmsg", &dw.errmsg },
		{ "dwarf_get_units", &dw.get_units },
		{ "dwarf_tag", &dw.tag },
		{ "dwarf_attr", &dw.attr },
		{ "dwarf_formstring", &dw.formstring },
		{ "dwarf_formudata", &dw.formudata },
		{ "dwarf_whatform", &dw.whatform },
		{ "dwarf_ranges", &dw.ranges },
		{ "dwarf_child", &dw.child },
		{ "dwarf_siblingof", &dw.siblingof },
	};

	if (lazy_load(DW_SONAME, symbols, ARRAY_LEN(symbols), err))
		return 0;
	return err->code;
}

/* ---- one compilation unit ---- */

static const char *text_of(Dwarf_Die *die, unsigned name)
{
	Dwarf_Attribute attr;
	const char *text = NULL;

	if (dw.attr(die, name, &attr))
		text = dw.formstring(&attr);
	return text ? text : "";
}

static const char *language_of(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Word number;

	if (!dw.attr(die, DW_AT_language, &attr) ||
	    dw.formudata(&attr, &number) != 0)
		return "";
	return unit_language(number);
}

/* Bytes of code; what the linker threw away begins at 0 or 1. */
static uint64_t code_bytes(Dwarf_Die *die)
{
	const uint64_t huge = (uint64_t)1 << 40;
	Dwarf_Addr base, start, end;
	ptrdiff_t at = 0;
	uint64_t sum = 0;

	for (int i = 0; i < MAX_RANGES; i++) {
		at = dw.ranges(die, at, &base, &start, &end);
		if (at <= 0)
			break;
		if (start > 1 && end > start && end - start < huge)
			sum += end - start;
	}
	return sum;
}

static void see_variable(Dwarf_Die *die, struct unit_places *p)
{
	Dwarf_Attribute attr;

	if (dw.attr(die, DW_AT_const_value, &attr)) {
		p->moving++;
		return;
	}
	if (!dw.attr(die, DW_AT_location, &attr))
		return;
	switch (dw.whatform(&attr)) {
	case DW_FORM_exprloc:
	case DW_FORM_block:
	case DW_FORM_block1:
	case DW_FORM_block2:
	case DW_FORM_block4:
		p->fixed++;
		break;
	default: /* all others are lists */
		p->moving++;
		break;
	}
}

static bool see_function(Dwarf_Die *die, struct unit_places *p)
{
	Dwarf_Attribute attr;

	if (!dw.attr(die, DW_AT_low_pc, &attr) &&
	    !dw.attr(die, DW_AT_ranges, &attr))
		return false; /* declared, or inlined elsewhere */
	p->functions++;
	if (dw.attr(die, DW_AT_call_all_calls, &attr))
		p->all_calls = true;
	if (dw.attr(die, AT_APPLE_OPTIMIZED, &attr))
		p->says_optimised = true;
	return true;
}

/* Below @parent; @inside a function with code.  *left: entries to look at. */
static void see_children(Dwarf_Die *parent, struct unit_places *p, bool inside,
			 int depth, int *left)
{
	Dwarf_Die die;

	if (depth > MAX_DEPTH || dw.child(parent, &die) != 0)
		return;
	do {
		bool within = inside;

		if (--*left < 0)
			return;
		switch (dw.tag(&die)) {
		case DW_TAG_subprogram:
			within = see_function(&die, p);
			break;
		case DW_TAG_call_site:
		case DW_TAG_GNU_call_site:
			p->calls++;
			break;
		case DW_TAG_variable:
		case DW_TAG_formal_parameter:
			if (inside)
				see_variable(&die, p);
			break;
		default:
			break;
		}
		see_children(&die, p, within, depth + 1, left);
	} while (dw.siblingof(&die, &die) == 0);
}

/* ---- all of them, in the child ---- */

static uint64_t cpu_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

struct budget {
	uint64_t cpu_end_ns, wall_end_ns;
	unsigned asked;
};

static bool is_spent(struct budget *b)
{
	if (b->asked++ % CLOCK_EVERY)
		return false;
	return cpu_time_ns() > b->cpu_end_ns || clock_now_ns() > b->wall_end_ns;
}

/* @die has the code, @full (the same, but for -gsplit-dwarf) the rest. */
static void see_unit(struct survey *s, Dwarf_Die *die, Dwarf_Die *full,
		     int version)
{
	struct unit unit = { .dwarf = version, .bytes = code_bytes(die) };
	struct unit_places places = { 0 };
	int left = MAX_ENTRIES;

	if (!unit.bytes)
		return;
	producer_parse(text_of(full, DW_AT_producer), &unit.producer);
	if (unit_is_library(&unit.producer, text_of(full, DW_AT_name),
			    text_of(full, DW_AT_comp_dir)))
		return;
	unit.language = language_of(full);
	if (unit.producer.verdict == BUILD_UNKNOWN)
		see_children(full, &places, false, 0, &left);
	survey_add(s, &unit, &places);
}

static int look(int fd, struct dwarf_build *ret, struct err *err)
{
	struct survey s = { 0 };
	struct budget budget = { cpu_time_ns() + CPU_BUDGET_NS,
				 clock_now_ns() + WALL_BUDGET_NS, 0 };
	Dwarf_CU *cu = NULL;
	Dwarf_Die die, split;
	Dwarf_Half version;
	uint8_t type;
	bool partly = false;
	Dwarf *dwarf;
	int r = load(err);

	if (r < 0)
		return r;
	dwarf = dw.begin(fd, DWARF_C_READ);
	if (!dwarf)
		return err_set(err, -EBADMSG, "%s", dw.errmsg(-1));
	while (!partly && dw.get_units(dwarf, cu, &cu, &version, &type, &die,
				       &split) == 0) {
		bool is_skeleton = type == DW_UT_skeleton;

		if (type == DW_UT_compile || type == DW_UT_partial ||
		    is_skeleton)
			see_unit(&s, &die,
				 is_skeleton && dw.tag(&split) > 0 ? &split
								   : &die,
				 version);
		partly = is_spent(&budget);
	}
	survey_end(&s, ret);
	ret->partly = partly;
	return 0;
}

struct answer {
	int r;
	struct err err;
	struct dwarf_build build;
};

static _Noreturn void child(int fd, int answer_fd)
{
	struct answer a = { 0 };
	struct rlimit memory = { MEMORY_LIMIT, MEMORY_LIMIT };

	/* no core file of ours where the user works */
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#ifndef __SANITIZE_ADDRESS__ /* whose shadow counts as memory */
	setrlimit(RLIMIT_DATA, &memory);
#endif
	(void)memory;
	a.r = look(fd, &a.build, &a.err);
	if (write(answer_fd, &a, sizeof(a)) != (ssize_t)sizeof(a))
		_exit(1);
	_exit(0);
}

/* The answer, if it comes in time: it is less than a pipe takes at once. */
static int await(int fd, struct answer *ret, struct err *err)
{
	uint64_t end_ns = clock_now_ns() + HARD_LIMIT_NS, now;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int r;

	do {
		now = clock_now_ns();
		r = poll(&p, 1,
			 now < end_ns ? (int)((end_ns - now) / NS_PER_MS) : 0);
	} while (r < 0 && errno == EINTR);
	if (r == 0)
		return err_set(err, -ETIMEDOUT,
			       "its debug information takes too long to read");
	if (read(fd, ret, sizeof(*ret)) != (ssize_t)sizeof(*ret))
		return err_set(err, -EBADMSG,
			       "its debug information cannot be read");
	/* whatever the file made of the child, these are texts */
	ret->err.what[sizeof(ret->err.what) - 1] = '\0';
	ret->err.hint[sizeof(ret->err.hint) - 1] = '\0';
	ret->build.compiler[sizeof(ret->build.compiler) - 1] = '\0';
	ret->build.version[sizeof(ret->build.version) - 1] = '\0';
	ret->build.language[sizeof(ret->build.language) - 1] = '\0';
	if ((unsigned)ret->build.verdict > BUILD_MIXED ||
	    (unsigned)ret->build.level >= LEVEL_COUNT ||
	    (unsigned)ret->build.source > BINARY_FROM_LOCATIONS)
		return err_set(err, -EBADMSG,
			       "its debug information cannot be read");
	return 0;
}

int dwarf_build_read(int fd, struct dwarf_build *ret, struct err *err)
{
	struct answer a;
	int ends[2], r;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(err, -errno, "cannot make a pipe: %s",
			       strerror(errno));
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		child(fd, ends[1]);
	}
	if (pid < 0)
		err_set(err, -errno, "cannot fork: %s", strerror(errno));
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err->code;
	}
	r = await(ends[0], &a, err);
	close(ends[0]);
	if (r < 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (r < 0)
		return r;
	if (a.r < 0) {
		if (err)
			*err = a.err;
		return a.r;
	}
	*ret = a.build;
	return 0;
}

#else

int dwarf_build_read(int fd, struct dwarf_build *ret, struct err *err)
{
	(void)fd;
	(void)ret;
	return err_set(err, -ENOSYS,
		       "tacho was built without libdw, which reads debug "
		       "information");
}

#endif
