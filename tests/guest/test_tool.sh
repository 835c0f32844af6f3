#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-only
# cxl-switch on QEMU's switch: each verb's exit code and JSON, as root and as nobody with a node that may only be read.
# Knows the topology 'qemu'. 0300h and 0301h are never sent to the switch itself, which would end QEMU; nor is anything that
# changes it.
set -u

WORK=/tmp/test_tool
# shellcheck source=tests/guest/shell.sh
. /tests/shell.sh

# Valid JSON shrinks to one value: strings and scalars first, then innermost arrays and objects.
is_json() {
	awk '{ text = text $0 " " }
	     END {
		gsub(/"([^"\\]|\\.)*"/, "s", text)
		gsub(/[ \t]+/, "", text)
		gsub(/-?[0-9]+([.][0-9]+)?|true|false|null/, "v", text)
		do
			n = gsub(/\[\]|\[[sv](,[sv])*\]|\{\}|\{s:[sv](,s:[sv])*\}/, "v", text)
		while (n)
		exit text != "v"
	     }' "$1"
}

# as USER STATUS WORDS... : cxl-switch with WORDS ends with STATUS; what it said is in $WORK.
as() {
	local user=$1 expected=$2
	shift 2
	if [ "$user" = root ]; then
		ends "$expected" cxl-switch "$@"
	else
		ends "$expected" su nobody -s /bin/sh -c 'exec cxl-switch "$@"' -- sh "$@"
	fi
}

# The report in $WORK is JSON with schema, VERB, and an error object exactly if STATUS says that something failed.
is_report() {
	local expected=$1 verb=$2
	is_json "$WORK/out" && [ ! -s "$WORK/err" ] || return 1
	grep -q '^  "schema": 1,$' "$WORK/out" && grep -q "^  \"verb\": \"$verb\",\$" "$WORK/out" || return 1
	case $expected in
	0|6) grep -q '^  "error": null$' "$WORK/out" ;;
	*) grep -q '^  "error": {$' "$WORK/out" && grep -q '^    "way_out"' "$WORK/out" ;;
	esac
}

# verb USER STATUS WORDS...: as text, and as JSON.
verb() {
	local user=$1 expected=$2 name
	shift 2
	name="$user: $* ends with $expected"
	as "$user" "$expected" "$@" || { not_ok "$name"; return; }
	as "$user" "$expected" "$@" --json || { not_ok "$name, as JSON"; return; }
	ok_if "$name" is_report "$expected" "$1"
}

# The checker itself: what is no JSON must not pass for it.
check_the_checker() {
	local text
	for text in '{"a": [1, -2.5, "x\"}", null], "b": {}}' '[]' '{"a": [{"b": true}, {"b": false}]}'; do
		echo "$text" >"$WORK/out"
		ok_if "is JSON: $text" is_json "$WORK/out"
	done
	for text in '' '{"a": }' '{"a": 1' '{"a" 1}' '[1, 2,]' '{"a": 1} {"b": 2}' "{'a': 1}" '{"a": nul}' '{1: 2}' '"a'; do
		echo "$text" >"$WORK/out"
		if is_json "$WORK/out"; then not_ok "is no JSON: $text"; else ok "is no JSON: $text"; fi
	done
}

# QEMU's own function has none; scripts/guest-model brings variants of the module, and a model with MSI-X.
if [ -e /variants ]; then INTERRUPTS=msi-x; else INTERRUPTS=none; fi

