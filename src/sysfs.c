// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes under /sys/class/cxl_switch_cci/switchN, read only, no device
 * traffic. Documented in Documentation/ABI/sysfs.md.
 */
#include <linux/sysfs.h>

#include "device.h"

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[CXL_SWITCH_CCI_STATE_READY] = "ready",
		[CXL_SWITCH_CCI_STATE_STUCK] = "stuck",
		[CXL_SWITCH_CCI_STATE_RESETTING] = "resetting",
		[CXL_SWITCH_CCI_STATE_GONE] = "gone",
	};

	return sysfs_emit(buf, "%s\n", names[cci_device_state(to_cci(dev))]);
}
static DEVICE_ATTR_RO(state);

static ssize_t interrupt_mode_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[CXL_SWITCH_CCI_INTERRUPT_NONE] = "none",
		[CXL_SWITCH_CCI_INTERRUPT_MSI] = "msi",
		[CXL_SWITCH_CCI_INTERRUPT_MSIX] = "msi-x",
	};

	return sysfs_emit(buf, "%s\n", names[to_cci(dev)->interrupt_mode]);
}
static DEVICE_ATTR_RO(interrupt_mode);

static ssize_t payload_size_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", to_cci(dev)->mailbox.capability.payload_size);
}
static DEVICE_ATTR_RO(payload_size);

/* Empty until the function has said who it is. */
static bool identified(struct device *dev)
{
	return smp_load_acquire(&to_cci(dev)->self.known);
}

static ssize_t serial_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	if (!identified(dev))
		return 0;
	return sysfs_emit(buf, "0x%016llx\n", to_cci(dev)->self.identity.serial);
}
static DEVICE_ATTR_RO(serial);

static ssize_t component_type_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	if (!identified(dev))
		return 0;
	switch (to_cci(dev)->self.identity.component_type) {
	case CXL_SWITCH_CCI_COMPONENT_SWITCH:
		return sysfs_emit(buf, "switch\n");
	case CXL_SWITCH_CCI_COMPONENT_TYPE3:
		return sysfs_emit(buf, "type3\n");
	case CXL_SWITCH_CCI_COMPONENT_GFD:
		return sysfs_emit(buf, "gfd\n");
	default:
		return sysfs_emit(buf, "unknown\n");
	}
}
static DEVICE_ATTR_RO(component_type);

static struct attribute *identity_attributes[] = {
	&dev_attr_state.attr,
	&dev_attr_interrupt_mode.attr,
	&dev_attr_payload_size.attr,
	&dev_attr_serial.attr,
	&dev_attr_component_type.attr,
	NULL
};

static const struct attribute_group identity_group = {
	.attrs = identity_attributes,
};

#define COUNTER(name) \
static ssize_t name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
{ \
	return sysfs_emit(buf, "%lld\n", atomic64_read(&to_cci(dev)->counters.name)); \
} \
static DEVICE_ATTR_RO(name)

COUNTER(commands);
COUNTER(refusals);
COUNTER(timeouts);
COUNTER(late_answers);

static struct attribute *counter_attributes[] = {
	&dev_attr_commands.attr,
	&dev_attr_refusals.attr,
	&dev_attr_timeouts.attr,
	&dev_attr_late_answers.attr,
	NULL
};

static const struct attribute_group counter_group = {
	.name = "counters",
	.attrs = counter_attributes,
};

const struct attribute_group *cci_attribute_groups[] = {
	&identity_group,
	&counter_group,
	NULL
};
