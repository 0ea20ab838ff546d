/*
 * A small JSON Schema checker: the keywords that the project's schemas use.
 */
#ifndef TACHO_TESTS_SCHEMA_H
#define TACHO_TESTS_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Does @value fit @schema?  @root is the whole schema, for "$ref".  What does
 * not fit is said in @why (of 256 bytes).  A keyword that is not known fails.
 */
bool schema_fits(const json_t *root, const json_t *schema, const json_t *value,
		 char why[256]);

#endif
