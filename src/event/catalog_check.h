/* What users' files say that cannot be meant; part of catalog_load_for(). */
#ifndef TACHO_EVENT_CATALOG_CHECK_H
#define TACHO_EVENT_CATALOG_CHECK_H

#include "base/err.h"
#include "event/catalog.h"

/*
 * Go through the sections of users' files in catalog->all: a number that is
 * none, a metric that no file has (of the tree, those for all CPUs).  -EINVAL
 * with "file:line: what"; a section that is optional is taken out instead, with
 * a warning.
 */
int catalog_check(struct catalog *catalog, struct err *err);

#endif
