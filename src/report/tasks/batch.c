/* What batch views share; see batch.h. */
#include "report/tasks/batch.h"

#include "base/auto.h"

#include <errno.h>
#include <string.h>

const struct batch_view *batch_find(const char *name)
{
	static const struct batch_view *const views[] = { &batch_text,
							  &batch_csv,
							  &batch_json };

	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		if (!strcmp(views[i]->name, name))
			return views[i];
	return NULL;
}

struct row batch_row(const struct batch_tick *tick, size_t i)
{
	struct row row = tick->rows->items[i];

	if (!row.cells)
		row.cells = tasks_cells(tick->tasks, i);
	return row;
}

int batch_emit(struct batch *b, const struct batch_view *view,
	       const struct batch_tick *tick, struct err *err)
{
	int saved;

	view->emit(b, tick);
	b->ticks++;
	errno = 0;
	if (!fflush(b->out) && !ferror(b->out))
		return 0;
	saved = errno ? errno : EIO;
	return err_set(err, -saved, "cannot write the rows: %s",
		       strerror(saved));
}

const char *rows_by_name(enum rows_by by)
{
	switch (by) {
	case ROWS_PROCESS:
		return "process";
	case ROWS_THREAD:
		return "thread";
	case ROWS_USER:
		return "user";
	case ROWS_CGROUP:
		return "cgroup";
	}
	return "";
}
