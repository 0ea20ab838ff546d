/* What the views share; see view.h. */
#include "report/view.h"

#include <errno.h>
#include <string.h>

int view_flush(struct view_state *v, struct err *err)
{
	int saved;

	if (v->more)
		return 0;
	errno = 0;
	if (!fflush(v->options.out) && !ferror(v->options.out))
		return 0;
	saved = errno ? errno : EIO;
	return err_set(err, -saved, "cannot write the result: %s",
		       strerror(saved));
}
