// SPDX-License-Identifier: GPL-2.0-only
/*
 * Audit records for what is allowed above a setting and for what is refused;
 * the taint and its warning for commands that nobody audited.
 */
#include "recorder.h"

#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/panic.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>

#include "device.h"
#include "trace.h"

/* Records of refusals; of all devices together. */
static struct ratelimit_state refusals;

void recorder_init(void)
{
	ratelimit_state_init(&refusals, 5 * HZ, 10);
	/* no line in the log for each burst that was cut */
	ratelimit_set_flags(&refusals, RATELIMIT_MSG_ON_RELEASE);
}

/* "port 3 ld 1": hops of a path, for a log line. */
#define PATH_TEXT	48

static const char *path_text(const struct tunnel_path *path, char *text)
{
	int used = 0;

	if (!path->depth)
		return "itself";
	for (int i = 0; i < path->depth; i++) {
		if (path->hop[i].target == TUNNEL_TARGET_LD_POOL)
			used += scnprintf(text + used, PATH_TEXT - used, "%spool", i ? "/" : "");
		else
			used += scnprintf(text + used, PATH_TEXT - used, "%s%u", i ? "/" : "",
					  path->hop[i].id);
	}
	return text;
}

static const char *impact_text(enum impact impact)
{
	static const char * const names[] = { "query", "setting", "provision", "destructive" };

	return names[impact];
}

/*
 * Never waits for the audit queue: it can be full for a minute, and the wait
 * is not killable. A record that finds no place is counted as lost by audit.
 */
#ifdef CONFIG_AUDIT
#define record(cci, format, ...) \
	audit_log(audit_context(), GFP_ATOMIC, AUDIT_KERNEL_OTHER, \
		  "cxl_switch_cci: dev=%s pid=%d uid=%u " format, dev_name(&(cci)->dev), \
		  task_tgid_nr(current), from_kuid(&init_user_ns, current_uid()), ##__VA_ARGS__)
#else
#define record(cci, format, ...) \
	dev_notice(&(cci)->dev, "audit: pid=%d uid=%u " format "\n", \
		   task_tgid_nr(current), from_kuid(&init_user_ns, current_uid()), ##__VA_ARGS__)
#endif

/**
 * recorder_refused() - a gate said no
 * @cci: the device
 * @leaf: the command, as far as it could be decoded
 * @result: with the reason
 *
 * One audit record, rate-limited: a refused caller may try for ever.
 */
void recorder_refused(struct cci_device *cci, const struct tunnel_request *leaf,
		      const struct command_result *result)
{
	char text[PATH_TEXT];

	atomic64_inc(&cci->counters.refusals[result->reason]);
	trace_cxl_switch_verdict(cci->number, &leaf->path, result->leaf_opcode, result->impact,
				 result->reason);
	if (!__ratelimit(&refusals))
		return;
	record(cci, "op=refuse opcode=%04xh path=%s impact=%s reason=%d res=0",
	       result->leaf_opcode, path_text(&leaf->path, text),
	       impact_text(result->impact), result->reason);
}

/* TAINT_USER: user space did what the kernel cannot vouch for. */
static void taint(struct cci_device *cci, const struct tunnel_request *leaf)
{
	char text[PATH_TEXT];

	if (!test_taint(TAINT_USER))
		add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	dev_warn_ratelimited(&cci->dev, "%s[%d] sends unaudited opcode %04xh to %s; kernel tainted\n",
			     current->comm, task_pid_nr(current), leaf->opcode,
			     path_text(&leaf->path, text));
}

/**
 * recorder_allowed() - all gates said yes, the command will be sent
 * @cci: the device
 * @leaf: the command
 * @audit: what it was found to be
 */
void recorder_allowed(struct cci_device *cci, const struct tunnel_request *leaf,
		      const struct audit *audit)
{
	char text[PATH_TEXT];

	trace_cxl_switch_verdict(cci->number, &leaf->path, leaf->opcode, audit->impact, 0);
	if (!audit->audited)
		taint(cci, leaf);
	if (audit->audited && audit->impact < IMPACT_PROVISION)
		return;
	record(cci, "op=allow opcode=%04xh path=%s impact=%s audited=%d res=1", leaf->opcode,
	       path_text(&leaf->path, text), impact_text(audit->impact), audit->audited);
}

/**
 * recorder_gate_changed() - somebody lowered or raised a gate at run time
 * @cci: the device
 * @gate: its name in sysfs
 * @value: what was set
 */
void recorder_gate_changed(struct cci_device *cci, const char *gate, const char *value)
{
	record(cci, "op=gate gate=%s value=%s res=1", gate, value);
}
