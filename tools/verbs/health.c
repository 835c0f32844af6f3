// SPDX-License-Identifier: GPL-2.0-only
/*
 * health: health of memory devices behind the switch.
 */
#include "fabric/health.h"
#include "cli/targets.h"
#include "verbs.h"

static enum result show_health(struct session *session, const struct target *target,
			       struct json_object *object, struct failure *failure)
{
	struct health health;
	enum result result = health_get(&session->device.transport, &target->path, &health,
					failure);

	if (result)
		return result;
	json_health(object, &health);
	if (session->options->json)
		return RESULT_OK;
	return health_print(&session->screen, &health) ? RESULT_OK : fail_memory(failure);
}

enum result verb_health(struct session *session)
{
	return targets_run(session, show_health);
}
