#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-only
# cxl-switch's verbs that change something, on the device model: background operations watched, cancelled and adopted,
# bindings and the events they leave, firmware of 8 MiB, events that are followed. Knows tests/guest/fabrics/model.
set -u

WORK=/tmp/test_model_tool
# shellcheck source=tests/guest/shell.sh
. /tests/shell.sh

# run STATUS WORDS...: cxl-switch ends with STATUS; what it said is in $WORK.
run() {
	local expected=$1
	shift
	ends "$expected" cxl-switch "$@"
}

# verb STATUS WORDS...
verb() {
	local expected=$1
	shift
	ok_if "$* ends with $expected" run "$expected" "$@"
}

# says_nothing_of TEXT
says_nothing_of() {
	if grep -qF -- "$1" "$WORK/out" "$WORK/err"; then not_ok "... but says: $1"; else ok "... and says nothing of: $1"; fi
}

# Lines, and the last of them is a report without an error.
ends_with_report() {
	[ "$(wc -l <"$WORK/out")" -ge 2 ] && tail -n 1 "$WORK/out" | grep -q '"error":null'
}

# The number that KEY has in the last answer.
number() {
	sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" "$WORK/out" | head -n 1
}

# start OPCODE WORDS...: a background operation that nobody owns; its cookie is in $cookie.
start() {
	run 2 raw "$@" || not_ok "raw $* wants --force"
	run 0 raw "$@" --force --json || { not_ok "raw $* starts an operation"; return; }
	cookie=$(number cookie)
	ok_if "raw $* starts operation ${cookie:-?}" [ "${cookie:-0}" -gt 0 ]
}

# ---- background operations ----

# C007h takes its time and cannot be aborted, C008h can.
VENDOR=/sys/class/cxl_switch_cci/switch0/raw_window

watch() {
	start C007
	verb 0 bg status
	says 'vendor specific (C007h)'
	says 'nobody'
	verb 0 bg wait "$cookie" --json
	says '"state":"finished","percent":100'
	ok_if '... in lines of JSON, of which the last is the report' ends_with_report
	verb 0 bg status "$cookie"
	says 'ended with  Success'
	verb 0 bg wait "$cookie"
	verb 10 bg wait 999999
	says 'no such background operation'
	verb 2 bg wait x
	start C007 -p 0
	verb 0 bg wait "$cookie"
	verb 0 bg status -p 0
	says 'port 0'
}

endings() {
	order 'background switch code 4'
	start C007
	verb 5 bg wait "$cookie" --json
	says '"return_code":{"number":4,'
	order 'clear switch'
	order 'background switch time 60000'
	start C008
	verb 11 bg wait "$cookie" --limit 500
	says 'it goes on'
	verb 2 bg cancel "$cookie"
	says '--force'
	verb 0 bg cancel "$cookie" --dry-run
	says 'It would be sent'
	verb 0 bg status "$cookie"
	says 'running'
	verb 0 bg cancel "$cookie" --force --json
	says '"outcome": "aborted"'
	verb 9 bg wait "$cookie"
	verb 10 bg cancel "$cookie" --force
	order 'background switch time 1500'
	start C007
	verb 5 bg cancel "$cookie" --force
	says 'does not abort it'
	verb 0 bg adopt "$cookie" --wait
	verb 0 bg wait "$cookie"
	order 'clear switch'
	order 'background switch time 300'
}

# Processor time that a process has had, in hundredths of a second.
time_of() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# Waiting is sleeping: beside what a loop takes in as long, on the same machine.
idle() {
	local cost most
	sh -c 'while :; do :; done' &
	sleep 1
	most=$(time_of $!)
	kill $!
	order 'background switch time 3000'
	start C007
	cxl-switch bg wait "$cookie" >"$WORK/out" 2>"$WORK/err" &
	sleep 2
	cost=$(time_of $!)
	ok_if "2 s of waiting cost $cost hundredths of a second, 1 s of a loop $most" [ $((cost * 5)) -le "$most" ]
	wait $!
	ok_if '... and the wait ends with success' [ $? -eq 0 ]
	order 'background switch time 300'
}

# ---- bindings ----

bindings() {
	verb 0 bind 0 2 0 --json
	says '"binding":{"number":2,"name":"bound port"}'
	says '"event":{"log":"informational"'
	verb 5 bind 0 3 0
	says 'Invalid Input'
	verb 0 unbind 0 2
	says 'VCS 0 vPPB 2: unbound'
	verb 0 bind 1 4 2 1
	says 'VCS 1 vPPB 4: bound LD, port 2, LD 1'
	verb 2 unbind 1 4 --option surprise
	says '--force'
	verb 0 unbind 1 4 --option surprise --dry-run
	verb 0 unbind 1 4 --option surprise --force
	verb 4 bind 0 2 0 --restrict query
	verb 2 bind 0 2
	verb 2 unbind 0 2 --option gently
	order 'background switch code 4'
	verb 5 bind 0 2 0
	says 'the virtual switch shows VCS 0 vPPB 2: unbound'
	says 'binding change, VCS 0, vPPB 2'
	order 'clear switch'
	order 'background switch time 300'
	verb 2 port reset 1
	verb 0 port reset 1 --force
	verb 0 port perst 1 assert --force
	verb 0 port perst 1 deassert --force
}

