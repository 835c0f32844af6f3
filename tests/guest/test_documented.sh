#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-only
# What README.md shows of the tool is what it says, to the letter, on QEMU's switch. On the device model, whose links,
# interrupts and effects logs are others, that it says something. scripts/check-docs compares the texts here with README.md's.
set -u

WORK=/tmp/test_documented
# shellcheck source=tests/guest/shell.sh
. /tests/shell.sh

# shows COMMAND: it ends with 0 and says what is on standard input.
shows() {
	local name="README: $1"
	cat >"$WORK/expected"
	# shellcheck disable=SC2086 # words
	ends 0 $1 || { not_ok "$name"; return; }
	if [ -e /variants ]; then
		ok_if "$name ends with 0" [ -s "$WORK/out" ]
	else
		ok_if "$name" diff "$WORK/expected" "$WORK/out"
	fi
}

prepare
shows 'cxl-switch list --tree' <<'END'
switch0  0000:0d:00.1  switch 19e5:a128  serial 0x00000000c0ffee01  payload 2 KiB  polling  ready
|- port 0  upstream    x16 of x16  32 of 32 GT/s  L2
|- port 1  downstream  x16 of x16  32 of 64 GT/s  L2  type 3 device, 8086:0d93, serial 0x00000000d0000001
|- port 2  downstream  x16 of x16  32 of 64 GT/s  L2  type 3 device, 8086:0d93, serial 0x00000000d0000002
|- port 3  downstream  - of x16    - of 64 GT/s   L2  empty
|- port 4  downstream  x16 of x16  32 of 64 GT/s  L2  type 3 device, 8086:0d93, serial 0x00000000d0000004
`- port 5  downstream  - of x16    - of 64 GT/s   L2  empty
END
shows 'cxl-switch cel switch0 -p 1' <<'END'
OPCODE  COMMAND                     IMPACT  ALLOWED             BITS  EFFECTS
0001h   Identify                    query   yes                 0000  none
0003h   Get Response Message Limit  query   yes                 0000  none
0004h   Set Response Message Limit  -       depends on payload  0000  none
0300h   Get Timestamp               query   yes                 0000  none
0400h   Get Supported Logs          query   yes                 0000  none
0401h   Get Log                     -       depends on payload  0000  none
5300h   Tunnel Management Command   -       depends on payload  0000  none
END
shows 'cxl-switch identify switch0 -p 1' <<'END'
component      type 3 device (03h)
vendor:device  8086:0d93
subsystem      1af4:1100
serial number  0x00000000d0000001
max. message   512 B (2^9)
END
# Once, so that the destination is known from before.
cxl-switch explain 5102 -x 0302 >/dev/null
shows 'cxl-switch explain 5102 -x 0302' <<'END'
command               Physical Port Control (5102h)
                      audited
what it does          takes a link down; its CEL lists no effects
impact                destructive
  by the table        destructive
  by the destination  unchanged: its CEL lists no effects
destination           known from before, not asked
                      19e5:a128, serial number 0x00000000c0ffee01
if it is sent         leaves an audit record

GATE         VERDICT    WHY
malformed    not asked  only for tunneled commands
read-only    passed     the device node is open for writing
restricted   passed     within the limit of this open file
protection   not asked  protection=standard
identity     not asked  only for tunneled commands
unaudited    not asked  the driver knows what this command does
capability   passed     you have CAP_SYS_RAWIO
ownership    not asked  no operation or transfer of another client is known to be in the way
unreachable  passed     the destination answers
lockdown     passed     the kernel is not locked down

It would be sent.
END

# ABI/tracepoints.md: times and process ids are others each time.
trace=/sys/kernel/tracing/trace
: >$trace
echo 1 >/sys/kernel/tracing/events/cxl_switch_cci/enable
ok_if 'tracepoints.md: a command while they are on' ends 0 cxl-switch identify switch0 -p 1
cat /sys/kernel/tracing/trace >"$WORK/out"
says 'cxl_switch_verdict: switch0 leaf=0001h depth=1' 'cxl_switch_submit: switch0 id=' 'cxl_switch_complete: switch0 id='
echo 0 >/sys/kernel/tracing/events/cxl_switch_cci/enable
: >$trace
finish
