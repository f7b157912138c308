//go:build unix

package bench

import (
	"os"
	"syscall"
	"time"
)

// canPause tells whether pauseProcess works.
const canPause = true

// pauseProcess stops a process, or lets it go on.
func pauseProcess(p *os.Process, stop bool) error {
	if stop {
		return p.Signal(syscall.SIGSTOP)
	}
	return p.Signal(syscall.SIGCONT)
}

// processTime returns the processor time of this process, user and system, all threads.
func processTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(syscall.TimevalToNsec(r.Utime) + syscall.TimevalToNsec(r.Stime))
}
