package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/game"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// startServer runs the whole server, with these kinds or else its own games, on a free loopback port until the test ends and returns its address as host:port.
func startServer(t *testing.T, kinds ...*game.Kind) (addr string, stop func() error) {
	t.Helper()
	if len(kinds) == 0 {
		kinds = games()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- newServer(slog.New(slog.DiscardHandler), nil, kinds...).serve(ctx, listener) }()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-done
	}
	t.Cleanup(func() { require.NoError(t, stop()) })
	return listener.Addr().String(), stop
}

// get fetches a page with a client of its own, which leaves no idle connection behind.
func get(t *testing.T, url string) (*http.Response, []byte) {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := c.Get(url)
	require.NoError(t, err)
	defer res.Body.Close()
	var body bytes.Buffer
	_, err = body.ReadFrom(res.Body)
	require.NoError(t, err)
	return res, body.Bytes()
}

func TestTakenPortIsExplained(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	var out, errs bytes.Buffer
	err = run(t.Context(), []string{"-addr", listener.Addr().String()}, &out, &errs)
	require.ErrorContains(t, err, "is taken by another program")
	require.ErrorContains(t, err, "-addr")
	require.Empty(t, out.String(), "no address is printed that does not work")
}

func TestBadFlagsAreExplained(t *testing.T) {
	var out, errs bytes.Buffer
	require.Error(t, run(t.Context(), []string{"-log", "loud"}, &out, &errs))
	require.Contains(t, errs.String(), "-log")
	require.ErrorContains(t, run(t.Context(), []string{"serve"}, &out, &errs), `unexpected argument "serve"`)
	require.ErrorContains(t, run(t.Context(), []string{"-admin", "ann"}, &out, &errs), "htpasswd")
	require.ErrorContains(t, run(t.Context(), []string{"-admin", "ann:secret"}, &out, &errs), "bcrypt")
	require.ErrorContains(t, run(t.Context(), []string{"-addr", "nonsense"}, &out, &errs), "give -addr as host:port")
}

func TestHealthzCountsConnectionsAndRooms(t *testing.T) {
	addr, _ := startServer(t)
	res, body := get(t, "http://"+addr+"/healthz")
	require.Equal(t, http.StatusOK, res.StatusCode)
	var health struct {
		OK                 bool
		Connections, Rooms int
	}
	require.NoError(t, json.Unmarshal(body, &health))
	require.True(t, health.OK)
	require.Zero(t, health.Connections)
	require.Zero(t, health.Rooms)
}

func TestStopLeavesNothingBehind(t *testing.T) {
	addr, stop := startServer(t)
	require.NoError(t, stop())
	_, err := net.Dial("tcp", addr)
	require.Error(t, err, "the port is free again")
}

func TestBannerNamesWhereToPlay(t *testing.T) {
	require.Contains(t, banner(&net.TCPAddr{IP: net.IPv6zero, Port: 8080}, ""), "http://localhost:8080\n")
	require.Contains(t, banner(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9000}, ""), "http://127.0.0.1:9000\n")
}
