/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inspectors of the rows of audited.c. Each returns true if the payload is one that
 * was audited. It may lower the row's impact, or mark the answer as disclosing. The
 * length is within the row's range. Pure.
 */
#ifndef CCI_INSPECT_H
#define CCI_INSPECT_H

#include "audited.h"

bool swcci_inspect_response_limit(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_notification(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_wrapper(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_log(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_secret(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_port_list(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_switch_list(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_event_log(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_feature_list(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_feature_get(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_ld_allocations(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_ppb_config(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_ld_config(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_memory_request(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_port_control(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_bind(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_unbind(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_aer(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_dc_response(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_dc_add(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_dc_release(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_ld_set_allocations(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_bandwidth(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_maintenance(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_media_operation(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_set_feature(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_event_policy(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_mctp_policy(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_clear_events(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_pid_assignment(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_pid_binding(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_drt(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_rgt(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_segments(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_idt(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_rerouter(const u8 *payload, u32 length, struct swcci_audit *audit);
bool swcci_inspect_interrupt_vector(const u8 *payload, u32 length, struct swcci_audit *audit);

#endif /* CCI_INSPECT_H */
