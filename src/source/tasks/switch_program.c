/*
 * The program of a context switch; see switch_program.h.
 *
 * At that tracepoint the current thread is still the one that leaves, so no
 * struct of the kernel is looked into.  Registers that calls leave alone:
 */
#include "source/tasks/switch_program.h"

#include "base/vec.h"

#include <linux/perf_event.h>

#define CONTEXT BPF_REG_6 /* the arguments */
#define STATE BPF_REG_7   /* of this CPU */
#define NUMBERS BPF_REG_8
#define ENTRY BPF_REG_9 /* of the thread; 0: it has none */

/* On the stack, from its top */
#define INDEX (-8)
#define KEY (-24)
#define READING (-48) /* struct bpf_perf_event_value */
#define NOW (-56)

struct code {
	struct bpf_insn *items;
	size_t n;
};

/* ---- instructions ---- */

static void emit(struct code *c, uint8_t code, uint8_t dst, uint8_t src,
		 int16_t off, int32_t imm)
{
	struct bpf_insn insn = { .code = code, .off = off, .imm = imm };

	insn.dst_reg = dst & 0xf;
	insn.src_reg = src & 0xf;
	VEC_PUSH(c->items, c->n, insn);
}

static void move(struct code *c, uint8_t to, uint8_t from)
{
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

static void set(struct code *c, uint8_t to, int32_t value)
{
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value);
}

static void add_number(struct code *c, uint8_t to, int32_t value)
{
	emit(c, BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value);
}

static void load(struct code *c, uint8_t to, uint8_t base, size_t offset)
{
	emit(c, BPF_LDX | BPF_MEM | BPF_DW, to, base, (int16_t)offset, 0);
}

static void store(struct code *c, uint8_t base, size_t offset, uint8_t from)
{
	emit(c, BPF_STX | BPF_MEM | BPF_DW, base, from, (int16_t)offset, 0);
}

static void load_map(struct code *c, uint8_t to, int fd)
{
	emit(c, BPF_LD | BPF_DW | BPF_IMM, to, BPF_PSEUDO_MAP_FD, 0, fd);
	emit(c, 0, 0, 0, 0, 0);
}

/* @to: the address of what is @at on the stack */
static void on_stack(struct code *c, uint8_t to, int at)
{
	move(c, to, BPF_REG_10);
	add_number(c, to, at);
}

static void call(struct code *c, enum bpf_func_id function)
{
	emit(c, BPF_JMP | BPF_CALL, 0, 0, 0, function);
}

