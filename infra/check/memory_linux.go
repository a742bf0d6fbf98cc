package check

import "syscall"

const (
	sharedMemory = "/dev/shm"
	// What the tests have in temporary files at a time is below 4 GiB, most of it
	// programs that they have built.
	memoryNeeded = 8 << 30
)

// memoryFolder returns the folder of a file system in memory, or "" if the system's has too
// little room for the tests' temporary files or does not execute programs, as in many
// containers.
func memoryFolder() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(sharedMemory, &fs); err != nil {
		return ""
	}
	if fs.Bavail*uint64(fs.Bsize) < memoryNeeded || fs.Flags&syscall.MS_NOEXEC != 0 || syscall.Access(sharedMemory, 2) != nil {
		return ""
	}
	return sharedMemory
}
