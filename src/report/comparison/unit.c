/* What the views of a comparison share; see unit.h. */
#include "report/comparison/unit.h"

#include "base/auto.h"

#include <errno.h>
#include <stdlib.h>
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

int comparison_write(const char *text, size_t len, FILE *out, struct err *err)
{
	int saved;

	errno = 0;
	if (fwrite(text, 1, len, out) == len && fflush(out) == 0)
		return 0;
	saved = errno ? errno : EIO;
	return err_set(err, -saved, "cannot write the result: %s",
		       strerror(saved));
}

int comparison_write_by(comparison_put_fn put,
			const struct comparison_report *r,
			const struct comparison_style *style, struct err *err)
{
	struct comparison_style to_memory = *style;
	AUTO_FREE char *text = NULL;
	size_t len = 0;

	to_memory.out = open_memstream(&text, &len);
	if (!to_memory.out)
		return err_set(err, -errno, "cannot write the result: %s",
			       strerror(errno));
	put(r, &to_memory);
	if (fclose(to_memory.out) != 0)
		return err_set(err, -ENOMEM, "cannot write the result: %s",
			       strerror(ENOMEM));
	return comparison_write(text, len, style->out, err);
}