# ---- events ----

events() {
	verb 0 events
	says 'virtual switch'
	says 'binding change, VCS 0, vPPB 2, bound port, port 0'
	verb 0 events --log informational --clear --json
	says '"severity": "informational"'
	verb 0 events --log informational
	says 'no event records'
	verb 0 events --log warning
	says 'warning'
	verb 0 events --clear
	verb 0 events -p 0,2
	verb 2 events --log loud
	order 'event switch 3 3'
	verb 0 events --log fatal --clear --dry-run
	verb 0 events --log fatal --json
	ok_if '... three records, which are all there still' [ "$(grep -c '"handle"' "$WORK/out")" -eq 3 ]
}

# What comes while somebody follows is shown once, and cleared.
follow() {
	local waiter
	verb 0 events --clear
	: >"$WORK/out"
	cxl-switch events --follow --clear --json >>"$WORK/out" 2>"$WORK/err" &
	waiter=$!
	sleep 1
	order 'event switch 1 1'
	await '"handle"' 1
	order 'event switch 2 2'
	await '"handle"' 3
	kill -INT $waiter
	wait $waiter
	ok_if 'events --follow ends with an interrupt, and success' [ $? -eq 0 ]
	ok_if '... and has told three records, each in its line' [ "$(grep -c '"handle"' "$WORK/out")" -eq 3 ]
	ok_if '... and the report' ends_with_report
	verb 0 events
	says 'no event records'
}

# ---- firmware ----

# What the model makes of an image is in its revision, so two images differ there.
firmware() {
	local seconds
	dd if=/dev/urandom of="$WORK/image" bs=1048576 count=8 2>/dev/null
	verb 0 fw info
	verb 2 fw update "$WORK/image"
	says '--force'
	verb 0 fw update "$WORK/image" --dry-run
	seconds=$(cut -d. -f1 /proc/uptime)
	verb 0 fw update "$WORK/image" --force --json
	echo "# 8 MiB in $(($(cut -d. -f1 /proc/uptime) - seconds)) s"
	says '"state":"transferring","percent":50'
	says '"restarts":0'
	ok_if '... with a line for each per cent' [ "$(grep -c transferring "$WORK/out")" -ge 90 ]
	says '"revision":"MODEL-'
	verb 2 fw update "$WORK/nothing" --force
	verb 5 fw update "$WORK/image" --force --slot 9
	says 'Invalid Slot'
}

interrupted() {
	local waiter
	order 'latency switch 2000'
	: >"$WORK/out"
	cxl-switch fw update "$WORK/image" --force --json >>"$WORK/out" 2>"$WORK/err" &
	waiter=$!
	await '"state":"transferring","percent":5'
	kill -INT $waiter
	wait $waiter
	ok_if 'fw update, interrupted half-way, ends with 9' [ $? -eq 9 ]
	order 'clear switch'
	order 'latency switch 0'
	dd if=/dev/urandom of="$WORK/small" bs=1000 count=50 2>/dev/null
	ok_if 'no transfer is left behind: another begins' run 0 fw update "$WORK/small" --force
}

restarted() {
	order 'fault switch rc 9 opcode=0x201 count=1 skip=3'
	verb 0 fw update "$WORK/small" --force --json
	says '"restarts":1'
	order 'fault switch rc 6 opcode=0x201 count=2 skip=3'
	verb 0 fw update "$WORK/small" --force --json
	says '"restarts":0'
	# Part 4, and once more after the abort; the second abort is heard again.
	order 'fault switch rc 4 opcode=0x201 count=1 skip=3'
	order 'fault switch rc 4 opcode=0x201 count=1 skip=8'
	verb 5 fw update "$WORK/small" --force
	says 'Internal Error'
	order 'clear switch'
	verb 0 fw update "$WORK/small" --force -p 0
}

activated() {
	verb 2 fw activate 2
	verb 0 fw activate 2 --force --next-reset
	says 'staged'
	verb 0 fw activate 2 --force --json
	says '"active":2'
	order 'quirk activation-resets'
	verb 0 fw activate 1 --force
	says 'active'
	order 'quirk activation-resets off'
}

# ---- what only asks, and dynamic capacity ----

