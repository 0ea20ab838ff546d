/* Names of users; see users.h. */
#include "analyze/tasks/users.h"

#include "base/vec.h"

#include <pwd.h>
#include <stdlib.h>

const char *users_name(struct users *users, uid_t uid)
{
	struct user user = { .uid = uid };
	const struct passwd *known;

	for (size_t i = 0; i < users->n; i++)
		if (users->items[i].uid == uid)
			return users->items[i].name;
	known = getpwuid(uid);
	user.name = known ? xstrdup(known->pw_name)
			  : xasprintf("%lu", (unsigned long)uid);
	VEC_PUSH(users->items, users->n, user);
	return user.name;
}

void users_done(struct users *users)
{
	for (size_t i = 0; i < users->n; i++)
		free(users->items[i].name);
	free(users->items);
	*users = (struct users){ 0 };
}
