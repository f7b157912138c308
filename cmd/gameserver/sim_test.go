package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startSimulated runs the whole program with -sim on a free loopback port until the test ends, and returns its address as
// host:port and what it printed.
func startSimulated(t *testing.T, spec string) (addr, printed string) {
	t.Helper()
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"-addr", "127.0.0.1:0", "-log", "error", "-sim", spec}, in, io.Discard)
		done <- err
		in.CloseWithError(io.EOF)
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
		require.NoError(t, out.Close())
	})
	text := make([]byte, 4096)
	n, err := out.Read(text) // the banner is one write
	require.NoError(t, err)
	printed = string(text[:n])
	found := regexp.MustCompile(`http://(\S+)`).FindStringSubmatch(printed)
	require.NotNil(t, found, printed)
	return found[1], printed
}

func TestSimulatedLinkDelaysEveryConnection(t *testing.T) {
	addr, _ := startSimulated(t, "rtt=80ms")
	start := time.Now()
	res, _ := get(t, "http://"+addr+"/healthz")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.GreaterOrEqual(t, time.Since(start), 80*time.Millisecond)
}

func TestBannerTellsThatTheLinkIsSimulatedAndHow(t *testing.T) {
	_, printed := startSimulated(t, "phone,stall=0%")
	require.Contains(t, printed, "The link to it is simulated: 150 ms round trip, up to 40 ms jitter each way, 1 % of the segments lost.\n")
	require.NotContains(t, banner(&net.TCPAddr{IP: net.IPv6zero, Port: 8080}, ""), "simulated")
}

func TestBadSimIsExplained(t *testing.T) {
	err := run(t.Context(), []string{"-sim", "rtt=150ms,jitter=40"}, io.Discard, io.Discard)
	require.EqualError(t, err, `-sim: jitter: "40" is no time in ms or s; write jitter=40ms`)
}
