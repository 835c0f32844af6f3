// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaces libFuzzer if the compiler has none: calls the target with random inputs
 * for some seconds. Half of them are modified copies of an earlier one. It accepts
 * libFuzzer's -max_total_time= and -seed=, and files or folders of files, which it
 * runs first.
 */
#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <time.h>

#define INPUT_MAX	600

static u64 state = 1;

static u32 dice(u32 sides)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (u32)(state >> 33) % sides;
}

static size_t fresh(u8 *input)
{
	size_t size = dice(INPUT_MAX);

	for (size_t i = 0; i < size; i++)
		input[i] = (u8)(dice(2) ? dice(256) : dice(4));
	return size;
}

static size_t mutate(u8 *input, size_t size)
{
	for (u32 n = 1 + dice(4); size && n; n--)
		input[dice((u32)size)] = (u8)(dice(2) ? dice(256) : dice(4));
	return dice(4) ? size : dice((u32)size + 1);
}

static void run_random(long seconds)
{
	u8 input[INPUT_MAX];
	size_t size = fresh(input);
	time_t end = time(NULL) + seconds;
	unsigned long runs = 0;

	while (time(NULL) < end)
		for (u32 i = 0; i < 1000; i++, runs++) {
			LLVMFuzzerTestOneInput(input, size);
			size = dice(2) ? mutate(input, size) : fresh(input);
		}
	printf("%lu inputs\n", runs);
}

static int run_file(const char *path)
{
	static u8 input[1 << 20];
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		return 1;
	}
	LLVMFuzzerTestOneInput(input, fread(input, 1, sizeof(input), file));
	fclose(file);
	return 0;
}

static int run_path(const char *path)
{
	DIR *folder = opendir(path);
	char file[PATH_MAX];
	struct dirent *entry;
	int failed = 0;

	if (!folder)
		return run_file(path);
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		failed |= run_file(file);
	}
	closedir(folder);
	return failed;
}

int main(int argc, char **argv)
{
	long seconds = 0;
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "-max_total_time=", 16))
			seconds = strtol(argv[i] + 16, NULL, 10);
		else if (!strncmp(argv[i], "-seed=", 6))
			state = strtoull(argv[i] + 6, NULL, 10);
		else
			failed |= run_path(argv[i]);
	}
	if (seconds)
		run_random(seconds);
	return failed;
}
