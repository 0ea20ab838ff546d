/* Names of users, each asked for once: a directory service may be slow. */
#ifndef TACHO_ANALYZE_TASKS_USERS_H
#define TACHO_ANALYZE_TASKS_USERS_H

#include <stddef.h>
#include <sys/types.h>

struct user {
	uid_t uid;
	char *name;
};

struct users {
	struct user *items;
	size_t n;
};

/* The number as text where there is no name. */
const char *users_name(struct users *users, uid_t uid);
void users_done(struct users *users);

#endif
