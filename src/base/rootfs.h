/*
 * Files of the machine, below a prefix.
 *
 * Everything that is read from /sys and /proc to learn about the machine goes
 * through here, so that --sysroot can point at a recorded one.  (What is read
 * about the measured processes does not: they are real.)
 */
#ifndef TACHO_BASE_ROOTFS_H
#define TACHO_BASE_ROOTFS_H

#include <stdint.h>
#include <sys/types.h>

struct rootfs {
	const char *prefix; /* "" for this machine; borrowed */
};

/* Is this a recorded machine, not the one we run on? */
int rootfs_is_recorded(const struct rootfs *root);

/* The real path of @fmt; the caller frees. */
char *rootfs_path(const struct rootfs *root, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

int rootfs_exists(const struct rootfs *root, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The whole file (at most 1 MiB), without its last newline.  The caller frees
 * *ret.  Negative errno when it cannot be read.
 */
int rootfs_read(const struct rootfs *root, char **ret, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A file that holds one number, decimal or 0x hex. */
int rootfs_read_u64(const struct rootfs *root, uint64_t *ret, const char *fmt,
		    ...) __attribute__((format(printf, 3, 4)));
int rootfs_read_int(const struct rootfs *root, int *ret, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Names in a directory, sorted by strverscmp, without "." and "..".  The
 * caller frees with rootfs_free_names().  Returns the count or negative errno.
 */
ssize_t rootfs_list(const struct rootfs *root, char ***ret, const char *fmt,
		    ...) __attribute__((format(printf, 3, 4)));
void rootfs_free_names(char **names, size_t n);

#endif
