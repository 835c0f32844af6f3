// SPDX-License-Identifier: GPL-2.0-only
/*
 * A query that a component does not support is not sent again, until a
 * different component answers at its place.
 */
#include "watch.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cci/operation.h"

#define RETURN_CODE_INVALID_INPUT	2

enum { ASK_HEALTH = EVENT_LOGS, ASK_OPERATION };

/* ---- queries ---- */

/* The component has no such command or log, so the query is not sent again. */
static bool learn(struct component *component, unsigned int question,
		  const struct failure *failure)
{
	bool lacks = says_unsupported(failure) ||
		     (failure->arrived && question < EVENT_LOGS &&
		      failure->return_code == RETURN_CODE_INVALID_INPUT);

	component->lacks |= lacks << question;
	return lacks;
}

static enum result ask_log(struct transport *transport, const struct path *path,
			   unsigned int log, struct component *component,
			   struct failure *failure)
{
	struct event_summary *summary = &component->logs[log];
	struct event_batch batch;
	enum result result = events_get(transport, path, log, &batch, failure);

	if (result)
		return result;
	*summary = (struct event_summary){
		.known = true, .more = batch.more, .count = batch.count,
		.overflow = batch.overflow,
	};
	if (batch.count)
		summary->last = event_handle(event_record(&batch, batch.count - 1));
	events_free(&batch);
	return RESULT_OK;
}

static enum result ask_health(struct transport *transport, const struct path *path,
			      struct component *component, struct failure *failure)
{
	enum result result = health_get(transport, path, &component->health, failure);

	component->has_health |= !result;
	return result;
}

/* The driver tracks operations; this sends nothing to the device. */
static enum result ask_operation(struct transport *transport, const struct path *path,
				 struct component *component, struct failure *failure)
{
	struct cxl_switch_cci_bg_status status = { .depth = path->depth };
	enum result result;
	unsigned int i;

	if (!(transport->features & CXL_SWITCH_CCI_FEATURE_BACKGROUND))
		return RESULT_OK;
	for (i = 0; i < path->depth; i++) {
		status.target[i] = path->target[i];
		status.id[i] = path->id[i];
	}
	result = operation_status(transport, &status, failure);
	if (result)
		return result;
	component->operation = status;
	component->has_operation = status.state != CXL_SWITCH_CCI_OPERATION_IDLE;
	return RESULT_OK;
}

static enum result ask(struct transport *transport, const struct path *path,
		       unsigned int question, struct component *component,
		       struct failure *failure)
{
	switch (question) {
	case ASK_HEALTH:
		return ask_health(transport, path, component, failure);
	case ASK_OPERATION:
		return ask_operation(transport, path, component, failure);
	default:
		return ask_log(transport, path, question, component, failure);
	}
}

/* A different device at the same place has different commands. */
static void forget(struct component *component)
{
	component->lacks = 0;
	component->has_identity = false;
	component->has_health = false;
	component->has_operation = false;
	memset(component->logs, 0, sizeof(component->logs));
}

/* The component answered just now, so an error is reported as a failure and not as absence. */
static void ask_all(struct transport *transport, const struct path *path,
		    struct component *component)
{
	struct failure failure;
	unsigned int question;

	for (question = 0; question <= ASK_OPERATION; question++) {
		if (component->lacks & 1U << question)
			continue;
		if (ask(transport, path, question, component, &failure) &&
		    !learn(component, question, &failure)) {
			component->failure = failure;
			return;
		}
	}
}

/* ---- comparing ---- */

static bool is_same_log(const struct event_summary *one, const struct event_summary *other)
{
	if (!one->known || !other->known)
		return true;
	return one->more == other->more && one->last == other->last &&
	       one->count == other->count && one->overflow == other->overflow;
}

static bool is_same_operation(const struct component *one, const struct component *other)
{
	if (!one->has_operation || !other->has_operation)
		return one->has_operation == other->has_operation;
	return one->operation.cookie == other->operation.cookie &&
	       one->operation.state == other->operation.state &&
	       one->operation.percent == other->operation.percent;
}

static bool is_same_health(const struct component *one, const struct component *other)
{
	/* The first answer after an error is not a change. */
	if (!one->has_health || !other->has_health)
		return true;
	return health_is_alike(&one->health, &other->health);
}

/* Compares the contents of a component that was present before and is now. */
static void compare_contents(const struct component *before, const struct component *now,
			     struct changes *changes)
{
	unsigned int log;

	changes->health += !is_same_health(before, now);
	changes->operations += !is_same_operation(before, now);
	for (log = 0; log < EVENT_LOGS; log++)
		changes->events += !is_same_log(&before->logs[log], &now->logs[log]);
}

