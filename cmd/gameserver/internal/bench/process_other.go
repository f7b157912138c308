//go:build !unix

package bench

import (
	"errors"
	"os"
	"runtime/metrics"
	"time"
)

// canPause tells whether pauseProcess works.
const canPause = false

func pauseProcess(*os.Process, bool) error { return errors.ErrUnsupported }

// processTime returns the Go runtime's own estimate of this process's processor time, which knows nothing of the
// system's part.
func processTime() time.Duration {
	s := []metrics.Sample{{Name: "/cpu/classes/user:cpu-seconds"}}
	metrics.Read(s)
	return time.Duration(s[0].Value.Float64() * float64(time.Second))
}
