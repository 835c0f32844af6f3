// SPDX-License-Identifier: GPL-2.0-only
/* See fake_root.h. */
#include "fake_root.h"

#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>

#define ROOT "/tmp/cxl-switch-test-XXXXXX"

char root[sizeof(ROOT)];

const char *place(const char *path)
{
	static char full[PATH_MAX];
	char *slash;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (slash = strchr(full + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	return full;
}

void put(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(place(path), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

int make_root(void **state)
{
	memcpy(root, ROOT, sizeof(ROOT));
	return mkdtemp(root) ? chmod(root, 0755) : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

int remove_root(void **state)
{
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
