package netsim_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/cmd/gameserver/internal/netsim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pair connects a client with a server's end through a proxy, over the loopback interface.
func pair(t *testing.T) (p *netsim.Proxy, client, server net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	p, err = netsim.Listen(l.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { p.Close() })
	client, err = net.Dial("tcp", p.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	server, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return p, client, server
}

func TestBytesPassUnchangedBothWaysWithDelayAndJitter(t *testing.T) {
	p, client, server := pair(t)
	p.Delay(0, time.Millisecond)
	sent := make([]byte, 3<<20)
	for i := range sent {
		sent[i] = byte(rand.Uint32())
	}
	var echo sync.WaitGroup
	echo.Go(func() {
		_, err := io.Copy(server, server)
		require.NoError(t, err)
		require.NoError(t, server.(*net.TCPConn).CloseWrite())
	})
	echo.Go(func() {
		_, err := client.Write(sent)
		require.NoError(t, err)
		require.NoError(t, client.(*net.TCPConn).CloseWrite())
	})
	back, err := io.ReadAll(client)
	require.NoError(t, err)
	echo.Wait()
	require.Equal(t, sha256.Sum256(sent), sha256.Sum256(back))
}

// dialAndRead returns what stops a new connection through the proxy, be it at once or at the first byte.
func dialAndRead(p *netsim.Proxy) error {
	c, err := net.Dial("tcp", p.Addr().String())
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Read(make([]byte, 1))
	return err
}

func TestResetBreaksBothEnds(t *testing.T) {
	p, client, server := pair(t)
	require.Equal(t, 1, p.Reset())
	for _, end := range []net.Conn{client, server} {
		_, err := end.Read(make([]byte, 1))
		require.ErrorIs(t, err, syscall.ECONNRESET)
	}
}

func TestPeersResetIsPassedOn(t *testing.T) {
	_, client, server := pair(t)
	require.NoError(t, server.(*net.TCPConn).SetLinger(0))
	require.NoError(t, server.Close())
	_, err := client.Read(make([]byte, 1))
	require.ErrorIs(t, err, syscall.ECONNRESET)
}

func TestRefusingBreaksNewConnectionsOnly(t *testing.T) {
	p, client, server := pair(t)
	p.Refuse(true)
	require.ErrorIs(t, dialAndRead(p), syscall.ECONNRESET)

	_, err := client.Write([]byte("x"))
	require.NoError(t, err)
	_, err = io.ReadFull(server, make([]byte, 1))
	require.NoError(t, err)
}

func TestUnreachableServerBreaksTheConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	p, err := netsim.Listen(l.Addr().String())
	require.NoError(t, err)
	defer p.Close()
	require.ErrorIs(t, dialAndRead(p), syscall.ECONNRESET)
}

func TestCloseEndsConnectionsEvenWhileStalled(t *testing.T) {
	p, client, _ := pair(t)
	p.Stall()
	_, err := client.Write([]byte("held back"))
	require.NoError(t, err)
	require.NoError(t, p.Close())
	_, err = client.Read(make([]byte, 1))
	require.Error(t, err)
}

// wire is a listener for connections within the process, which a synctest bubble can see through.
type wire struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newWire() *wire { return &wire{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.conns:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}
func (w *wire) Close() error   { w.once.Do(func() { close(w.closed) }); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{} }

// crowded is a listener of a process that has too many files open, but for the last of the tries.
type crowded struct {
	*wire
	tries, left int
}

func (c *crowded) Accept() (net.Conn, error) {
	c.tries++
	if c.left--; c.left >= 0 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: syscall.EMFILE}
	}
	return c.wire.Accept()
}

func TestProxyWaitsBetweenConnectionsThatItCannotTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &crowded{wire: newWire(), left: 20}
		began := time.Now()
		p := netsim.New(l, func() (net.Conn, error) { return nil, net.ErrClosed })
		client, taken := net.Pipe()
		l.conns <- taken
		require.GreaterOrEqual(t, time.Since(began), 500*time.Millisecond, "20 times in vain without a pause is a loop at full speed")
		require.LessOrEqual(t, time.Since(began), 5*time.Second)
		require.NoError(t, p.Close())
		require.Equal(t, 22, l.tries, "the next connection is taken, and the end is seen")
		_ = client.Close()
	})
}

// inMemory connects a client with a server's end through a proxy, without a network.
func inMemory(t *testing.T) (p *netsim.Proxy, client, server net.Conn) {
	t.Helper()
	w := newWire()
	server, far := net.Pipe()
	p = netsim.New(w, func() (net.Conn, error) { return far, nil })
	t.Cleanup(func() { p.Close() })
	client, near := net.Pipe()
	w.conns <- near
	return p, client, server
}

func TestDelayIsLatencyPlusAPartOfJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, client, server := inMemory(t)
		p.Delay(50*time.Millisecond, 20*time.Millisecond)
		for range 100 {
			start := time.Now()
			_, err := client.Write([]byte("tick"))
			require.NoError(t, err)
			_, err = io.ReadFull(server, make([]byte, 4))
			require.NoError(t, err)
			took := time.Since(start)
			require.GreaterOrEqual(t, took, 50*time.Millisecond)
			require.Less(t, took, 70*time.Millisecond)
		}
	})
}

