// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes under /sys/class/cxl_switch_cci/switchN. None sends a command.
 * Documented in Documentation/ABI/sysfs.md.
 */
#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/sysfs.h>

#include "device.h"
#include "node.h"
#include "record/record.h"

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[CXL_SWITCH_CCI_STATE_READY] = "ready",
		[CXL_SWITCH_CCI_STATE_STUCK] = "stuck",
		[CXL_SWITCH_CCI_STATE_RESETTING] = "resetting",
		[CXL_SWITCH_CCI_STATE_GONE] = "gone",
	};

	return sysfs_emit(buf, "%s\n", names[swcci_device_state(to_cci(dev))]);
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

static ssize_t serial_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct swcci_identity identity;
	struct swcci_component component;

	swcci_destination_self_known(to_cci(dev), &identity, &component);
	/* empty: a serial number of 0 is one that Identify may report */
	if (!identity.known)
		return 0;
	return sysfs_emit(buf, "0x%016llx\n", identity.serial);
}
static DEVICE_ATTR_RO(serial);

static ssize_t component_type_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct swcci_identity identity;
	struct swcci_component component;

	swcci_destination_self_known(to_cci(dev), &identity, &component);
	if (component.source == CXL_SWITCH_CCI_SOURCE_NONE)
		return 0;
	switch (component.type) {
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

static ssize_t component_source_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[CXL_SWITCH_CCI_SOURCE_NONE] = "none",
		[CXL_SWITCH_CCI_SOURCE_IDENTIFY] = "identify",
		[CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG] = "effects-log",
		[CXL_SWITCH_CCI_SOURCE_SIBLING] = "sibling",
	};
	struct swcci_identity identity;
	struct swcci_component component;

	swcci_destination_self_known(to_cci(dev), &identity, &component);
	return sysfs_emit(buf, "%s\n", names[component.source]);
}
static DEVICE_ATTR_RO(component_source);

/* ---- gates ---- */

static ssize_t protection_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	bool strict = swcci_settings_flags(&to_cci(dev)->settings) & CXL_SWITCH_CCI_SETTING_STRICT;

	return sysfs_emit(buf, "%s\n", strict ? "strict" : "standard");
}

/* Raised, never lowered: rebinding starts over with the module parameter. */
static ssize_t protection_store(struct device *dev, struct device_attribute *attr,
				const char *buf, size_t count)
{
	struct swcci_device *cci = to_cci(dev);

	if (sysfs_streq(buf, "standard"))
		return swcci_settings_flags(&cci->settings) & CXL_SWITCH_CCI_SETTING_STRICT ?
		       -EPERM : count;
	if (!sysfs_streq(buf, "strict"))
		return -EINVAL;
	swcci_make_strict(&cci->settings);
	swcci_recorder_gate_changed(cci, "protection", "strict");
	return count;
}
static DEVICE_ATTR_RW(protection);

static ssize_t raw_window_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", swcci_raw_window_left(&to_cci(dev)->settings));
}

static ssize_t raw_window_store(struct device *dev, struct device_attribute *attr,
				const char *buf, size_t count)
{
	struct swcci_device *cci = to_cci(dev);
	unsigned int seconds;
	char value[12];

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	if (kstrtouint(buf, 10, &seconds) || seconds > RAW_WINDOW_MAX_SECONDS)
		return -EINVAL;
	swcci_raw_window_open(&cci->settings, seconds);
	snprintf(value, sizeof(value), "%u", seconds);
	swcci_recorder_gate_changed(cci, "raw_window", value);
	return count;
}
static DEVICE_ATTR_RW(raw_window);

/*
 * A function-level reset, for a mailbox that is stuck. Only tries for the
 * function's lock: remove() holds it while it waits for this very writer.
 */
static ssize_t recover_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	struct swcci_device *cci = to_cci(dev);
	bool yes;
	int rc;

	if (kstrtobool(buf, &yes) || !yes)
		return -EINVAL;
	rc = pci_try_reset_function(cci->pdev);
	return rc ?: count;
}
static DEVICE_ATTR_WO(recover);

static struct attribute *identity_attributes[] = {
	&dev_attr_state.attr,
	&dev_attr_interrupt_mode.attr,
	&dev_attr_payload_size.attr,
	&dev_attr_serial.attr,
	&dev_attr_component_type.attr,
	&dev_attr_component_source.attr,
	&dev_attr_protection.attr,
	&dev_attr_raw_window.attr,
	&dev_attr_recover.attr,
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
COUNTER(slow_refusals);
COUNTER(timeouts);
COUNTER(late_answers);

static ssize_t irq_fallbacks_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lld\n", atomic64_read(&to_cci(dev)->mailbox.fallbacks));
}
static DEVICE_ATTR_RO(irq_fallbacks);

/* One line a reason, as in the uapi header: "reason count". */
static ssize_t refusals_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[CXL_SWITCH_CCI_REASONS] = {
		[CXL_SWITCH_CCI_REASON_MALFORMED] = "malformed",
		[CXL_SWITCH_CCI_REASON_READ_ONLY] = "read_only",
		[CXL_SWITCH_CCI_REASON_RESTRICTED] = "restricted",
		[CXL_SWITCH_CCI_REASON_PROTECTION] = "protection",
		[CXL_SWITCH_CCI_REASON_UNAUDITED] = "unaudited",
		[CXL_SWITCH_CCI_REASON_CAPABILITY] = "capability",
		[CXL_SWITCH_CCI_REASON_OWNERSHIP] = "ownership",
		[CXL_SWITCH_CCI_REASON_LOCKDOWN] = "lockdown",
		[CXL_SWITCH_CCI_REASON_UNREACHABLE] = "unreachable",
		[CXL_SWITCH_CCI_REASON_IDENTITY] = "identity",
	};
	struct swcci_counters *counters = &to_cci(dev)->counters;
	int used = 0;

	for (int i = CXL_SWITCH_CCI_REASON_MALFORMED; i < CXL_SWITCH_CCI_REASONS; i++)
		used += sysfs_emit_at(buf, used, "%s %lld\n", names[i],
				      atomic64_read(&counters->refusals[i]));
	return used;
}
static DEVICE_ATTR_RO(refusals);

static struct attribute *counter_attributes[] = {
	&dev_attr_commands.attr,
	&dev_attr_refusals.attr,
	&dev_attr_slow_refusals.attr,
	&dev_attr_timeouts.attr,
	&dev_attr_late_answers.attr,
	&dev_attr_irq_fallbacks.attr,
	NULL
};

static const struct attribute_group counter_group = {
	.name = "counters",
	.attrs = counter_attributes,
};

const struct attribute_group *swcci_attribute_groups[] = {
	&identity_group,
	&counter_group,
	NULL
};
