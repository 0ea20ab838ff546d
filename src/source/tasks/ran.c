/*
 * What ran in an interval, found by process and by thread; see by_cpu.h.
 *
 * The same thread may be there twice: when it is asked for late, what it did
 * before is kept beside what it did since.
 */
#include "source/tasks/by_cpu.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_LEAST 256
/* Who looks at processes comes by in every tick, or does not want this one. */
#define OLD 64
#define OLD_MOST 4096

static size_t place_of(const struct ran_list *l, uint64_t number)
{
	return (size_t)(number * 0x9e3779b97f4a7c15u >> 32) & (l->places - 1);
}

static uint64_t process_of(const struct ran *r)
{
	return r->key.numbers >> 32;
}

static void link_in(struct ran_list *l, uint32_t i)
{
	struct ran *r = &l->items[i];
	size_t p = place_of(l, process_of(r));
	size_t t = place_of(l, r->key.numbers);

	r->of_process = l->processes[p];
	l->processes[p] = i;
	r->of_thread = l->threads[t];
	l->threads[t] = i;
}

static void link_all(struct ran_list *l)
{
	while (l->places < l->n + 1 || l->places < PLACES_LEAST) {
		l->places = l->places ? 2 * l->places : PLACES_LEAST;
		l->processes = xreallocarray(l->processes, l->places,
					     sizeof(*l->processes));
		l->threads = xreallocarray(l->threads, l->places,
					   sizeof(*l->threads));
	}
	for (size_t i = 0; i < l->places; i++)
		l->processes[i] = l->threads[i] = RAN_END;
	for (size_t i = 0; i < l->n; i++)
		link_in(l, (uint32_t)i);
}

void ran_add(struct ran_list *l, const struct switch_key *key,
	     const uint64_t *words)
{
	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->items = xreallocarray(l->items, l->room, sizeof(*l->items));
		l->amounts = xreallocarray(l->amounts, l->room * l->words,
					   sizeof(*l->amounts));
	}
	l->items[l->n] = (struct ran){ .key = *key };
	memcpy(l->amounts + l->n * l->words, words,
	       l->words * sizeof(*l->amounts));
	l->n++;
	if (l->n > l->places)
		link_all(l);
	else
		link_in(l, (uint32_t)(l->n - 1));
}

static uint32_t skip_processes(const struct ran_list *l, pid_t pid, uint32_t at)
{
	while (at != RAN_END && process_of(&l->items[at]) != (uint64_t)pid)
		at = l->items[at].of_process;
	return at;
}

uint32_t ran_process(const struct ran_list *l, pid_t pid)
{
	if (!l->places)
		return RAN_END;
	return skip_processes(l, pid, l->processes[place_of(l, (uint64_t)pid)]);
}

uint32_t ran_process_next(const struct ran_list *l, pid_t pid, uint32_t at)
{
	return skip_processes(l, pid, l->items[at].of_process);
}

static uint64_t numbers_of(pid_t pid, pid_t tid)
{
	return (uint64_t)pid << 32 | (uint32_t)tid;
}

static uint32_t skip_threads(const struct ran_list *l, uint64_t numbers,
			     uint32_t at)
{
	while (at != RAN_END && l->items[at].key.numbers != numbers)
		at = l->items[at].of_thread;
	return at;
}

uint32_t ran_thread(const struct ran_list *l, pid_t pid, pid_t tid)
{
	uint64_t numbers = numbers_of(pid, tid);

	if (!l->places)
		return RAN_END;
	return skip_threads(l, numbers, l->threads[place_of(l, numbers)]);
}

uint32_t ran_thread_next(const struct ran_list *l, pid_t pid, pid_t tid,
			 uint32_t at)
{
	return skip_threads(l, numbers_of(pid, tid), l->items[at].of_thread);
}

void ran_begin(struct ran_list *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->items[i].read || l->items[i].age >= OLD || n >= OLD_MOST)
			continue;
		l->items[n] = l->items[i];
		l->items[n].age++;
		memmove(l->amounts + n * l->words, l->amounts + i * l->words,
			l->words * sizeof(*l->amounts));
		n++;
	}
	l->n = n;
	link_all(l);
}

void ran_done(struct ran_list *l)
{
	free(l->items);
	free(l->amounts);
	free(l->processes);
	free(l->threads);
	memset(l, 0, sizeof(*l));
}
