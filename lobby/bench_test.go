package lobby_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
	"ninepin/transport"
)

// arena is a state of usual size: ten players and four shots, all of which move.
type arena struct{ state arenaState }

type arenaState struct {
	Players map[string]*body `msgpack:"players"`
	Shots   []body           `msgpack:"shots"`
}

type body struct {
	X  float64 `msgpack:"x"`
	Y  float64 `msgpack:"y"`
	VX float64 `msgpack:"vx"`
	VY float64 `msgpack:"vy"`
	HP int     `msgpack:"hp"`
}

func newArena() *arena {
	return &arena{arenaState{Players: map[string]*body{}, Shots: make([]body, 4)}}
}

func (g *arena) Join(p *game.Player) error {
	g.state.Players[string(p.ID)] = &body{HP: 100, VX: 1.5, VY: -0.5}
	return nil
}
func (g *arena) Leave(p *game.Player) { delete(g.state.Players, string(p.ID)) }
func (g *arena) Update(*game.Tick[probeInput]) error {
	for _, p := range g.state.Players {
		p.X, p.Y = p.X+0.25, p.Y+0.125
	}
	for i := range g.state.Shots {
		g.state.Shots[i].X += 3.5
	}
	return nil
}
func (g *arena) State() *arenaState { return &g.state }

// wire is a client on loopback that reads everything and looks at nothing, after it has joined.
type wire struct {
	conn  net.Conn
	bytes atomic.Int64
	done  chan struct{}
}

// dialWire connects and sends the messages.
func dialWire(b *testing.B, addr string, op byte, messages ...string) *wire {
	b.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(b, err)
	_, err = fmt.Fprintf(conn, "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"+
		"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	require.NoError(b, err)
	in := bufio.NewReader(conn)
	_, err = http.ReadResponse(in, nil)
	require.NoError(b, err)
	for _, m := range messages {
		frame := binary.BigEndian.AppendUint16([]byte{0x80 | op, 0x80 | 126}, uint16(len(m)))
		_, err = conn.Write(append(append(frame, 0, 0, 0, 0), m...))
		require.NoError(b, err)
	}
	w := &wire{conn: conn, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		buf := make([]byte, 64<<10)
		for {
			n, err := in.Read(buf)
			w.bytes.Add(int64(n))
			if err != nil {
				return
			}
		}
	}()
	return w
}

// benchmarkTick measures a tick of a room with ten recipients on loopback: the step, its encoding and ten writes. The
// clients, in the same process, are not part of the time but compete for processors.
func benchmarkTick(b *testing.B, compact, json int) {
	k := game.Define("arena", newArena)
	k.OnInput, k.MaxPlayers = true, 10
	o := &lobby.Options{}
	o.Transport.PingInterval = time.Hour
	srv := lobbytest.NewServer(b, o, k)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	web := &http.Server{Handler: srv}
	var wg sync.WaitGroup
	wg.Go(func() { _ = web.Serve(listener) })
	quick := `{"game":"arena"}`
	var wires []*wire
	for range compact {
		// [0, 0] and [2, 0, nil, ["room:quick", {"game": "arena"}]]
		wires = append(wires, dialWire(b, listener.Addr().String(), 2, "\x92\x00\x00",
			"\x94\x02\x00\xc0\x92\xaaroom:quick\x81\xa4game\xa5arena"))
	}
	for range json {
		wires = append(wires, dialWire(b, listener.Addr().String(), 1, "40", `42["room:quick",`+quick+`]`))
	}
	require.Eventually(b, func() bool {
		in := 0
		for _, s := range srv.Sockets() {
			if s.Room() != "" {
				in++
			}
		}
		return in == compact+json
	}, 5*time.Second, time.Millisecond)
	room := srv.Room(srv.Sockets()[0].Room())
	require.Equal(b, compact+json, room.Info().People)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := room.Tick(); err != nil {
			b.Fatal(err)
		}
		if i%16 == 15 { // let the clients read, or frames will be dropped
			b.StopTimer()
			time.Sleep(time.Millisecond)
			b.StartTimer()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(compact+json), "ns/delivery")
	b.StopTimer()
	time.Sleep(100 * time.Millisecond) // what is on its way
	var received int64
	for _, w := range wires {
		w.conn.Close()
		<-w.done
		received += w.bytes.Load()
	}
	b.ReportMetric(float64(received)/float64(b.N)/float64(compact+json), "wire-B/delivery")
	b.ReportMetric(float64(room.FrameSize()), "frame-B")
	_ = web.Close()
	wg.Wait()
}

func BenchmarkTickTo10Compact(b *testing.B) { benchmarkTick(b, 10, 0) }
func BenchmarkTickTo10JSON(b *testing.B)    { benchmarkTick(b, 0, 10) }
func BenchmarkTickTo10Mixed(b *testing.B)   { benchmarkTick(b, 5, 5) }

// BenchmarkInput measures an input's way from the packet to the match's queue, over an in-memory connection.
func BenchmarkInput(b *testing.B) {
	k := game.Define("arena", newArena)
	srv := lobbytest.NewServer(b, &lobby.Options{RateLimit: -1}, k)
	c := lobbytest.NewClient(b, srv, lobbytest.JSON)
	require.Empty(b, c.Call("room:quick", map[string]any{"game": "arena"}).Code(b))
	seq := 0
	b.ReportAllocs()
	for b.Loop() {
		seq++
		c.Text(fmt.Sprintf(`42["input",%d,{"n":1,"f":0.5}]`, seq))
	}
}

// BenchmarkInputPacket is that way without the connection: from the decoded packet to the queue, of which every step
// takes one. Target: 0 allocations.
func BenchmarkInputPacket(b *testing.B) {
	k := game.Define("arena", newArena)
	srv := lobbytest.NewServer(b, &lobby.Options{RateLimit: 1 << 30}, k)
	c := lobbytest.NewClient(b, srv, lobbytest.Compact)
	require.Empty(b, c.Call("room:quick", map[string]any{"game": "arena"}).Code(b))
	s := srv.Sockets()[0]
	data, err := transport.EncodeArgs("input", 1<<30, probeInput{N: 1, F: 0.5}, 1234, 120)
	require.NoError(b, err)
	p := &transport.Packet{Type: transport.Event, Namespace: "/", ID: transport.NoID, Data: data}
	seq := uint32(1)
	b.ReportAllocs()
	for b.Loop() {
		seq++
		binary.BigEndian.PutUint32(data[8:], seq)
		if err := s.Packet(p); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBroadcast measures srv.To(room).Emit to ten sockets whose connections are in memory.
func BenchmarkBroadcast(b *testing.B) {
	srv := lobbytest.NewServer(b, nil)
	for range 10 {
		lobbytest.NewClient(b, srv, lobbytest.Compact)
	}
	srv.JoinAll("room")
	text := strings.Repeat("x", 40)
	b.ReportAllocs()
	for b.Loop() {
		if err := srv.To("room").Volatile().Emit("chat", text); err != nil {
			b.Fatal(err)
		}
	}
}
