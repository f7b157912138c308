package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/cmd/gameserver/internal/bench"
	"ninepin/game"
	"ninepin/lobby"
)

// TestMain is also the server's process: the tool starts its own program again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "bench" {
		if err := bench.Run(context.Background(), os.Args[2:], os.Stdin, os.Stdout, os.Stderr, serve); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// serve is a bench.Serve.
func serve(ctx context.Context, l net.Listener, kinds ...*game.Kind) error {
	s := lobby.New(&lobby.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Handle(kinds...)
	web := &http.Server{Handler: s}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(l) }()
	<-ctx.Done()
	limit, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := s.Shutdown(limit)
	_ = web.Close()
	<-failed
	return err
}

// startServer serves kinds in this process until the test ends.
func startServer(t *testing.T, kinds ...*game.Kind) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serve(ctx, l, kinds...) }()
	t.Cleanup(func() { stop(); require.NoError(t, <-done) })
	return "http://" + l.Addr().String()
}

// run runs the tool with -json.
func run(t *testing.T, args ...string) (bench.Report, error) {
	t.Helper()
	var out bytes.Buffer
	err := bench.Run(t.Context(), append(args, "-json"), strings.NewReader(""), &out, io.Discard, serve)
	var r bench.Report
	if out.Len() > 0 {
		require.NoError(t, json.Unmarshal(out.Bytes(), &r), out.String())
	}
	return r, err
}

// plausible holds what must be true of the figures of a server with rooms, however busy the machine is.
func plausible(t *testing.T, f *bench.Figures, connections int) {
	t.Helper()
	require.Zero(t, f.Errors, f.FirstError)
	require.Positive(t, f.Deliveries)
	due := (f.Seconds/0.05 + 10) * float64(connections) // those that were late to come, too
	require.LessOrEqual(t, float64(f.Deliveries), due)
	require.InDelta(t, float64(f.Deliveries)/f.Seconds, f.DeliveriesPS, 1)
	require.Greater(t, f.WireBytesPS, f.BytesPerTick*f.DeliveriesPS, "headers count")
	require.Positive(t, f.P50GapMS)
	require.LessOrEqual(t, f.P50GapMS, f.P99GapMS)
	require.LessOrEqual(t, f.P99GapMS, f.MaxGapMS)
	require.NotNil(t, f.CPUPerDelivery)
	require.Positive(t, *f.CPUPerDelivery)
	require.NotNil(t, f.CPUPercent)
	require.Positive(t, f.LoadStallMS)
}

func TestW1IsMeasuredBesideItsFloor(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "cpu.prof")
	r, err := run(t, "-scenario", "W1", "-rooms", "2", "-for", "1s", "-floor", "-cpuprofile", profile)
	require.NoError(t, err)
	require.Equal(t, "W1", r.Scenario)
	require.Equal(t, 2, r.Rooms)
	require.Equal(t, 20, r.Connections)
	plausible(t, &r.Figures, 20)
	require.Positive(t, r.InputsPS)
	require.Greater(t, r.BytesPerTick, 30.0)
	require.NotNil(t, r.Floor)
	plausible(t, r.Floor, 20)
	require.Equal(t, 64.0, r.Floor.BytesPerTick)
	require.Positive(t, r.Floor.InputsPS)
	require.NotNil(t, r.CPURatio)
	info, err := os.Stat(profile)
	require.NoError(t, err)
	require.Positive(t, info.Size())
}

func TestW2IsMeasured(t *testing.T) {
	r, err := run(t, "-scenario", "W2", "-conns", "12", "-for", "1s", "-floor")
	require.NoError(t, err)
	require.Equal(t, 12, r.Connections)
	plausible(t, &r.Figures, 12)
	plausible(t, r.Floor, 12)
	require.InDelta(t, 200, r.BytesPerTick, 12)
	require.Equal(t, 200.0, r.Floor.BytesPerTick)
	require.Zero(t, r.InputsPS)
}

func TestW0IsMeasured(t *testing.T) {
	r, err := run(t, "-scenario", "W0", "-conns", "30", "-for", "500ms", "-floor")
	require.NoError(t, err)
	require.Equal(t, 30, r.Connections)
	require.Zero(t, r.Rooms)
	require.Zero(t, r.Deliveries)
	require.Zero(t, r.Errors, r.FirstError)
	require.Nil(t, r.CPUPerDelivery, "of nothing")
	require.NotNil(t, r.CPUPercent)
	require.NotNil(t, r.Floor)
}

func TestMissedLimitIsAnErrorBehindTheReport(t *testing.T) {
	r, err := run(t, "-rooms", "1", "-for", "300ms", "-limit", "errors=0,deliveries_per_s>=1e9")
	require.ErrorContains(t, err, "limit missed: deliveries_per_s is")
	require.Len(t, r.Missed, 1)
	require.Positive(t, r.Deliveries)
}

func TestServerAtAURLIsMeasured(t *testing.T) {
	r, err := run(t, "-url", startServer(t, bench.Kinds()...), "-rooms", "1", "-for", "500ms")
	require.NoError(t, err)
	require.Equal(t, 10, r.Connections)
	require.Positive(t, r.Deliveries)
	require.Zero(t, r.Errors, r.FirstError)
	require.Nil(t, r.CPUPerDelivery, "not ours to know")
}

func TestServerWithoutTheKindsIsExplained(t *testing.T) {
	other := game.Define("other", func() *bench.Wall { return new(bench.Wall) })
	_, err := run(t, "-url", startServer(t, other), "-rooms", "1", "-for", "300ms")
	require.ErrorContains(t, err, "connection 1 of 10")
	require.ErrorContains(t, err, "gameserver bench serve")
}

func TestNoServerIsAnError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, err = run(t, "-url", l.Addr().String(), "-rooms", "1", "-for", "300ms")
	require.ErrorContains(t, err, "refused")
}

func TestServerThatGoesAwayIsCounted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- serve(ctx, l, bench.Kinds()...) }()
	var out bytes.Buffer
	err = bench.Run(t.Context(), []string{"-url", l.Addr().String(), "-rooms", "1", "-for", "2s", "-json"}, nil, &out,
		writer(func([]byte) { stop() }), serve) // with the first line of progress the server goes
	require.NoError(t, <-done)
	if err != nil {
		require.ErrorContains(t, err, "connection", "it went while we came")
		return
	}
	var r bench.Report
	require.NoError(t, json.Unmarshal(out.Bytes(), &r))
	require.EqualValues(t, 20, r.Errors, "ten are told, ten are lost")
	require.Contains(t, r.FirstError, "the server sent server:stopping")
}

// writer calls a function with what is written.
type writer func([]byte)

func (w writer) Write(b []byte) (int, error) { w(b); return len(b), nil }

func TestCancelledRunEndsItsServers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	began := time.Now()
	err := bench.Run(ctx, []string{"-rooms", "1", "-for", "5m", "-floor"}, nil, &out, writer(func([]byte) { cancel() }), serve)
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, time.Since(began), time.Minute)
	require.Empty(t, out.String())
}

func TestEngineForAllSystems(t *testing.T) {
	deliveries, inputs, errs, err := bench.PlayPortably(t.Context(), startServer(t, bench.Kinds()...), 500*time.Millisecond)
	require.NoError(t, err)
	require.Positive(t, deliveries)
	require.Positive(t, inputs)
	require.Zero(t, errs)
}
