/* What the views of a comparison share; see unit.h. */
#include "report/comparison/unit.h"

#include <errno.h>
#include <string.h>

double comparison_factor(const struct compare_kind *kind)
{
	return kind->unit && !strcmp(kind->unit, "%") ? 100.0 : 1.0;
}

const char *comparison_better(enum metric_better better)
{
	static const char *const words[] = {
		[METRIC_NEUTRAL] = "neutral",
		[METRIC_LOWER] = "lower",
		[METRIC_HIGHER] = "higher",
	};

	return words[better];
}

const char *comparison_answer(enum gate_answer answer)
{
	static const char *const words[] = {
		[GATE_HOLDS] = "pass",
		[GATE_FAILS] = "fail",
		[GATE_UNSURE] = "unsure",
	};

	return words[answer];
}

int comparison_flush(FILE *out, struct err *err)
{
	int saved;

	errno = 0;
	if (!fflush(out) && !ferror(out))
		return 0;
	saved = errno ? errno : EIO;
	return err_set(err, -saved, "cannot write the result: %s",
		       strerror(saved));
}
