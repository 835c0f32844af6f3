// SPDX-License-Identifier: GPL-2.0-only
/*
 * Audit records of commands that are refused, or allowed above a setting; the taint
 * and its warning for unaudited commands; records of commands in flight and ended.
 * Decides nothing; keeps no payload.
 */
#include "recorder.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/device.h>
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>

#include "compat/panic.h"
#include "trace.h"

/*
 * Limits records of refusals, on all devices together. By user, so that one user's
 * refusals do not suppress the record of another's; by a hash, so that the total is
 * limited, too.
 */
#define REFUSALS_BITS	6

static struct ratelimit_state refusals[1 << REFUSALS_BITS];

/**
 * swcci_recorder_module_init() - prepare the limits that all devices share
 */
void swcci_recorder_module_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		ratelimit_state_init(&refusals[i], 5 * HZ, 10);
		/* no line in the log for each burst that was cut */
		ratelimit_set_flags(&refusals[i], RATELIMIT_MSG_ON_RELEASE);
	}
}

static bool refusal_is_recorded(void)
{
	return __ratelimit(&refusals[hash_32(__kuid_val(current_uid()), REFUSALS_BITS)]);
}

/* The hops of a path, for a log line: "3/1". */
#define PATH_TEXT	48

static const char *path_text(const struct swcci_tunnel_path *path, char *text)
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

static const char *impact_text(enum swcci_impact impact)
{
	static const char * const names[] = { "query", "setting", "provision", "destructive" };

	return names[impact];
}

/*
 * Does not wait for the audit queue: it may be full for a minute, and the wait is
 * not killable. audit counts a record without a place as lost.
 */
