/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host stand-in: a circular doubly linked list. Removing what is in no list, or
 * adding what is in one, stops the test.
 */
#ifndef SHIM_LIST_H
#define SHIM_LIST_H

#include <stdlib.h>

#include "shim.h"

struct list_head {
	struct list_head *next, *prev;
};

static inline void INIT_LIST_HEAD(struct list_head *node)
{
	node->next = node;
	node->prev = node;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void list_add_tail(struct list_head *node, struct list_head *head)
{
	if (!list_empty(node) || head->prev->next != head)
		abort();
	node->next = head;
	node->prev = head->prev;
	node->prev->next = node;
	head->prev = node;
}

static inline void list_del_init(struct list_head *node)
{
	if (node->next->prev != node || node->prev->next != node)
		abort();
	node->next->prev = node->prev;
	node->prev->next = node->next;
	INIT_LIST_HEAD(node);
}

#define list_first_entry_or_null(head, type, member) ({ \
	struct list_head *first = (head)->next; \
	list_empty(first) ? NULL : container_of(first, type, member); })

#endif /* SHIM_LIST_H */
