/*
 * A known number of instructions, without libc: TIMES x ROUNDS (10,000,000)
 * rounds of two, and the seven around them.
 *
 *	instructions:u = TIMES x ROUNDS x 2 + 7
 *
 * Environment and arguments are not looked at, so nothing else changes it.
 */
#ifndef ROUNDS
#define ROUNDS 10000000
#endif

	.globl	_start
	.text
_start:
	ldr	x1, =TIMES
	ldr	x0, =ROUNDS
	mul	x0, x0, x1
	nop
1:
	subs	x0, x0, #1
	b.ne	1b

	mov	x0, #0
	mov	x8, #93		/* exit */
	svc	#0
