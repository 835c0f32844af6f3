// SPDX-License-Identifier: GPL-2.0-only
/*
 * One fault of the kernel's own, at load, by name: what the debug kernel is there to
 * find. It knows nothing of the driver, and nothing but its test ever loads it.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *fault = "none";
module_param(fault, charp, 0444);

#define ROOM	48

static void out_of_bounds(void)
{
	char *room = kmalloc(ROOM, GFP_KERNEL);
	size_t past = ROOM;

	/* or the compiler knows, and leaves it out */
	OPTIMIZER_HIDE_VAR(past);
	if (room)
		WRITE_ONCE(room[past], 1);
	kfree(room);
}

static DEFINE_MUTEX(one);
static DEFINE_MUTEX(other);

static void inversion(void)
{
	mutex_lock(&one);
	mutex_lock(&other);
	mutex_unlock(&other);
	mutex_unlock(&one);
	mutex_lock(&other);
	mutex_lock(&one);
	mutex_unlock(&one);
	mutex_unlock(&other);
}

static DEFINE_SPINLOCK(spin);

static void sleep_in_atomic(void)
{
	spin_lock(&spin);
	might_sleep();
	spin_unlock(&spin);
}

/* A few could go unseen: a processor's cache of free objects keeps old pointers to them. */
static void leak(void)
{
	void *lost;

	for (int i = 0; i < 1000; i++) {
		lost = kmalloc(ROOM, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(lost);
	}
}

static const struct {
	const char *name;
	void (*plant)(void);
} faults[] = {
	{ "out-of-bounds", out_of_bounds },
	{ "inversion", inversion },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "leak", leak },
};

static int __init planted_init(void)
{
	if (!strcmp(fault, "none"))
		return 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(faults); i++) {
		if (!strcmp(fault, faults[i].name)) {
			faults[i].plant();
			return 0;
		}
	}
	return -EINVAL;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_DESCRIPTION("Faults for the debug kernel to find");
MODULE_LICENSE("GPL");