func TestJitterNeverReorders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, client, server := inMemory(t)
		p.Delay(10*time.Millisecond, time.Second)
		var sent []byte
		for i := range 50 {
			sent = append(sent, byte(i))
		}
		go func() {
			for i := range sent {
				_, _ = client.Write(sent[i : i+1])
			}
		}()
		got := make([]byte, len(sent))
		_, err := io.ReadFull(server, got)
		require.NoError(t, err)
		require.True(t, bytes.Equal(sent, got), "%v", got)
	})
}

func TestStallHoldsBytesUntilResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, client, server := inMemory(t)
		p.Stall()
		_, err := client.Write([]byte("held"))
		require.NoError(t, err)
		arrived := make(chan []byte)
		go func() {
			got := make([]byte, 4)
			_, _ = io.ReadFull(server, got)
			arrived <- got
		}()
		time.Sleep(time.Hour) // virtual
		synctest.Wait()
		select {
		case got := <-arrived:
			require.Fail(t, "it passed a stall", "%q", got)
		default:
		}
		p.Resume()
		require.Equal(t, "held", string(<-arrived))
	})
}

func TestSimulatedLossDelaysAndReachesTheProxysConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, client, server := inMemory(t)
		c, err := netsim.Parse("rtt=100ms,loss=20%")
		require.NoError(t, err)
		p.Set(c)
		late := 0
		for range 200 {
			start := time.Now()
			_, err := client.Write([]byte("tick"))
			require.NoError(t, err)
			_, err = io.ReadFull(server, make([]byte, 4))
			require.NoError(t, err)
			if took := time.Since(start); took != 50*time.Millisecond {
				require.Zero(t, (took-50*time.Millisecond)%(250*time.Millisecond), "a retransmission or several")
				late++
			}
		}
		require.InDelta(t, 40, late, 20)
	})
}

func TestBandwidthLimitsAndMakesTheSenderWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, client, server := inMemory(t)
		p.Set(netsim.Conditions{Bandwidth: 10_000})
		start := time.Now()
		var sent time.Duration
		go func() {
			for range 100 {
				_, _ = client.Write(make([]byte, 1000))
			}
			sent = time.Since(start)
		}()
		_, err := io.ReadFull(server, make([]byte, 100_000))
		require.NoError(t, err)
		require.InDelta(t, 10, time.Since(start).Seconds(), 0.01)
		synctest.Wait()
		require.InDelta(t, 9.65, sent.Seconds(), 0.1, "a quarter of a second is buffered, and one segment waits")
	})
}

func TestSeedRepeatsARun(t *testing.T) {
	run := func() (took []time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			w := newWire()
			server, far := net.Pipe()
			p := netsim.New(w, func() (net.Conn, error) { return far, nil })
			t.Cleanup(func() { p.Close() })
			p.Seed(11)
			p.Delay(10*time.Millisecond, time.Second)
			client, near := net.Pipe()
			w.conns <- near
			for range 20 {
				start := time.Now()
				_, err := client.Write([]byte("tick"))
				require.NoError(t, err)
				_, err = io.ReadFull(server, make([]byte, 4))
				require.NoError(t, err)
				took = append(took, time.Since(start))
			}
		})
		return took
	}
	require.Equal(t, run(), run())
}

func TestShutdownLetsArriveWhatIsOnTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, client, server := inMemory(t)
		p.Delay(500*time.Millisecond, 0)
		_, err := client.Write([]byte("last words"))
		require.NoError(t, err)
		require.NoError(t, client.Close())
		go func() { require.NoError(t, p.Shutdown(t.Context())) }()
		got, err := io.ReadAll(server)
		require.NoError(t, err)
		require.Equal(t, "last words", string(got))
		require.NoError(t, server.Close())
	})
}

func TestShutdownBreaksWhatIsLeftWhenItsTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, client, _ := inMemory(t)
		synctest.Wait() // it is connected
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		require.NoError(t, p.Shutdown(ctx))
		require.Equal(t, time.Minute, time.Since(start))
		_, err := client.Read(make([]byte, 1))
		require.Error(t, err)
	})
}

func TestResetsBreakConnectionsAfterAWhileOnAverage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		p := netsim.New(w, func() (net.Conn, error) {
			far, server := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, server) }()
			return far, nil
		})
		defer p.Close()
		p.Seed(3)
		p.Set(netsim.Conditions{Reset: time.Minute})
		start := time.Now()
		const connections = 200
		for range connections {
			client, near := net.Pipe()
			w.conns <- near
			for broken := false; !broken; {
				_, err := client.Write([]byte("tick"))
				broken = err != nil
				time.Sleep(100 * time.Millisecond) // virtual
			}
		}
		require.InDelta(t, 60, (time.Since(start) / connections).Seconds(), 10)
	})
}
