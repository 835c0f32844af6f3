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

	swcci_destination_self_known(&to_cci(dev)->destinations, &identity, &component);
	/* empty, not 0: Identify may report a serial number of 0 */
	if (!identity.known)
		return 0;
	return sysfs_emit(buf, "0x%016llx\n", identity.serial);
}
static DEVICE_ATTR_RO(serial);

static ssize_t component_type_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct swcci_identity identity;
	struct swcci_component component;

	swcci_destination_self_known(&to_cci(dev)->destinations, &identity, &component);
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

	swcci_destination_self_known(&to_cci(dev)->destinations, &identity, &component);
	return sysfs_emit(buf, "%s\n", names[component.source]);
}
static DEVICE_ATTR_RO(component_source);

/* ---- gates ---- */

static ssize_t protection_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	u32 flags = swcci_settings_flags(&to_cci(dev)->commands.settings);

	return sysfs_emit(buf, "%s\n",
			  flags & CXL_SWITCH_CCI_SETTING_STRICT ? "strict" : "standard");
}

/* Raised, never lowered: binding the function again restores the module parameter. */
static ssize_t protection_store(struct device *dev, struct device_attribute *attr,
				const char *buf, size_t count)
{
	struct swcci_device *cci = to_cci(dev);

	if (sysfs_streq(buf, "standard"))
		return swcci_settings_flags(&cci->commands.settings) &
		       CXL_SWITCH_CCI_SETTING_STRICT ? -EPERM : count;
	if (!sysfs_streq(buf, "strict"))
		return -EINVAL;
	swcci_make_strict(&cci->commands.settings);
	swcci_recorder_gate_changed(&cci->recorder, "protection", "strict");
	return count;
}
static DEVICE_ATTR_RW(protection);

static ssize_t raw_window_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", swcci_raw_window_left(&to_cci(dev)->commands.settings));
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
	swcci_raw_window_open(&cci->commands.settings, seconds);
	snprintf(value, sizeof(value), "%u", seconds);
	swcci_recorder_gate_changed(&cci->recorder, "raw_window", value);
	return count;
}
static DEVICE_ATTR_RW(raw_window);

/*
 * A function-level reset, for a mailbox that is stuck. Does not wait for the device lock:
 * remove() holds it while it waits for this writer.
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
	return sysfs_emit(buf, "%lld\n", atomic64_read(&to_cci(dev)->recorder.counters.name)); \
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

static struct attribute *counter_attributes[] = {
	&dev_attr_commands.attr,
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

/* ---- refusals: a group of its own, for groups do not nest ---- */

struct refusal_attribute {
	struct device_attribute attr;
	enum cxl_switch_cci_reason reason;
};

static ssize_t refusal_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	enum cxl_switch_cci_reason reason =
		container_of(attr, struct refusal_attribute, attr)->reason;

	return sysfs_emit(buf, "%lld\n",
			  atomic64_read(&to_cci(dev)->recorder.counters.refusals[reason]));
}

/* Named as in the uapi header. */
#define REFUSAL(name, reason) \
static struct refusal_attribute refusal_##name = { __ATTR(name, 0444, refusal_show, NULL), reason }

REFUSAL(malformed, CXL_SWITCH_CCI_REASON_MALFORMED);
REFUSAL(read_only, CXL_SWITCH_CCI_REASON_READ_ONLY);
REFUSAL(restricted, CXL_SWITCH_CCI_REASON_RESTRICTED);
REFUSAL(protection, CXL_SWITCH_CCI_REASON_PROTECTION);
REFUSAL(unaudited, CXL_SWITCH_CCI_REASON_UNAUDITED);
REFUSAL(capability, CXL_SWITCH_CCI_REASON_CAPABILITY);
REFUSAL(ownership, CXL_SWITCH_CCI_REASON_OWNERSHIP);
REFUSAL(lockdown, CXL_SWITCH_CCI_REASON_LOCKDOWN);
REFUSAL(unreachable, CXL_SWITCH_CCI_REASON_UNREACHABLE);
REFUSAL(identity, CXL_SWITCH_CCI_REASON_IDENTITY);

static struct attribute *refusal_attributes[] = {
	&refusal_malformed.attr.attr,
	&refusal_read_only.attr.attr,
	&refusal_restricted.attr.attr,
	&refusal_protection.attr.attr,
	&refusal_unaudited.attr.attr,
	&refusal_capability.attr.attr,
	&refusal_ownership.attr.attr,
	&refusal_lockdown.attr.attr,
	&refusal_unreachable.attr.attr,
	&refusal_identity.attr.attr,
	NULL
};

/* NULL takes the place of CXL_SWITCH_CCI_REASON_NONE. */
static_assert(ARRAY_SIZE(refusal_attributes) == CXL_SWITCH_CCI_REASONS);

static const struct attribute_group refusal_group = {
	.name = "refusals",
	.attrs = refusal_attributes,
};

const struct attribute_group *swcci_attribute_groups[] = {
	&identity_group,
	&counter_group,
	&refusal_group,
	NULL
};
