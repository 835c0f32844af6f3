/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs. Each fills session->json and, without --json, prints text.
 */
#ifndef CXL_SWITCH_TOOL_VERBS_H
#define CXL_SWITCH_TOOL_VERBS_H

#include "cci/cci.h"
#include "cli/session.h"

enum result verb_list(struct session *session);
enum result verb_info(struct session *session);
enum result verb_identify(struct session *session);
enum result verb_ports(struct session *session);
enum result verb_logs(struct session *session);
enum result verb_cel(struct session *session);
enum result verb_destinations(struct session *session);
enum result verb_explain(struct session *session);
enum result verb_raw(struct session *session);
enum result verb_doctor(struct session *session);
enum result verb_log(struct session *session);
enum result verb_ps(struct session *session);
enum result verb_bugreport(struct session *session);
enum result verb_bg_status(struct session *session);
enum result verb_bg_wait(struct session *session);
enum result verb_bg_cancel(struct session *session);
enum result verb_bg_adopt(struct session *session);
enum result verb_bind(struct session *session);
enum result verb_unbind(struct session *session);
enum result verb_port_reset(struct session *session);
enum result verb_port_perst(struct session *session);
enum result verb_fw_info(struct session *session);
enum result verb_fw_update(struct session *session);
enum result verb_fw_activate(struct session *session);
enum result verb_events(struct session *session);
enum result verb_monitor(struct session *session);
enum result verb_vcs(struct session *session);
enum result verb_health(struct session *session);
enum result verb_mld(struct session *session);
enum result verb_mhd(struct session *session);
enum result verb_dcd_info(struct session *session);
enum result verb_dcd_add(struct session *session);
enum result verb_dcd_release(struct session *session);

/* Reports what the driver would decide about @command; RESULT_REFUSED if it would refuse. */
enum result explain_command(struct session *session, const struct command *command,
			    struct json_object *result, struct failure *failure);

/* JSON and text that several verbs share. */
void json_identity(struct json_object *object, const struct identity *identity);
void json_port(struct json_object *object, const struct port_state *port);
struct json_object *json_effects(uint16_t bits);
void json_info(struct json_object *object, const struct device *device);

/* "itself", "port 3", "port 3, LD 1", "port 3, LD pool": as in the lists of the driver. */
#define HOPS_MAX 3
#define HOPS_TEXT_SIZE 48
void hops_text(const struct session *session, uint8_t depth, const uint8_t *target,
	       const uint8_t *id, char *text);
struct json_object *json_hops(uint8_t depth, const uint8_t *target, const uint8_t *id);

#define PORT_TEXT_SIZE 32
/* "x8 of x16", "32 of 64 GT/s", "L0"; "-" for what a link that is down does not have */
void port_width_text(const struct port_state *port, char *text);
void port_speed_text(const struct port_state *port, char *text);
void port_ltssm_text(const struct port_state *port, char *text);

/* "0x0000000000000001", or "none" if the component has none. */
#define SERIAL_TEXT_SIZE 24
void serial_text(uint64_t serial, char *text);

/* Of an identity; "-" for an unknown value, because the component does not implement Identify. */
#define IDS_TEXT_SIZE 12
void identity_serial_text(const struct identity *identity, char *text);
void identity_ids_text(const struct identity *identity, char *text);

#endif
