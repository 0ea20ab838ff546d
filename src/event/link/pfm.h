/*
 * libpfm4 behind a lazily loaded library: linking it would cost 1 ms at every
 * start, more than the rest of a short measurement.
 */
#ifndef TACHO_EVENT_LINK_PFM_H
#define TACHO_EVENT_LINK_PFM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pfm;

/*
 * Load libpfm4.  NULL when it is not there or this program was built without;
 * @err says which.  LIBPFM_ENCODE_INACTIVE is set while it starts, and taken
 * back, so that "skx::EVENT" can be encoded on any machine.
 */
struct pfm *pfm_load(struct err *err);
void pfm_free(struct pfm *pfm);

/* What libpfm4 made of a name, after our corrections. */
struct pfm_code {
	char *fstr;   /* "skx::INST_RETIRED:ANY_P:e=0:..." */
	char *pmu;    /* "skx" */
	bool present; /* libpfm4 sees that PMU on this host */
	uint32_t type;
	uint64_t config, config1, config2;
	bool exclude_user, exclude_kernel;
	bool pinned, exclusive;
	bool has_cpu;   /* cpu= was given */
	bool corrected; /* libpfm4's own code was wrong */
};

/* How an encoding failed. */
enum pfm_answer {
	PFM_OK,
	PFM_UNKNOWN,  /* no such event */
	PFM_BAD_ATTR, /* the event is known, its umask or modifier is not */
	PFM_NOT_HERE, /* the PMU would have to be there (uncore, RAPL) */
	PFM_NO_CODE,  /* only a code that no kernel takes; see @err */
};

/*
 * Encode @text, "[pmu::]EVENT:UMASK:mods".  Without "pmu::" only PMUs of this
 * host are asked.
 */
enum pfm_answer pfm_encode(struct pfm *pfm, const char *text,
			   struct pfm_code *ret, struct err *err);
void pfm_code_done(struct pfm_code *code);

/* Is there a PMU called @pmu in libpfm4, and is it one of this host? */
bool pfm_knows_pmu(struct pfm *pfm, const char *pmu, bool *present);

/*
 * Every event and umask of the PMU called @pmu, as "EVENT" and "EVENT:UMASK".
 * NULL: of every PMU of this host but libpfm4's own list of generic events.
 */
typedef int (*pfm_name_fn)(const char *pmu, const char *name, const char *help,
			   void *arg);
int pfm_each_name(struct pfm *pfm, const char *pmu, pfm_name_fn each,
		  void *arg);

/*
 * libpfm4's name for the tables of a CPU by its numbers, where its own
 * detection is too old or may not be used; NULL: none.
 */
const char *pfm_pmu_of_cpu(const char *vendor, int family, int model,
			   int stepping);

/*
 * Put right what libpfm4 gets wrong about @text of @pmu.  Returns 1 when
 * something was corrected, 0 when not, -EINVAL when the code is one that
 * must not go to the kernel.
 */
int pfm_fix(const char *pmu, const char *text, uint64_t *config,
	    uint64_t *config1);

/* One known error, for the test that walks them. */
struct pfm_fix_row {
	const char *pmus; /* space before, between and after the names */
	const char *event;
	const char *umask;
	uint16_t wrong; /* event code and umask as libpfm4 4.13 gives them */
	uint16_t right;
	uint8_t cmask; /* that it forgets */
	uint64_t config1;
};
extern const struct pfm_fix_row pfm_fix_rows[];
extern const size_t pfm_fix_nrows;

#endif
