/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of doctor.h that is about the module: is it built, loaded, refused, old?
 */
#ifndef CXL_SWITCH_TOOL_DOCTOR_MODULE_H
#define CXL_SWITCH_TOOL_DOCTOR_MODULE_H

#include "doctor.h"

/* Fills release and installed, too. */
void doctor_examine_module(struct doctor *doctor);

/* Room for the command line of DKMS. */
#define DKMS_COMMANDS_SIZE 320

/* How DKMS builds the newest sources again for this kernel, and installs them. */
const char *dkms_commands(const struct doctor *doctor, char *text);

/* That the module is not loaded although it is installed: with the log's reason, if it has one. */
void doctor_examine_refusal(struct doctor *doctor, enum verdict verdict);

#endif
