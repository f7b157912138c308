//go:build unix

package lobby_test

import (
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// mural is a game whose frames are some 2 kB each, 40 kB in twenty ticks, and which keeps nothing.
type mural struct {
	state struct {
		Cells [660]int `msgpack:"cells"`
	}
}

func (g *mural) Join(*game.Player) error { return nil }
func (g *mural) Leave(*game.Player)      {}
func (g *mural) State() *struct {
	Cells [660]int `msgpack:"cells"`
} {
	return &g.state
}

func (g *mural) Update(t *game.Tick[probeInput]) error {
	for i := range g.state.Cells {
		g.state.Cells[i] = 100000 + int(t.Number)%2*(40000+i) // +- 40,000: three bytes
	}
	return nil
}

// promptReader is a spectator who reads each frame at once.
type promptReader struct {
	conn  net.Conn
	rest  []byte // of a frame that is not whole yet
	state game.Decoder
}

// next reads until a state has come.
func (r *promptReader) next(b *testing.B) {
	b.Helper()
	buf := make([]byte, 64<<10)
	for {
		for payload, size := serverFrame(r.rest); size > 0; payload, size = serverFrame(r.rest) {
			r.rest = r.rest[size:]
			if len(payload) > 0 && payload[0] == 0xc1 {
				before := r.state.Tick()
				require.NoError(b, r.state.Apply(payload[1:]))
				require.True(b, before == 0 || r.state.Tick() == before+1, "a tick was left out")
				return
			}
		}
		require.NoError(b, r.conn.SetReadDeadline(time.Now().Add(10*time.Second)))
		n, err := r.conn.Read(buf)
		require.NoError(b, err)
		r.rest = append(r.rest, buf[:n]...)
	}
}

// BenchmarkSlowReaders is a room of 40 kB/s that a thousand spectators watch who read 16 kB/s each, and one who reads
// all. A second is twenty ticks, however long they take. It tells the heap for each slow reader, of both ends, what they
// get, the processor time of a tick for each, and how long after a tick's begin the other has its frame: alone and
// beside them, where up to a thousand are written to before it. It fails if the other misses a tick.
func BenchmarkSlowReaders(b *testing.B) {
	const readers, second = 1000, 20
	room, host := spectate(b, game.Define("mural", func() *mural { return &mural{} }), 1)
	addr := host.conns[0].RemoteAddr().String()
	others := &crowd{}
	defer others.close()
	others.watch(b, addr, room, 1)
	host.close()
	prompt := &promptReader{conn: others.conns[0]}
	require.Eventually(b, func() bool { return room.Info().Spectators == 1 }, 5*time.Second, time.Millisecond)
	slow := &crowd{dialer: net.Dialer{Control: narrow}}
	defer slow.close()
	var delays []time.Duration
	var spent time.Duration
	read := 0
	run := func(ticks int) {
		for range ticks {
			start, before := time.Now(), cpu()
			require.NoError(b, room.Tick())
			spent += cpu() - before
			prompt.next(b)
			delays = append(delays, time.Since(start))
			read += slow.sip(b, slowRate/second)
		}
	}
	report := func(name string, delays []time.Duration) {
		slices.Sort(delays)
		b.ReportMetric(float64(delays[len(delays)/2].Microseconds()), name+"-p50-us")
		b.ReportMetric(float64(delays[len(delays)*99/100].Microseconds()), name+"-p99-us")
	}
	run(10 * second)
	delays = nil
	run(25 * second)
	alone := delays
	before := heap()
	slow.watch(b, addr, room, readers)
	run(10 * second)
	delays, spent, read = nil, 0, 0
	seconds := 0
	for b.Loop() {
		run(second)
		seconds++
	}
	report("alone", alone) // after Loop, which forgets what was reported before it
	report("beside", delays)
	b.ReportMetric(float64(heap()-before)/readers, "B/reader")
	b.ReportMetric(float64(read)/float64(seconds)/readers, "read-B/s")
	b.ReportMetric(float64(spent.Nanoseconds())/float64(seconds*second*readers), "cpu-ns/tick/reader")
	b.ReportMetric(0, "ns/op") // a second is as many ticks
}
