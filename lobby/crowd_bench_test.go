package lobby_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lxzan/gws"
	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// wall is the game of W2: 44 numbers that all change in each tick make frames of some 200 bytes.
type wall struct{ state wallState }

type wallState struct {
	Cells [44]int `msgpack:"cells"`
}

func (g *wall) State() *wallState       { return &g.state }
func (g *wall) Join(*game.Player) error { return nil }
func (g *wall) Leave(*game.Player)      {}
func (g *wall) Update(t *game.Tick[probeInput]) error {
	for i := range g.state.Cells {
		g.state.Cells[i] = 100000 + int(t.Number)%2*(40000+i) // +- 40,000: three bytes
	}
	return nil
}

// crowd is so many connections of which nobody reads while the server is measured: what was sent is read afterwards.
type crowd struct {
	conns  []*net.TCPConn
	dialer net.Dialer
}

// drain reads until nothing more is there, and returns the bytes.
func (c *crowd) drain(b *testing.B) (n int) {
	b.Helper()
	buf := make([]byte, 64<<10)
	for _, conn := range c.conns {
		raw, err := conn.SyscallConn()
		require.NoError(b, err)
		_ = raw.Read(func(fd uintptr) bool {
			for {
				m, err := syscall.Read(int(fd), buf)
				if n += max(m, 0); m <= 0 || err != nil {
					return true
				}
			}
		})
	}
	return n
}

func (c *crowd) close() {
	for _, conn := range c.conns {
		_ = conn.Close()
	}
}

// dial opens a connection to path and sends the compact messages.
func (c *crowd) dial(b *testing.B, addr, path string, messages ...string) {
	b.Helper()
	conn, err := c.dialer.Dial("tcp", addr)
	require.NoError(b, err)
	hello := "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	_, err = conn.Write([]byte(hello))
	require.NoError(b, err)
	_, err = conn.Read(make([]byte, 4096)) // the answer, or its beginning: drain takes the rest
	require.NoError(b, err)
	for _, m := range messages {
		_, err = conn.Write(append([]byte{0x82, 0x80 | byte(len(m)), 0, 0, 0, 0}, m...))
		require.NoError(b, err)
	}
	c.conns = append(c.conns, conn.(*net.TCPConn))
}

// watch opens n connections that watch a room.
func (c *crowd) watch(b *testing.B, addr string, room *lobby.Room, n int) {
	b.Helper()
	all := room.Info().Spectators + n
	for range n {
		c.dial(b, addr, "/socket.io/?EIO=4&transport=websocket", "\x92\x00\x00",
			"\x94\x02\x00\xc0\x92\xa9room:join\x82\xa4room\xa5"+room.ID()+"\xa2as\xa9spectator")
	}
	require.Eventually(b, func() bool { return room.Info().Spectators == all }, 20*time.Second, 10*time.Millisecond)
}

// sip has each connection read n bytes, fewer if there are no more.
func (c *crowd) sip(b *testing.B, n int) (sum int) {
	b.Helper()
	buf := make([]byte, n)
	for _, conn := range c.conns {
		raw, err := conn.SyscallConn()
		require.NoError(b, err)
		_ = raw.Read(func(fd uintptr) bool {
			m, _ := syscall.Read(int(fd), buf)
			sum += max(m, 0)
			return true
		})
	}
	return sum
}

// serveTCP serves h on loopback until the benchmark ends.
func serveTCP(b *testing.B, h http.Handler) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	web := &http.Server{Handler: h}
	var served sync.WaitGroup
	served.Go(func() { _ = web.Serve(l) })
	b.Cleanup(func() {
		_ = web.Shutdown(context.Background())
		served.Wait()
	})
	return l.Addr().String()
}