/* Jumps go forward to where land() is said; what they return is for that. */
static size_t jump(struct code *c)
{
	emit(c, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	return c->n - 1;
}

static size_t jump_if_zero(struct code *c, uint8_t reg)
{
	emit(c, BPF_JMP | BPF_JEQ | BPF_K, reg, 0, 0, 0);
	return c->n - 1;
}

static size_t jump_unless_zero(struct code *c, uint8_t reg)
{
	emit(c, BPF_JMP | BPF_JNE | BPF_K, reg, 0, 0, 0);
	return c->n - 1;
}

static void land(struct code *c, size_t from)
{
	c->items[from].off = (int16_t)(c->n - from - 1);
}

static size_t byte_of(size_t word)
{
	return word * sizeof(uint64_t);
}

/* ---- the program ---- */

static void begin(struct code *c)
{
	move(c, CONTEXT, BPF_REG_1);
	set(c, ENTRY, 0);
}

/* STATE; returns the jump where there is none. */
static size_t find_state(struct code *c, const struct switch_maps *maps)
{
	size_t none;

	call(c, BPF_FUNC_get_smp_processor_id);
	emit(c, BPF_STX | BPF_MEM | BPF_W, BPF_REG_10, BPF_REG_0, INDEX, 0);
	load_map(c, BPF_REG_1, maps->cpus);
	on_stack(c, BPF_REG_2, INDEX);
	call(c, BPF_FUNC_map_lookup_elem);
	none = jump_if_zero(c, BPF_REG_0);
	move(c, STATE, BPF_REG_0);
	call(c, BPF_FUNC_ktime_get_boot_ns);
	store(c, BPF_REG_10, (size_t)NOW, BPF_REG_0);
	return none;
}

/* ENTRY in map @fd, a new one if need be. */
static void find_entry(struct code *c, int fd, int zero)
{
	size_t have, have_now, made, no_zero, none;

	load_map(c, BPF_REG_1, fd);
	on_stack(c, BPF_REG_2, KEY);
	call(c, BPF_FUNC_map_lookup_elem);
	have = jump_unless_zero(c, BPF_REG_0);
	emit(c, BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, INDEX, 0);
	load_map(c, BPF_REG_1, zero);
	on_stack(c, BPF_REG_2, INDEX);
	call(c, BPF_FUNC_map_lookup_elem);
	no_zero = jump_if_zero(c, BPF_REG_0);
	move(c, BPF_REG_3, BPF_REG_0);
	load_map(c, BPF_REG_1, fd);
	on_stack(c, BPF_REG_2, KEY);
	set(c, BPF_REG_4, BPF_ANY);
	call(c, BPF_FUNC_map_update_elem);
	load_map(c, BPF_REG_1, fd);
	on_stack(c, BPF_REG_2, KEY);
	call(c, BPF_FUNC_map_lookup_elem);
	have_now = jump_unless_zero(c, BPF_REG_0);
	/* it is full */
	load(c, BPF_REG_1, STATE, byte_of(SWITCH_LOST));
	add_number(c, BPF_REG_1, 1);
	store(c, STATE, byte_of(SWITCH_LOST), BPF_REG_1);
	none = jump(c);
	land(c, have_now);
	move(c, ENTRY, BPF_REG_0);
	load(c, BPF_REG_1, BPF_REG_10, (size_t)NOW);
	store(c, ENTRY, byte_of(SWITCH_FIRST_NS), BPF_REG_1);
	call(c, BPF_FUNC_get_current_uid_gid);
	store(c, ENTRY, byte_of(SWITCH_USER), BPF_REG_0);
	made = jump(c);
	land(c, have);
	move(c, ENTRY, BPF_REG_0);
	land(c, made);
	land(c, no_zero);
	land(c, none);
}

/* Of the current thread; the idle one of each CPU, number 0, has none. */
static void find_current(struct code *c, const struct switch_maps *maps)
{
	size_t idle, second, done;

	call(c, BPF_FUNC_get_current_pid_tgid);
	move(c, NUMBERS, BPF_REG_0);
	idle = jump_if_zero(c, NUMBERS);
	store(c, BPF_REG_10, (size_t)KEY, NUMBERS);
	call(c, BPF_FUNC_get_current_task);
	store(c, BPF_REG_10, (size_t)(KEY + 8), BPF_REG_0);
	load(c, BPF_REG_1, STATE, byte_of(SWITCH_WHICH));
	second = jump_unless_zero(c, BPF_REG_1);
	find_entry(c, maps->threads[0], maps->zero);
	done = jump(c);
	land(c, second);
	find_entry(c, maps->threads[1], maps->zero);
	land(c, done);
	land(c, idle);
}

/* entry[@to] += r1 - state[@of]; state[@of] = r1 */
static void account(struct code *c, size_t to, size_t of)
{
	size_t none;

	load(c, BPF_REG_2, STATE, byte_of(of));
	store(c, STATE, byte_of(of), BPF_REG_1);
	none = jump_if_zero(c, ENTRY);
	emit(c, BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_1, BPF_REG_2, 0, 0);
	load(c, BPF_REG_2, ENTRY, byte_of(to));
	emit(c, BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_2, BPF_REG_1, 0, 0);
	store(c, ENTRY, byte_of(to), BPF_REG_2);
	land(c, none);
}

static void account_time(struct code *c, bool flush)
{
	size_t none;

	load(c, BPF_REG_1, BPF_REG_10, (size_t)NOW);
	account(c, SWITCH_RAN_NS, SWITCH_TIME_NS);
	none = jump_if_zero(c, ENTRY);
	load(c, BPF_REG_1, BPF_REG_10, (size_t)NOW);
	store(c, ENTRY, byte_of(SWITCH_LAST_NS), BPF_REG_1);
	/* it may have become another program */
	move(c, BPF_REG_1, ENTRY);
	add_number(c, BPF_REG_1, (int32_t)byte_of(SWITCH_COMM));
	set(c, BPF_REG_2, 2 * sizeof(uint64_t));
	call(c, BPF_FUNC_get_current_comm);
	if (!flush) {
		load(c, BPF_REG_1, ENTRY, byte_of(SWITCH_SWITCHES));
		add_number(c, BPF_REG_1, 1);
		store(c, ENTRY, byte_of(SWITCH_SWITCHES), BPF_REG_1);
	}
	land(c, none);
}

static size_t at_reading(size_t member)
{
	return (size_t)READING + member;
}

/* The counters of a group count at the same times: once is enough. */
static void account_counter(struct code *c, const struct switch_layout *l,
			    size_t counter)
{
	const struct switch_counter *s = &l->counters[counter];
	bool first = !counter || s->group != s[-1].group;
	size_t times = switch_layout_times(s->group);
	size_t count = switch_layout_count(l, counter);
	size_t cannot;

	load_map(c, BPF_REG_1, s->map);
	emit(c, BPF_ALU | BPF_MOV | BPF_K, BPF_REG_2, 0, 0,
	     (int32_t)BPF_F_CURRENT_CPU);
	on_stack(c, BPF_REG_3, READING);
	set(c, BPF_REG_4, sizeof(struct bpf_perf_event_value));
	call(c, BPF_FUNC_perf_event_read_value);
	cannot = jump_unless_zero(c, BPF_REG_0);
	load(c, BPF_REG_1, BPF_REG_10,
	     at_reading(offsetof(struct bpf_perf_event_value, counter)));
	account(c, count, count);
	if (first) {
		load(c, BPF_REG_1, BPF_REG_10,
		     at_reading(
			     offsetof(struct bpf_perf_event_value, enabled)));
		account(c, times, times);
		load(c, BPF_REG_1, BPF_REG_10,
		     at_reading(
			     offsetof(struct bpf_perf_event_value, running)));
		account(c, times + 1, times + 1);
	}
	land(c, cannot);
}

static void end(struct code *c, size_t no_state, bool flush)
{
	size_t done;

	set(c, BPF_REG_0, 0);
	if (!flush) {
		land(c, no_state);
		emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
		return;
	}
	load(c, BPF_REG_1, CONTEXT, 0);
	store(c, STATE, byte_of(SWITCH_WHICH), BPF_REG_1);
	load(c, BPF_REG_0, STATE, byte_of(SWITCH_LOST));
	set(c, BPF_REG_1, 0);
	store(c, STATE, byte_of(SWITCH_LOST), BPF_REG_1);
	done = jump(c);
	land(c, no_state);
	set(c, BPF_REG_0, 0);
	land(c, done);
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

size_t switch_program_make(const struct switch_layout *layout,
			   const struct switch_maps *maps, bool flush,
			   struct bpf_insn **ret)
{
	struct code c = { 0 };
	size_t no_state;

	begin(&c);
	no_state = find_state(&c, maps);
	find_current(&c, maps);
	account_time(&c, flush);
	for (size_t i = 0; i < layout->ncounters; i++)
		account_counter(&c, layout, i);
	end(&c, no_state, flush);
	*ret = c.items;
	return c.n;
}
