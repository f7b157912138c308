//go:build unix

package lobby_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// narrow makes a socket like one at the end of a slow link: its kernel takes little that the program has not read.
func narrow(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
}

// slowSpectator is a compact spectator on a real socket who reads so many bytes and no more.
type slowSpectator struct {
	conn  net.Conn
	in    *bufio.Reader
	rest  []byte // of a frame that is not whole yet
	state game.Decoder
	count int // states
	gaps  int // ticks left out
}

// watchSlowly connects one who has read the answer to the handshake.
func watchSlowly(t *testing.T, addr, room string) *slowSpectator {
	t.Helper()
	dialer := net.Dialer{Control: narrow}
	conn, err := dialer.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"+
		"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	require.NoError(t, err)
	s := &slowSpectator{conn: conn, in: bufio.NewReaderSize(conn, 16)}
	_, err = http.ReadResponse(s.in, nil)
	require.NoError(t, err)
	for _, m := range []string{"\x92\x00\x00", "\x94\x02\x00\xc0\x92\xa9room:join\x82\xa4room\xa5" + room + "\xa2as\xa9spectator"} {
		_, err = conn.Write(append([]byte{0x82, 0x80 | byte(len(m)), 0, 0, 0, 0}, m...))
		require.NoError(t, err)
	}
	return s
}

// read reads n bytes, fewer if there are no more, and applies the states in them.
func (s *slowSpectator) read(t *testing.T, n int) {
	t.Helper()
	require.NoError(t, s.conn.SetReadDeadline(time.Now().Add(200*time.Millisecond)))
	b := make([]byte, n)
	n, err := io.ReadFull(s.in, b)
	if err != nil {
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	}
	s.rest = append(s.rest, b[:n]...)
	for {
		payload, size := serverFrame(s.rest)
		if size == 0 {
			return
		}
		if s.rest = s.rest[size:]; len(payload) == 0 || payload[0] != 0xc1 {
			continue
		}
		before := s.state.Tick()
		require.NoError(t, s.state.Apply(payload[1:]))
		require.Greater(t, s.state.Tick(), before)
		if s.count++; before > 0 {
			s.gaps += int(s.state.Tick() - before - 1)
		}
	}
}

// serverFrame cuts a WebSocket frame of up to 64 KiB off; size is 0 if it is not whole.
func serverFrame(b []byte) (payload []byte, size int) {
	if len(b) < 4 {
		return nil, 0
	}
	head, n := 2, int(b[1])
	if n == 126 {
		head, n = 4, int(b[2])<<8|int(b[3])
	}
	if len(b) < head+n {
		return nil, 0
	}
	return b[head : head+n], head + n
}

// TestSlowReaderOnTCPSeesNothingOlderThanASecond counts time in ticks: 16 kB in twenty of them are what the reader takes,
// however fast the machine is, and the room has 40.
func TestSlowReaderOnTCPSeesNothingOlderThanASecond(t *testing.T) {
	const rate, ticks = 20, 30 * 20
	k, _ := busyKind(100)
	k.OnInput = true
	srv := lobbytest.NewServer(t, &lobby.Options{RateLimit: -1}, k)
	host := lobbytest.NewClient(t, srv, lobbytest.Compact)
	j := enter(t, host, "room:create", map[string]any{"game": "busy"})
	room := srv.Room(j.Room.ID)
	web := httptest.NewServer(srv)
	t.Cleanup(web.Close)
	s := watchSlowly(t, web.Listener.Addr().String(), j.Room.ID)
	require.Eventually(t, func() bool { return room.Info().Spectators == 1 }, 5*time.Second, time.Millisecond)
	worst, sum := uint64(0), uint64(0)
	for tick := uint64(1); tick <= ticks; tick++ {
		require.NoError(t, room.Tick())
		s.read(t, slowRate/rate)
		if s.state.Tick() > 0 {
			worst = max(worst, tick-s.state.Tick())
			sum += tick - s.state.Tick()
		}
	}
	t.Logf("at worst %d ticks old, %.1f in the mean; %d states, %d left out", worst, float64(sum)/ticks, s.count, s.gaps)
	require.NotZero(t, s.gaps, "it is too slow for every tick")
	require.LessOrEqual(t, worst, uint64(rate))
}