// spectate makes a room of a kind, which must be OnInput, that n spectators watch.
func spectate(b *testing.B, k *game.Kind, n int) (*lobby.Room, *crowd) {
	b.Helper()
	k.OnInput, k.MinPlayers = true, 0
	o := &lobby.Options{}
	o.Transport.PingInterval = time.Hour
	srv := lobbytest.NewServer(b, o, k)
	host := lobbytest.NewClient(b, srv, lobbytest.Compact)
	require.Empty(b, host.Call("room:create", map[string]any{"game": k.Name}).Code(b))
	room := srv.Room(srv.Sockets()[0].Room())
	addr := serveTCP(b, srv)
	c := &crowd{}
	b.Cleanup(c.close)
	c.watch(b, addr, room, n)
	require.Empty(b, host.Call("room:leave").Code(b))
	time.Sleep(300 * time.Millisecond) // room:update
	c.drain(b)
	return room, c
}

// floor is a plain gws server with n connections.
func floor(b *testing.B, n int) ([]*gws.Conn, *crowd) {
	b.Helper()
	var mu sync.Mutex
	var conns []*gws.Conn
	var open atomic.Int64
	up := gws.NewUpgrader(&gws.BuiltinEventHandler{}, &gws.ServerOption{ReadBufferSize: 512})
	var loops sync.WaitGroup
	addr := serveTCP(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := up.Upgrade(w, r)
		if err != nil {
			return
		}
		mu.Lock()
		conns = append(conns, c)
		mu.Unlock()
		open.Add(1)
		loops.Go(c.ReadLoop)
	}))
	c := &crowd{}
	for range n {
		c.dial(b, addr, "/")
	}
	require.Eventually(b, func() bool { return open.Load() == int64(n) }, 20*time.Second, 10*time.Millisecond)
	b.Cleanup(loops.Wait)
	b.Cleanup(c.close)
	return conns, c
}

// cpu returns the process' processor time.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCrowd is W2: one room, 1,000 spectators, frames of some 200 bytes, against plain gws that writes the same
// bytes to as many connections, in turns. Clients read between the measurements. Target: ratio 0.85.
func BenchmarkCrowd(b *testing.B) {
	const spectators, turn = 1000, 16
	room, ours := spectate(b, game.Define("wall", func() *wall { return &wall{} }), spectators)
	for range 8 { // keyframes, and all that is learnt of the first changes
		require.NoError(b, room.Tick())
	}
	ours.drain(b)
	for range 2 { // up and down differ in size
		require.NoError(b, room.Tick())
	}
	frame := ours.drain(b) / spectators / 2
	conns, theirs := floor(b, spectators)
	payload := make([]byte, frame-4) // with its head, the same
	var spent, floor time.Duration
	ticks, received := 0, 0
	for b.Loop() {
		start := cpu()
		for range turn {
			require.NoError(b, room.Tick())
		}
		spent += cpu() - start
		received += ours.drain(b)
		start = cpu()
		for range turn {
			for _, c := range conns {
				_ = c.WriteMessage(gws.OpcodeBinary, payload)
			}
		}
		floor += cpu() - start
		theirs.drain(b)
		ticks += turn
	}
	require.Equal(b, ticks*spectators*frame, received, "no frame was dropped")
	deliveries := float64(ticks * spectators)
	b.ReportMetric(float64(frame), "frame-B")
	b.ReportMetric(float64(spent.Nanoseconds())/deliveries, "cpu-ns/delivery")
	b.ReportMetric(float64(floor.Nanoseconds())/deliveries, "floor-ns/delivery")
	b.ReportMetric(float64(spent)/float64(floor), "ratio")
	ours.close()
	theirs.close()
}

// BenchmarkStuck is a room with ten recipients, one of which reads nothing: what each delivery allocates. Target: 0.2.
func BenchmarkStuck(b *testing.B) {
	k := game.Define("arena", newArena)
	room, c := spectate(b, k, 10)
	stuck := &crowd{conns: c.conns[:1]}
	c.conns = c.conns[1:]
	for range 20000 { // until its kernel is full
		require.NoError(b, room.Tick())
		c.drain(b)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := room.Tick(); err != nil {
			b.Fatal(err)
		}
		if i%16 == 15 {
			b.StopTimer()
			c.drain(b)
			b.StartTimer()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10, "ns/delivery")
	c.close()
	stuck.close()
}
