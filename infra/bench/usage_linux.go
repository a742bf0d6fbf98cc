package bench

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTicks is the number of the kernel's clock ticks in a second, in which it reports
// processor time: 100 on every architecture that Go supports. Source: proc_pid_stat(5).
const clockTicks = 100

// usageOf returns what a process and the processes below it use.
func usageOf(pid int) usage {
	type process struct {
		parent int
		usage
	}
	processes := map[int]process{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is valid
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		// The second field is the command in parentheses, which can contain spaces.
		fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		if len(fields) < 22 {
			continue
		}
		number := func(i int) int { n, _ := strconv.Atoi(fields[i]); return n }
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		p := process{parent: number(1)}
		p.cpu = time.Duration(number(11)+number(12)) * time.Second / clockTicks
		p.spent = p.cpu + time.Duration(number(13)+number(14))*time.Second/clockTicks
		p.memory = int64(number(21)) * int64(os.Getpagesize())
		processes[id] = p
	}
	var sum usage
	for id, p := range processes {
		for at := id; ; at = processes[at].parent {
			if at == pid {
				sum.add(p.usage)
				break
			}
			if at == 0 {
				break
			}
		}
	}
	return sum
}
