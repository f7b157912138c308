//go:build !linux

package bench

import (
	"errors"
	"os/exec"
)

// canPin tells whether pin works.
const canPin = false

func pin([]int) error { return errors.ErrUnsupported }

// resident returns the physical memory of this process in bytes, -1 if it is not known.
func resident() int64 { return -1 }

// dieTogether is not needed where the end of its input ends the child.
func dieTogether(*exec.Cmd) {}