/* A component with an identity. Without Identify, and without a type, nothing can be compared. */
static bool is_another(const struct component *before, const struct identity *identity)
{
	if (!before->has_identity || !before->identity.source || !identity->source)
		return false;
	return before->identity.serial != identity->serial ||
	       before->identity.source != identity->source ||
	       before->identity.component_type != identity->component_type;
}

static void compare(const struct component *before, const struct component *now,
		    struct changes *changes)
{
	if (!before->asked)
		return;
	if (before->presence == PRESENCE_PRESENT && now->presence == PRESENCE_PRESENT) {
		if (is_another(before, &now->identity))
			changes->replaced++;
		else
			compare_contents(before, now, changes);
	}
	changes->appeared += before->presence == PRESENCE_ABSENT &&
			     now->presence == PRESENCE_PRESENT;
	changes->vanished += before->presence == PRESENCE_PRESENT &&
			     now->presence == PRESENCE_ABSENT;
}

/* ---- rounds ---- */

static bool count(const struct component *before, struct component *now, struct changes *changes)
{
	struct changes new = { 0 }, none = { 0 };

	compare(before, now, &new);
	now->visited = true;
	now->asked++;
	changes_add(changes, &new);
	return memcmp(&new, &none, sizeof(new));
}

/* Learns from an error whether the component exists. */
static enum result learn_presence(struct component *component, const struct failure *failure)
{
	if (failure->arrived)
		component->presence = PRESENCE_PRESENT;
	else if (says_absent(failure))
		component->presence = PRESENCE_ABSENT;
	return failure->result;
}

static enum result find_out(struct transport *transport, const struct target *target,
			    struct component *component)
{
	struct failure *failure = &component->failure;
	struct identity identity;

	*failure = target->failure;
	/* This query went to another component, which has the LDs. */
	if (failure->result)
		return failure->result;
	if (cci_discover(transport, &target->path, &identity, failure))
		return learn_presence(component, failure);
	component->presence = PRESENCE_PRESENT;
	failure->result = RESULT_OK;
	if (is_another(component, &identity))
		forget(component);
	component->identity = identity;
	component->has_identity = true;
	return RESULT_OK;
}

bool watch_component(struct transport *transport, const struct target *target,
		     struct component *component, struct changes *changes)
{
	struct component before = *component;

	if (!find_out(transport, target, component))
		ask_all(transport, &target->path, component);
	if (component->presence != PRESENCE_PRESENT)
		forget(component);
	return count(&before, component, changes);
}

bool watch_absent(struct component *component, struct changes *changes)
{
	struct component before = *component;

	component->presence = PRESENCE_ABSENT;
	component->failure.result = RESULT_OK;
	forget(component);
	return count(&before, component, changes);
}

void watch_unasked(struct component *component, const struct failure *failure)
{
	component->visited = true;
	component->failure = *failure;
}

/* ---- counters ---- */

static const struct {
	const char *key;
	size_t offset;
} counters[] = {
	{ "ports", offsetof(struct changes, ports) },
	{ "appeared", offsetof(struct changes, appeared) },
	{ "vanished", offsetof(struct changes, vanished) },
	{ "replaced", offsetof(struct changes, replaced) },
	{ "health", offsetof(struct changes, health) },
	{ "events", offsetof(struct changes, events) },
	{ "operations", offsetof(struct changes, operations) },
};

#define COUNTERS (sizeof(counters) / sizeof(counters[0]))

static unsigned int value_of(const struct changes *changes, size_t counter)
{
	unsigned int value;

	memcpy(&value, (const char *)changes + counters[counter].offset, sizeof(value));
	return value;
}

void changes_add(struct changes *sum, const struct changes *changes)
{
	size_t i;

	for (i = 0; i < COUNTERS; i++) {
		unsigned int value = value_of(sum, i) + value_of(changes, i);

		memcpy((char *)sum + counters[i].offset, &value, sizeof(value));
	}
}

void json_changes(struct json_object *object, const struct changes *changes)
{
	struct json_object *numbers = json_object_new_object();
	size_t i;

	for (i = 0; i < COUNTERS; i++)
		json_number(numbers, counters[i].key, value_of(changes, i));
	json_object_object_add(object, "changes", numbers);
}

void changes_text(const struct changes *changes, char *text)
{
	int used = 0;
	size_t i;

	snprintf(text, CHANGES_TEXT_SIZE, "none");
	for (i = 0; i < COUNTERS && used < CHANGES_TEXT_SIZE; i++)
		if (value_of(changes, i))
			used += snprintf(text + used, CHANGES_TEXT_SIZE - used, "%s%s %u",
					 used ? ", " : "", counters[i].key, value_of(changes, i));
}
