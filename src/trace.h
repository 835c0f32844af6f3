/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of commands (verdict, submission, end) and of state changes of
 * background operations. Documentation/ABI/tracepoints.md describes them. They hold
 * no payload.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM cxl_switch_cci

#if !defined(CCI_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define CCI_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

#include "policy/policy.h"

TRACE_EVENT(cxl_switch_submit,
	TP_PROTO(u32 number, u64 id, u16 opcode, u16 leaf_opcode, u8 depth, u32 in_length),
	TP_ARGS(number, id, opcode, leaf_opcode, depth, in_length),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, number)
		__field(u32, in_length)
		__field(u16, opcode)
		__field(u16, leaf_opcode)
		__field(u8, depth)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->number = number;
		__entry->in_length = in_length;
		__entry->opcode = opcode;
		__entry->leaf_opcode = leaf_opcode;
		__entry->depth = depth;
	),
	TP_printk("switch%u id=%llu opcode=%04xh leaf=%04xh depth=%u in=%u",
		  __entry->number, __entry->id, __entry->opcode, __entry->leaf_opcode,
		  __entry->depth, __entry->in_length)
);

/* reason: enum cxl_switch_cci_reason; 0: allowed. The current task is the caller. */
TRACE_EVENT(cxl_switch_verdict,
	TP_PROTO(u32 number, const struct swcci_tunnel_path *path, u16 leaf_opcode, u8 impact,
		 u8 reason),
	TP_ARGS(number, path, leaf_opcode, impact, reason),
	TP_STRUCT__entry(
		__field(u32, number)
		__field(u16, leaf_opcode)
		__field(u8, depth)
		__array(u8, target, TUNNEL_DEPTH_MAX)
		__array(u8, hop, TUNNEL_DEPTH_MAX)
		__field(u8, impact)
		__field(u8, reason)
	),
	TP_fast_assign(
		__entry->number = number;
		__entry->leaf_opcode = leaf_opcode;
		__entry->depth = path->depth;
		__entry->target[0] = path->hop[0].target;
		__entry->target[1] = path->hop[1].target;
		__entry->target[2] = path->hop[2].target;
		__entry->hop[0] = path->hop[0].id;
		__entry->hop[1] = path->hop[1].id;
		__entry->hop[2] = path->hop[2].id;
		__entry->impact = impact;
		__entry->reason = reason;
	),
	TP_printk("switch%u leaf=%04xh depth=%u path=%u:%u/%u:%u/%u:%u impact=%u reason=%u",
		  __entry->number, __entry->leaf_opcode, __entry->depth,
		  __entry->target[0], __entry->hop[0], __entry->target[1], __entry->hop[1],
		  __entry->target[2], __entry->hop[2], __entry->impact, __entry->reason)
);

TRACE_EVENT(cxl_switch_complete,
	TP_PROTO(u32 number, u64 id, int error, u16 return_code, u32 out_length, u64 duration_ns),
	TP_ARGS(number, id, error, return_code, out_length, duration_ns),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u64, duration_ns)
		__field(u32, number)
		__field(int, error)
		__field(u32, out_length)
		__field(u16, return_code)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->duration_ns = duration_ns;
		__entry->number = number;
		__entry->error = error;
		__entry->out_length = out_length;
		__entry->return_code = return_code;
	),
	TP_printk("switch%u id=%llu error=%d rc=%04xh out=%u duration_ns=%llu",
		  __entry->number, __entry->id, __entry->error, __entry->return_code,
		  __entry->out_length, __entry->duration_ns)
);

/* event: enum swcci_operation_event; from, to: enum cxl_switch_cci_operation. */
TRACE_EVENT(cxl_switch_background,
	TP_PROTO(u32 number, u64 cookie, u16 opcode, u8 event, u8 from, u8 to),
	TP_ARGS(number, cookie, opcode, event, from, to),
	TP_STRUCT__entry(
		__field(u64, cookie)
		__field(u32, number)
		__field(u16, opcode)
		__field(u8, event)
		__field(u8, from)
		__field(u8, to)
	),
	TP_fast_assign(
		__entry->cookie = cookie;
		__entry->number = number;
		__entry->opcode = opcode;
		__entry->event = event;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("switch%u cookie=%llu opcode=%04xh event=%u from=%u to=%u", __entry->number,
		  __entry->cookie, __entry->opcode, __entry->event, __entry->from, __entry->to)
);

#endif /* CCI_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