as_root() {
	verb root 0 list
	verb root 0 list --tree
	verb root 0 info
	says '"feature_names"'
	verb root 0 identify
	verb root 0 identify -p 1,2,4
	verb root 0 ports
	verb root 0 logs -p 1
	verb root 0 cel
	says '"depends_on_payload": true'
	verb root 0 cel -p 4
	verb root 0 raw 0001 switch0
	verb root 0 raw switch0 5101 -x '04 00 01 02 04'
	verb root 0 destinations
	says '"serial": "0x00000000d0000004"'

	verb root 0 log
	says '"comm": "cxl-switch"'
	as root 0 log
	says 'Get Physical Port State (5101h)'
	verb root 0 ps
	says '"commands": []'
	verb root 2 log --follow --json
	verb root 0 bugreport
	says '"not_read": []'
	says "\"interrupt_mode\": \"$INTERRUPTS\""
	as root 0 bugreport --out "$WORK/report"
	ok_if 'a bug report in a file' grep -q '^nothing: it is complete$' "$WORK/report"
	ok_if '... has the driver in the kernel log' grep -q '^\[.*cxl_switch_cci .*payload 2048' "$WORK/report"

	verb root 0 doctor
	says '"problems": 0'

	verb root 0 explain 0001
	verb root 0 explain switch0 0001 -p 1
	verb root 0 explain 5102 --hex '01 00'
	as root 0 explain 5102 --hex '01 00'
	says 'It would be sent.'
	says 'leaves an audit record'
	verb root 4 explain C001
	says '"unaudited"'
	as root 4 explain C001 -p 1
	says 'echo 60 > /sys/class/cxl_switch_cci/switch0/raw_window'
	says '8086:0d93,C001,NAME,0,0,IMPACT,REASON'
	verb root 4 explain 5300 --hex '01 00 00'
	says '"EINVAL"'
	verb root 4 explain 4400 -p 3
	says '"EHOSTUNREACH"'
	verb root 6 explain 4400 -p 3,4
	verb root 4 explain 5102 --hex '01 00' --read-only
	says '"EBADF"'
	verb root 4 explain 5102 --hex '01 00' --restrict provision
	says '"restricted"'
	verb root 0 explain 0001 -p 1 -l pool
	says '"ld_pool": true'
}

root_failures() {
	verb root 4 raw C001
	verb root 4 raw 5300 --hex '01 00 00'
	verb root 4 raw 0103 --hex '00 00 00 00' --restrict query
	says 'leave --restrict away'
	verb root 5 identify -p 3
	verb root 5 identify -p 1 -l pool
	says 'no LD pool'
	verb root 6 identify -p 1,3
	verb root 3 identify switch9
	verb root 2 explain
	verb root 2 identify --restrict everything
	verb root 2 identify -p 1 -l lake
}

# raw_window opens the gate, and explain says so. Nothing is sent.
window() {
	local window=/sys/class/cxl_switch_cci/switch0/raw_window
	echo 60 >$window
	ok_if 'an open raw_window lets it through' as root 0 explain C001
	says 'taints the kernel'
	as root 0 info
	says 'raw_window open'
	echo 0 >$window
	ok_if 'a closed one does not' as root 4 explain C001
}

# Some kernels show theirs to everybody, if they are not told otherwise.
kernel_log_of_nobody() {
	local restricted=/proc/sys/kernel/dmesg_restrict before
	before=$(cat $restricted)
	echo 1 >$restricted
	verb nobody 0 bugreport
	says '"what": "/dev/kmsg"'
	echo "$before" >$restricted
}

as_nobody() {
	local mode
	mode=$(stat -c %a $NODE)
	chmod 600 $NODE
	verb nobody 3 identify switch0
	verb nobody 8 doctor
	says 'you may not open'
	chmod 644 $NODE
	verb nobody 0 identify
	verb nobody 0 list --tree
	verb nobody 0 explain 0001 -p 1
	verb nobody 4 explain 5102 --hex '01 00'
	says '"read-only"'
	says '"capability"'
	verb nobody 4 explain C001
	says '"unaudited"'
	verb nobody 4 explain 5300 --hex '01 00 00'
	verb nobody 4 raw 5102 --hex '01 00'
	as nobody 4 raw 5102 --hex '01 00'
	says 'read-only: run as root'
	says 'AmbientCapabilities=CAP_SYS_RAWIO'
	verb nobody 0 cel
	says '"allowed": false'
	verb nobody 0 destinations
	as nobody 0 log
	says 'only your own commands'
	verb nobody 0 log
	ok_if '... and no other' awk '/"uid":/ && !/65534/ { exit 1 }' "$WORK/out"
	kernel_log_of_nobody
	chmod "$mode" $NODE
}

prepare
echo 'nobody:x:65534:65534::/:/bin/sh' >/etc/passwd
echo 'nogroup:x:65534:' >/etc/group
check_the_checker
as_root
root_failures
window
as_nobody
rm /etc/passwd /etc/group
finish
