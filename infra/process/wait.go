package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// Running returns the registers in a folder and below it whose programs run, such
// as those that a killed process left behind.
func Running(folder string) ([]string, error) {
	var running []string
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		switch err := tryLock(f); {
		case errors.Is(err, ErrRunning):
			running = append(running, path)
		case err != nil:
			return err
		default:
			unlock(f)
		}
		return nil
	})
	return running, err
}

// waitPause is the time between two looks at programs that run.
const waitPause = 200 * time.Millisecond

// Wait waits until no program with a register in the folder runs. It calls
// waiting once, before it waits, with the registers of those that do.
func Wait(ctx context.Context, folder string, waiting func(registers []string)) error {
	running, err := Running(folder)
	if err != nil || len(running) == 0 {
		return err
	}
	waiting(running)
	for err == nil && len(running) > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(waitPause):
		}
		running, err = Running(folder)
	}
	return err
}