asks() {
	verb 0 vcs
	says 'bound port'
	verb 0 vcs --json
	says '"vppb_count": 8'
	verb 0 health -p 0
	says 'good'
	verb 5 health
	verb 0 mld -p 2
	says '4 LDs'
	verb 0 mld -p 2 --json
	says '"range_1_multiplier"'
	verb 0 mhd -p 3 -l pool
	says 'LD 1: head at port 1'
	verb 5 mhd -p 2
}

# ---- a whole fabric, again and again ----

monitored() {
	local watcher seconds
	seconds=$(cut -d. -f1 /proc/uptime)
	verb 0 monitor --count 2 --interval 0.1 -p 0,2
	says 'changes: none'
	says 'port 0     type 3 device, serial 0x0000000000001000  good'
	verb 0 monitor --count 1 -p 2 -l all --json
	says '"port":2,"ld":3,"ld_pool":false,"present":true'
	: >"$WORK/out"
	cxl-switch monitor --interval 0.1 --json >>"$WORK/out" 2>"$WORK/err" &
	watcher=$!
	await '"round":2,'
	order 'pull port1'
	await '"vanished":1'
	order 'plug port1 sld serial=0x1001'
	await '"appeared":1'
	order 'event switch 1 1'
	await '"events":1'
	kill -INT $watcher
	wait $watcher
	ok_if 'monitor ends with an interrupt, and success' [ $? -eq 0 ]
	says '"ended":"interrupted"'
	ok_if '... and the last line is the report' ends_with_report
	verb 0 events --clear
	echo "# monitored in $(($(cut -d. -f1 /proc/uptime) - seconds)) s"
}

TAG=00112233-4455-6677-8899-aabbccddeeff

capacity() {
	verb 0 dcd info -p 4
	says 'regions'
	verb 0 dcd add 1 0 512M -p 4 --tag $TAG --force --wait --json
	says '"bytes_under_tag":'
	says '0x0000000020000000'
	verb 0 dcd info -p 4
	says '512 MiB  00112233-4455-6677-8899-aabbccddeeff'
	verb 5 dcd add 9 0 512M -p 4 --force
	verb 2 dcd add 1 0 lots -p 4 --force
	verb 0 dcd release 1 $TAG -p 4 --force --wait --json
	says '0x0000000000000000'
	verb 0 dcd info -p 4
	says_nothing_of '512 MiB'
	verb 0 events -p 4 --log dynamic-capacity
	says 'dynamic capacity'
}

# ---- a switch without Identify ----

rebind() {
	local function
	function=$(basename "$(readlink -f /sys/bus/pci/drivers/cxl_switch_cci/0000:*)")
	echo "$function" >/sys/bus/pci/drivers/cxl_switch_cci/unbind
	echo "$function" >/sys/bus/pci/drivers/cxl_switch_cci/bind
	patience 100 test -e "$NODE" || { echo "Bail out! no $NODE"; exit 1; }
}

info_says() { cxl-switch info 2>/dev/null | grep -qF -- "$1"; }

# It is mandatory on MCTP-based CCIs only, CXL 3.1 table 8-37. The driver knows the type all the same.
without_identify() {
	order 'fault switch rc 3 opcode=1'
	order 'cel switch hide 1'
	rebind
	ok_if 'the type is known without Identify' patience 300 info_says 'switch (type by '
	verb 0 info --json
	says '"component": "switch"' '"serial": null'
	verb 0 list
	verb 0 list --tree
	says 'switch -  serial -' 'port 9' 'serial 0x0000000000001000' 'LD 3'
	verb 5 identify
	says "this component does not implement Identify (0001h); its type is 'switch' by"
	verb 0 identify -p 0-3
	verb 0 ports
	verb 0 monitor --count 1 --json
	says '"present":true,"identity":{"component":"switch"' '"serial":"0x0000000000002000"'
	verb 0 fw info
	verb 0 mld -p 2
	verb 0 health -p 0
	verb 0 explain 0001 -p 0
	verb 0 bugreport
	run 0 doctor || true
	says 'answers: switch (type by '
	verb 0 dcd add 1 0 512M -p 4 --tag $TAG --force --wait
	verb 0 dcd release 1 $TAG -p 4 --force --wait
	# A component behind a port, which Identify is as little mandatory on.
	order 'fault port2 rc 3 opcode=1'
	verb 5 identify -p 2
	says "port 2: this component does not implement Identify (0001h); its type is 'type 3 device' by its Command Effects Log"
	order 'clear port2'
	order 'clear switch'
	rebind
	ok_if 'Identify is back' patience 300 info_says '0x0000000000005300'
}

prepare
prepare_model
order 'background all time 300'
asks
monitored
capacity
echo 600 >$VENDOR
watch
endings
idle
echo 0 >$VENDOR
bindings
events
follow
firmware
interrupted
restarted
activated
without_identify
finish
