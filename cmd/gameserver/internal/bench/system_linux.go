package bench

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"unsafe"
)

// canPin tells whether pin works.
const canPin = true

// pin lets all threads of this process, those to come included, run on these processors only.
func pin(cpus []int) error {
	var mask [(maxCPU + 1) / 64]uint64
	for _, c := range cpus {
		mask[c/64] |= 1 << (c % 64)
	}
	for range 2 { // a thread that was started meanwhile by one that was not pinned yet
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		for _, t := range threads {
			id, _ := strconv.Atoi(t.Name())
			_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, uintptr(id), unsafe.Sizeof(mask), uintptr(unsafe.Pointer(&mask)))
			if errno != 0 && errno != syscall.ESRCH {
				return errno
			}
		}
	}
	return nil
}

// resident returns the physical memory of this process in bytes, -1 if it is not known.
func resident() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return -1
	}
	_, rest, found := bytes.Cut(status, []byte("\nVmRSS:"))
	fields := bytes.Fields(rest)
	if !found || len(fields) == 0 {
		return -1
	}
	kb, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil {
		return -1
	}
	return kb << 10
}

// dieTogether lets the kernel end the child with us, even if it is stopped then.
func dieTogether(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