#ifdef CONFIG_AUDIT
#define record(recorder, format, ...) \
	audit_log(audit_context(), GFP_ATOMIC, AUDIT_KERNEL_OTHER, \
		  "cxl_switch_cci: dev=%s pid=%d uid=%u " format, dev_name((recorder)->dev), \
		  task_tgid_nr(current), from_kuid(&init_user_ns, current_uid()), ##__VA_ARGS__)
#else
#define record(recorder, format, ...) \
	dev_notice((recorder)->dev, "audit: pid=%d uid=%u " format "\n", \
		   task_tgid_nr(current), from_kuid(&init_user_ns, current_uid()), ##__VA_ARGS__)
#endif

/*
 * Not inline, to keep the text off the stack of its callers. @why: whether an allowed
 * command is audited, or the reason of a refusal.
 */
static noinline_for_stack void record_verdict(struct swcci_recorder *recorder,
					      const struct swcci_tunnel_request *leaf, u16 opcode,
					      enum swcci_impact impact, bool allowed, int why)
{
	static const char * const operations[] = { "refuse", "allow" };
	static const char * const keys[] = { "reason", "audited" };
	char text[PATH_TEXT];

	record(recorder, "op=%s opcode=%04xh path=%s impact=%s %s=%d res=%d", operations[allowed],
	       opcode, path_text(&leaf->path, text), impact_text(impact), keys[allowed], why,
	       allowed);
}

/**
 * swcci_recorder_refused() - record a refusal
 * @recorder: of the device
 * @leaf: the command, as far as it could be decoded
 * @result: with the reason
 *
 * Counter, tracepoint, and an audit record that is rate-limited by user. Process context.
 */
void swcci_recorder_refused(struct swcci_recorder *recorder,
			    const struct swcci_tunnel_request *leaf,
			    const struct swcci_command_result *result)
{
	atomic64_inc(&recorder->counters.refusals[result->reason]);
	trace_cxl_switch_verdict(recorder->number, &leaf->path, result->leaf_opcode, result->impact,
				 result->reason);
	if (refusal_is_recorded())
		record_verdict(recorder, leaf, result->leaf_opcode, result->impact, false,
			       result->reason);
}

/* TAINT_USER: user space did something that may affect the kernel's reliability. */
static noinline_for_stack void taint(struct swcci_recorder *recorder,
				     const struct swcci_tunnel_request *leaf)
{
	char text[PATH_TEXT];

	if (!test_taint(TAINT_USER))
		add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	dev_warn_ratelimited(recorder->dev,
			     "%s[%d] sends unaudited opcode %04xh to %s; kernel tainted\n",
			     current->comm, task_pid_nr(current), leaf->opcode,
			     path_text(&leaf->path, text));
}

/**
 * swcci_recorder_allowed() - record a command that is about to be sent
 * @recorder: of the device
 * @leaf: the command
 * @audit: how it was judged
 * @covered: the audit record of an earlier part of a transfer covers it
 *
 * Tracepoint; for an unaudited command the taint; for it and above a setting an audit
 * record. Process context.
 */
void swcci_recorder_allowed(struct swcci_recorder *recorder,
			    const struct swcci_tunnel_request *leaf,
			    const struct swcci_audit *audit, bool covered)
{
	trace_cxl_switch_verdict(recorder->number, &leaf->path, leaf->opcode, audit->impact, 0);
	if (!audit->audited)
		taint(recorder, leaf);
	if (!covered && (!audit->audited || audit->impact >= IMPACT_PROVISION))
		record_verdict(recorder, leaf, leaf->opcode, audit->impact, true, audit->audited);
}

/**
 * swcci_recorder_gate_changed() - record the change of a gate at run time
 * @recorder: of the device
 * @gate: its name in sysfs
 * @value: what was set
 */
void swcci_recorder_gate_changed(struct swcci_recorder *recorder, const char *gate,
				 const char *value)
{
	record(recorder, "op=gate gate=%s value=%s res=1", gate, value);
}

/* ---- RECENT ---- */

/**
 * swcci_recorder_init() - prepare the recorder of a device
 * @recorder: zeroed
 * @dev: for log lines and audit records
 * @number: for traces
 */
void swcci_recorder_init(struct swcci_recorder *recorder, struct device *dev, u32 number)
{
	recorder->dev = dev;
	recorder->number = number;
	spin_lock_init(&recorder->lock);
	INIT_LIST_HEAD(&recorder->in_flight);
}

/**
 * swcci_recorder_begin() - a command begins
 * @recorder: of the device
 * @entry: the caller's, all zero; in the list of those in flight until swcci_recorder_end()
 * @opcode: as sent
 * @path: where it goes, as far as it could be decoded
 * @result: of the command; read by others while it is in flight
 *
 * On the path of every command: allocates nothing.
 */
void swcci_recorder_begin(struct swcci_recorder *recorder, struct swcci_recorder_entry *entry,
			  u16 opcode, const struct swcci_tunnel_path *path,
			  const struct swcci_command_result *result)
{
	struct cxl_switch_cci_record *r = &entry->record;

	r->boottime_ns = ktime_get_boottime_ns();
	r->pid = task_tgid_nr(current);
	/* a kuid is the number in the initial user namespace */
	r->uid = __kuid_val(current_uid());
	r->opcode = opcode;
	r->leaf_opcode = result->leaf_opcode;
	r->depth = path->depth;
	for (int i = 0; i < TUNNEL_DEPTH_MAX; i++) {
		r->target[i] = path->hop[i].target;
		r->id_of_hop[i] = path->hop[i].id;
	}
	memcpy(r->comm, current->comm, sizeof(r->comm));
	entry->result = result;

	spin_lock(&recorder->lock);
	list_add_tail(&entry->node, &recorder->in_flight);
	spin_unlock(&recorder->lock);
}

static void take_result(struct cxl_switch_cci_record *r, const struct swcci_command_result *result)
{
	/* first: pairs with command_result_stage(), which is written last */
	r->stage = smp_load_acquire(&result->stage);
	r->id = atomic64_read(&result->id);
	r->impact = READ_ONCE(result->impact);
	r->reason = READ_ONCE(result->reason);
	r->verdict_flags = READ_ONCE(result->verdict_flags);
	r->return_code = READ_ONCE(result->return_code);
	r->leaf_return_code = READ_ONCE(result->leaf_return_code);
}

/**
 * swcci_recorder_end() - a command ends, or its caller abandons it
 * @recorder: of the device
 * @entry: of swcci_recorder_begin()
 * @error: of its caller: 0 or a negative errno
 */
void swcci_recorder_end(struct swcci_recorder *recorder, struct swcci_recorder_entry *entry,
			int error)
{
	struct cxl_switch_cci_record *r = &entry->record;
	u64 now_ns = ktime_get_boottime_ns();

	spin_lock(&recorder->lock);
	list_del(&entry->node);
	/* readers see the entry as long as it is in the list, under this lock */
	take_result(r, entry->result);
	r->duration_ns = now_ns - r->boottime_ns;
	r->error = -error;
	swcci_recent_add(&recorder->recent, r);
	spin_unlock(&recorder->lock);
}

static void offer_in_flight(struct swcci_recent_reader *reader, struct swcci_recorder *recorder,
			    u64 now_ns)
{
	struct cxl_switch_cci_record record;
	struct swcci_recorder_entry *entry;

	lockdep_assert_held(&recorder->lock);
	list_for_each_entry(entry, &recorder->in_flight, node) {
		record = entry->record;
		take_result(&record, entry->result);
		record.in_flight = 1;
		record.duration_ns = now_ns - record.boottime_ns;
		swcci_recent_offer(reader, &record);
	}
}

/**
 * swcci_recorder_list() - copy the last commands and those in flight
 * @recorder: of the device
 * @entries: result, oldest first
 * @room: of @entries; if it is too small, the youngest are copied
 * @dropped: result: the number of ended commands that were overwritten
 *
 * Only those of the caller's uid, unless it has CAP_SYS_RAWIO.
 *
 * Return: the number of entries copied.
 */
u32 swcci_recorder_list(struct swcci_recorder *recorder, struct cxl_switch_cci_record *entries,
			u32 room, u64 *dropped)
{
	struct swcci_recent_reader reader = {
		.everyone = ns_capable_noaudit(&init_user_ns, CAP_SYS_RAWIO),
		.uid = __kuid_val(current_uid()),
	};
	u64 now_ns;

	spin_lock(&recorder->lock);
	/* under the lock: all of them began before */
	now_ns = ktime_get_boottime_ns();
	swcci_recent_offer_all(&reader, &recorder->recent);
	offer_in_flight(&reader, recorder, now_ns);
	swcci_recent_rewind(&reader, entries, room);
	swcci_recent_offer_all(&reader, &recorder->recent);
	offer_in_flight(&reader, recorder, now_ns);
	*dropped = swcci_recent_dropped(&recorder->recent);
	spin_unlock(&recorder->lock);
	return reader.filled;
}
