package deploy

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/process"
)

// spent adds up what a command's Terraforms take. It can be used by several goroutines.
type spent struct {
	begin time.Time

	mu      sync.Mutex
	running int
	since   time.Time // of the first of those that run
	wall    time.Duration
	cpu     time.Duration
}

func newSpent() *spent { return &spent{begin: timeNow()} }

// run runs Terraform and adds the time in which at least one runs, and its CPU time with
// its provider's.
func (s *spent) run(ctx context.Context, c process.Command) error {
	s.mu.Lock()
	if s.running == 0 {
		s.since = timeNow()
	}
	s.running++
	s.mu.Unlock()
	c.Ended = func(state *os.ProcessState) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.cpu += state.UserTime() + state.SystemTime()
	}
	err := c.Run(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running--; s.running == 0 {
		s.wall += timeNow().Sub(s.since)
	}
	return err
}

// String returns what Terraform took as a part of the command.
func (s *spent) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("Terraform ran for %.1fs of %.1fs and used %.1fs of CPU.",
		s.wall.Seconds(), timeNow().Sub(s.begin).Seconds(), s.cpu.Seconds())
}
