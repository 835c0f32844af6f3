// SPDX-License-Identifier: GPL-2.0-only
/* Module init and exit; makes the tracepoints of trace.h. */
#include <linux/module.h>
#include <linux/pci.h>

#include "device.h"
#include "node/node.h"
#include "pci/pci.h"
#include "record/record.h"
#include "version.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static int __init cci_init(void)
{
	int rc;

	rc = swcci_settings_check();
	if (rc)
		return rc;
	swcci_recorder_module_init();
	rc = swcci_devices_init(&swcci_fops, swcci_attribute_groups);
	if (rc)
		return rc;
	rc = pci_register_driver(&swcci_pci_driver);
	if (rc)
		goto err_devices_exit;
	swcci_settings_announce();
	return 0;

err_devices_exit:
	swcci_devices_exit();
	return rc;
}

static void __exit cci_exit(void)
{
	pci_unregister_driver(&swcci_pci_driver);
	swcci_devices_exit();
}

module_init(cci_init);
module_exit(cci_exit);

MODULE_DESCRIPTION("CXL Switch Mailbox CCI");
MODULE_AUTHOR("The cxl-switch-cci maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(CXL_SWITCH_CCI_VERSION);
