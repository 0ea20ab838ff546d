/*
 * Commands that were measured side by side, as recordings one after the other;
 * see recording_parts.h.
 */
#include "record/recording_parts.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>

/* Blocks; a limit for those who make tables of them. */
#define BLOCKS_MOST (1 << 28)

#define AT(member) .offset = offsetof(struct recording_beside, member)

static const struct field beside_fields[] = {
	{ "name", FIELD_TEXT, AT(name) },
	{ "index", FIELD_SIZE, AT(index), .max = RECORDING_MOST - 1 },
	{ "total", FIELD_SIZE, AT(total), .min = 1, .max = RECORDING_MOST },
};

void recording_write_beside(const struct recording *r, json_t *header)
{
	json_t *o;

	if (!r->compared.name)
		return;
	o = json_object();
	fields_write(o, beside_fields, ARRAY_LEN(beside_fields), &r->compared);
	if (r->compared.has_seed)
		json_object_set_new(o, "seed", fields_count(r->compared.seed));
	json_object_set_new(header, "compared", o);
}

int recording_read_beside(const json_t *header, struct recording *r,
			  struct err *err)
{
	struct recording_beside *b = &r->compared;
	const json_t *o = json_object_get(header, "compared"), *seed;

	if (!o)
		return 0;
	if (!json_is_object(o))
		return fields_bad(err, "compared", "not an object");
	if (fields_read(o, beside_fields, ARRAY_LEN(beside_fields), b, err) < 0)
		return err_prefix(err, "compared");
	if (!b->name)
		return fields_bad(err, "compared", "there is no name");
	if (b->index >= b->total)
		return fields_bad(err, "compared", "no such index");
	seed = json_object_get(o, "seed");
	b->has_seed = seed;
	if (seed && !fields_is_count(seed, &b->seed))
		return fields_bad(err, "compared", "seed: not a count");
	return 0;
}

void recording_write_turn(const struct recording *r, size_t run, json_t *line)
{
	if (!r->turns)
		return;
	json_object_set_new(line, "block", fields_count(r->turns[run].block));
	json_object_set_new(line, "position",
			    fields_count(r->turns[run].position));
}

/* Runs of one command are in the order of time, and one in each block. */
int recording_read_turn(const json_t *line, struct recording *r,
			struct err *err)
{
	static const struct field fields[] = {
		{ "block", FIELD_SIZE, offsetof(struct recording_turn, block),
		  .max = BLOCKS_MOST },
		{ "position", FIELD_SIZE,
		  offsetof(struct recording_turn, position),
		  .max = RECORDING_MOST },
	};
	struct recording_turn turn = { 0 };
	size_t n = r->series.nruns;

	/* of the baseline, which was measured before, nothing is known */
	if (!r->compared.name ||
	    (!json_object_get(line, "block") && (!n || !r->turns)))
		return 0;
	if (n && !r->turns)
		return fields_bad(err, "block", "the one before has none");
	if (fields_read(line, fields, ARRAY_LEN(fields), &turn, err) < 0)
		return -EBADMSG;
	if (n && turn.block <= r->turns[n - 1].block)
		return fields_bad(err, "block", "not after the one before");
	if (turn.position >= r->compared.total)
		return fields_bad(err, "position", "there is none such");
	VEC_PUSH(r->turns, n, turn);
	return 0;
}
