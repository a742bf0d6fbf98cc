//go:build !linux

package check

// memoryFolder returns "": the system has no file system in memory that every user can use.
func memoryFolder() string { return "" }
