package function

import (
	"sync"
	"sync/atomic"
	"time"
)

// memory is the largest memory that an environment's process has used. It is read from
// the operating system, at most ten times a second, because every invocation reports it.
type memory struct {
	pid atomic.Int64 // 0 before the process has started

	mu   sync.Mutex
	read time.Time
	most int64
}

// used returns the memory in bytes; 0 is unknown.
func (m *memory) used() int64 {
	pid := m.pid.Load()
	if pid == 0 {
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := time.Now(); now.Sub(m.read) >= 100*time.Millisecond {
		m.read = now
		m.most = max(m.most, peakMemory(int(pid)))
	}
	return m.most
}
