/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The checks of the module: is it built, loaded, refused, outdated?
 */
#ifndef CXL_SWITCH_TOOL_DOCTOR_MODULE_H
#define CXL_SWITCH_TOOL_DOCTOR_MODULE_H

#include "doctor.h"

/* Also fills doctor->release and doctor->installed. */
void doctor_examine_module(struct doctor *doctor);

/* Room for the command line of DKMS. */
#define DKMS_COMMANDS_SIZE 320

/* The commands with which DKMS rebuilds the newest sources for this kernel and installs them. */
const char *dkms_commands(const struct doctor *doctor, char *text);

/*
 * Reports that the module is not loaded although it is installed, with the
 * reason from the kernel log if there is one.
 */
void doctor_examine_refusal(struct doctor *doctor, enum verdict verdict);

#endif
