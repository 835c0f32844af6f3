# SPDX-License-Identifier: GPL-2.0-only
# The PCI topologies that a guest can boot with. Each function topology_NAME
# appends to the array 'qemu' by the words below. A new one is a new function.
# shellcheck shell=bash
# shellcheck disable=SC2154 # 'qemu' and 'socket' are the caller's

# device DRIVER,PROPERTY=VALUE,...   memory ID SIZE
device() { qemu+=(-device "$1"); }
memory() { qemu+=(-object "memory-backend-ram,id=$1,size=$2"); }

# cxl_root_port ID BUS SLOT
cxl_root_port() { device "cxl-rp,id=$1,bus=$2,chassis=0,slot=$3,port=$3"; }

# upstream ID ROOT-PORT SERIAL: function 0 of the switch
upstream() { device "cxl-upstream,id=$1,bus=$2,addr=0.0,multifunction=on,sn=$3"; }

# mailbox UPSTREAM ROOT-PORT: function 1, the switch mailbox CCI
mailbox() { device "cxl-switch-mailbox-cci,bus=$2,addr=0.1,target=$1"; }

# downstream ID UPSTREAM PORT-NUMBER SLOT: empty until a device names it as its bus
downstream() { device "cxl-downstream,id=$1,bus=$2,port=$3,chassis=0,slot=$4"; }

# volatile PORT SIZE SERIAL; persistent PORT SIZE SERIAL (with a label storage area)
volatile() {
	memory "mem-$1" "$2"
	device "cxl-type3,bus=$1,id=dev-$1,volatile-memdev=mem-$1,sn=$3"
}
persistent() {
	memory "mem-$1" "$2"
	memory "lsa-$1" 1M
	device "cxl-type3,bus=$1,id=dev-$1,persistent-memdev=mem-$1,lsa=lsa-$1,sn=$3"
}

# One switch, five ports: two volatile devices, a persistent one, two empty ports.
switch_without_mailbox() {
	device pxb-cxl,id=cxl.0,bus=pcie.0,bus_nr=12
	cxl_root_port rp0 cxl.0 2
	upstream us0 rp0 0xc0ffee01
	downstream dsp1 us0 1 4
	downstream dsp2 us0 2 5
	downstream dsp3 us0 3 6
	downstream dsp4 us0 4 7
	downstream dsp5 us0 5 8
	volatile dsp1 256M 0xd0000001
	volatile dsp2 512M 0xd0000002
	persistent dsp4 256M 0xd0000004
}

topology_none() { :; }

topology_no-mailbox() { switch_without_mailbox; }

topology_qemu() {
	switch_without_mailbox
	mailbox us0 rp0
}

# Two switches under one host bridge, for whatever must not mix them up.
topology_two-switches() {
	topology_qemu
	cxl_root_port rp1 cxl.0 3
	upstream us1 rp1 0xc0ffee02
	mailbox us1 rp1
	downstream dsp11 us1 1 11
	downstream dsp12 us1 2 12
	persistent dsp12 256M 0xd0000012
}

# The device model alone, served over vfio-user at the UNIX socket the caller named.
# vfio_user_device BUS ADDR: as QEMU's -device and its monitor's device_add take it.
vfio_user_device() {
	printf '{"driver":"vfio-user-pci","bus":"%s","addr":"%s","id":"cci0","x-msg-timeout":60000,"socket":{"type":"unix","path":"%s"}}' \
		"$1" "$2" "$socket"
}
vfio_user() { device "$(vfio_user_device "$1" "$2")"; }
topology_model() {
	device pcie-root-port,id=rp0,slot=1,chassis=1
	vfio_user rp0 0.0
}

# The device model as function 1 beside QEMU's own upstream port.
topology_model-beside() {
	switch_without_mailbox
	vfio_user rp0 0.1
}

topologies() { declare -F | sed -n 's/^declare -f topology_//p'; }
