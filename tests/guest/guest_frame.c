// SPDX-License-Identifier: GPL-2.0-only
/* See guest_frame.h. */
#include "guest_frame.h"
#include "guest_model.h"

struct guest_device device;
int fd;

int guest_open_switch(void **state)
{
	device = guest_device();
	fd = guest_open(O_RDWR);
	return 0;
}

int guest_still_answering(void **state)
{
	return guest_identify(fd);
}

int guest_frame_begin(void **state)
{
	model_order("latency switch 0");
	model_fresh_driver();
	return guest_open_switch(state);
}

int guest_frame_end(void **state)
{
	close(fd);
	model_order("latency switch 0");
	return model_still_well();
}
