package lobbytest

import (
	"net"
	"time"
)

// Throttle makes reading from c take its time, as over a slow link: bytes per second; 0 leaves it as fast as it is. Over
// a pipe, which buffers nothing, the writer is held up as long.
func Throttle(c net.Conn, rate int) net.Conn {
	if rate <= 0 {
		return c
	}
	return &throttled{Conn: c, rate: rate}
}

type throttled struct {
	net.Conn
	rate int
}

// Read takes a twentieth of a second's bytes at most.
func (c *throttled) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b[:min(len(b), max(1, c.rate/20))])
	time.Sleep(time.Duration(n) * time.Second / time.Duration(c.rate))
	return n, err
}
