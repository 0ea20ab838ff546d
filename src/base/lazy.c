/* Libraries that are loaded when they are needed; see lazy.h. */
#include "base/lazy.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

void *lazy_load(const char *soname, const struct lazy_symbol *symbols, size_t n,
		struct err *err)
{
	void *handle = dlopen(soname, RTLD_LAZY | RTLD_LOCAL);

	if (!handle) {
		const char *why = dlerror();

		err_set(err, -ENOENT, "cannot load %s", why ? why : soname);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		void *found = dlsym(handle, symbols[i].name);

		if (!found) {
			err_set(err, -ENOSYS, "%s has no %s", soname,
				symbols[i].name);
			dlclose(handle);
			return NULL;
		}
		/* ISO C has no cast from an object to a function pointer */
		memcpy(symbols[i].to, &found, sizeof(found));
	}
	return handle;
}
