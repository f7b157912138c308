package lobby_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby/lobbytest"
)

// watchRaw connects a compact spectator that keeps nothing of what it reads, at rate bytes per second.
func watchRaw(t testing.TB, conn net.Conn, room string, rate int, bytes *atomic.Int64, readers *sync.WaitGroup) {
	t.Helper()
	_, err := fmt.Fprintf(conn, "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"+
		"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	require.NoError(t, err)
	in := bufio.NewReaderSize(conn, 512)
	_, err = http.ReadResponse(in, nil)
	require.NoError(t, err)
	slow := lobbytest.Throttle(conn, rate)
	readers.Go(func() {
		buf := make([]byte, 1024)
		for {
			n, err := slow.Read(buf)
			bytes.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	// [0, 0] and [2, 0, nil, ["room:join", {"room": room, "as": "spectator"}]]
	for _, m := range []string{"\x92\x00\x00", "\x94\x02\x00\xc0\x92\xa9room:join\x82\xa4room\xa5" + room + "\xa2as\xa9spectator"} {
		_, err = conn.Write(append([]byte{0x82, 0x80 | byte(len(m)), 0, 0, 0, 0}, m...))
		require.NoError(t, err)
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestThousandSlowReadersCostBoundedMemoryAndNobodyElseATick(t *testing.T) {
	const readers = 1000
	inBubble(t, func(t *testing.T) {
		srv, _, fast, room := busyRoom(t, 100)
		l := lobbytest.Listen()
		web := &http.Server{Handler: srv}
		var served sync.WaitGroup
		served.Go(func() { _ = web.Serve(l) })
		var read atomic.Int64
		var conns []io.Closer
		for range readers {
			c, err := l.Dial(context.Background())
			require.NoError(t, err)
			conns = append(conns, c)
			watchRaw(t, c, room, slowRate, &read, &served)
		}
		time.Sleep(100 * time.Millisecond)
		require.Equal(t, readers, srv.Room(room).Info().Spectators)
		before, bytes := heap(), read.Load()
		for range 10 {
			time.Sleep(time.Second)
			synctest.Wait()
			fast.look(t)
		}
		perReader := (heap() - before) / readers
		rate := (read.Load() - bytes) / 10 / readers
		t.Logf("%d B of heap more for each reader; each reads %d B/s; the fast one: %v", perReader, rate, fast)
		require.Zero(t, fast.gaps)
		require.GreaterOrEqual(t, fast.count, 200)
		require.Less(t, perReader, int64(32<<10))
		require.Greater(t, rate, int64(slowRate*9/10), "they get what they can read")
		for _, c := range conns {
			_ = c.Close()
		}
		_ = web.Close()
		served.Wait()
	})
}
