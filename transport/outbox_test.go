package transport_test

import (
	"bytes"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// pipeOutbox is an outbox without a raw socket: its flusher writes everything.
func pipeOutbox(t *testing.T, maxBytes int) (*transport.Outbox, net.Conn) {
	near, far := net.Pipe()
	o := transport.NewOutbox(near, nil, maxBytes)
	t.Cleanup(func() {
		o.End(true)
		_ = far.Close()
		o.Wait()
	})
	return o, far
}

func readN(t *testing.T, c net.Conn, n int) string {
	b := make([]byte, n)
	_, err := io.ReadFull(c, b)
	require.NoError(t, err)
	return string(b)
}

func TestOutboxKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1000)
		for _, s := range []string{"one", "two", "three"} {
			require.NoError(t, o.Send([]byte(s), transport.Reliable))
		}
		require.Equal(t, "onetwothree", readN(t, far, 11))
	})
}

func TestOutboxDropsVolatileMessagesOnceTheSlackWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1<<20)
		require.NoError(t, o.Send(make([]byte, transport.PortableSlack-1), transport.Volatile))
		require.NoError(t, o.Send([]byte("a"), transport.Volatile))
		require.ErrorIs(t, o.Send([]byte("b"), transport.Volatile), transport.ErrDropped)
		require.NoError(t, o.Send([]byte("c"), transport.Reliable))
		readN(t, far, transport.PortableSlack-1)
		require.Equal(t, "ac", readN(t, far, 2))
		synctest.Wait()
		require.NoError(t, o.Send([]byte("d"), transport.Volatile))
		require.Equal(t, "d", readN(t, far, 1))
	})
}

func TestOutboxCutsOffAtTheMessageBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1<<20)
		for range transport.MaxQueued + 1 { // the one being written does not count
			require.NoError(t, o.Send([]byte("x"), transport.Reliable))
		}
		require.ErrorIs(t, o.Send([]byte("x"), transport.Reliable), transport.ErrTooMuch)
		require.ErrorIs(t, o.Send([]byte("x"), transport.Reliable), net.ErrClosed)
		_, err := far.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
	})
}

func TestOutboxCutsOffAtTheByteBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := pipeOutbox(t, 100)
		require.NoError(t, o.Send(make([]byte, 5000), transport.Reliable), "one of any size may be under way")
		require.NoError(t, o.Send(make([]byte, 100), transport.Reliable))
		require.ErrorIs(t, o.Send(make([]byte, 1), transport.Reliable), transport.ErrTooMuch)
	})
}

func TestOutboxCutsOffAPeerThatReadsNothingForTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1000)
		start := time.Now()
		require.NoError(t, o.Send([]byte("x"), transport.Reliable))
		o.Wait()
		require.Equal(t, transport.WriteTimeout, time.Since(start))
		_, err := far.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
	})
}

func TestOutboxWaitsForAPeerThatReadsEachChunkInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1000)
		require.NoError(t, o.Send(make([]byte, 5*transport.WriteChunk), transport.Reliable))
		for range 5 {
			time.Sleep(transport.WriteTimeout - time.Second)
			readN(t, far, transport.WriteChunk)
		}
		synctest.Wait()
		require.Zero(t, o.Waiting())
	})
}

func TestOutboxSendsTheCloseFrameBehindTheQueueAndOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1000)
		require.NoError(t, o.Send([]byte("a"), transport.Reliable))
		o.Shut(1001, "bye")
		o.Shut(1002, "again")
		n, err := o.Write([]byte{0x88, 2, 0x03, 0xe8}) // gws answers the peer's close frame
		require.NoError(t, err)
		require.Equal(t, 4, n)
		require.ErrorIs(t, o.Send([]byte("b"), transport.Reliable), net.ErrClosed)
		require.Equal(t, "a\x88\x05\x03\xe9bye", readN(t, far, 8))
		synctest.Wait()
		o.End(true)
		_, err = far.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
	})
}

func TestOutboxStripsTheTextOfGwsCloseFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1000)
		_, err := o.Write(append([]byte{0x88, 8, 0x03, 0xf1}, "secret"...))
		require.NoError(t, err)
		require.Equal(t, "\x88\x02\x03\xf1", readN(t, far, 4))
	})
}

func TestOutboxGivesThePeerFiveSecondsToAnswerACloseFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1000)
		o.Shut(1000, "")
		readN(t, far, 4)
		start := time.Now()
		_, err := o.Read(make([]byte, 1))
		require.Error(t, err)
		require.Equal(t, transport.CloseTimeout, time.Since(start))
	})
}

func TestOutboxDrainsAPeerThatBrokeTheProtocol(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1000)
		o.Shut(1009, "")
		ended := make(chan struct{})
		go func() { o.End(false); close(ended) }()
		_, err := far.Write(make([]byte, 100000)) // it had begun to send before it read anything
		require.NoError(t, err)
		require.Equal(t, "\x88\x02\x03\xf1", readN(t, far, 4))
		require.NoError(t, far.Close())
		<-ended
	})
}

func TestOutboxDoesNotDrainForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1000)
		o.Shut(1009, "")
		go func() { _, _ = io.Copy(io.Discard, far) }()
		start := time.Now()
		o.End(false)
		require.Equal(t, transport.CloseTimeout, time.Since(start))
	})
}

func TestOutboxCopiesWhatGwsWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, far := pipeOutbox(t, 1000)
		b := []byte("pong")
		_, err := o.Write(b)
		require.NoError(t, err)
		copy(b, "xxxx") // gws uses the buffer again
		require.Equal(t, "pong", readN(t, far, 4))
	})
}

func TestOutboxReplaysWhatWasReadAhead(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	o := transport.NewOutbox(near, []byte("abc"), 1000)
	defer o.End(true)
	go func() { _, _ = far.Write([]byte("d")) }()
	b := make([]byte, 2)
	var got []byte
	for len(got) < 4 {
		n, err := o.Read(b)
		require.NoError(t, err)
		got = append(got, b[:n]...)
	}
	require.Equal(t, "abcd", string(got))
}

// tcpOutbox is an outbox on a real socket, written without the flusher while the kernel takes it.
func tcpOutbox(t testing.TB, maxBytes int) (*transport.Outbox, *net.TCPConn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	far, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	near, err := l.Accept()
	require.NoError(t, err)
	o := transport.NewOutbox(near, nil, maxBytes)
	t.Cleanup(func() {
		_ = far.Close()
		o.End(true)
		o.Wait()
	})
	return o, far.(*net.TCPConn)
}

func TestOutboxOnTCPDropsVolatileMessagesWhileTheKernelIsFull(t *testing.T) {
	o, far := tcpOutbox(t, 1<<20)
	msg := bytes.Repeat([]byte("v"), 4096)
	sent := 0
	for {
		err := o.Send(msg, transport.Volatile)
		if err != nil {
			require.ErrorIs(t, err, transport.ErrDropped)
			break
		}
		sent += len(msg)
		require.Less(t, sent, 16<<20)
	}
	require.NoError(t, o.Send([]byte("r"), transport.Reliable))
	require.Equal(t, string(bytes.Repeat([]byte("v"), sent))+"r", readN(t, far, sent+1))
	o.Wait()
	require.NoError(t, o.Send([]byte("n"), transport.Volatile), "the backlog is gone")
	require.Equal(t, "n", readN(t, far, 1))
}

func TestOutboxOnTCPKeepsTheOrderOverAFullKernel(t *testing.T) {
	o, far := tcpOutbox(t, 64<<20)
	var want bytes.Buffer
	for i := range 200 {
		msg := bytes.Repeat([]byte{byte(i)}, 30000)
		want.Write(msg)
		require.NoError(t, o.Send(msg, transport.Reliable))
	}
	o.Shut(1000, "")
	want.WriteString("\x88\x02\x03\xe8")
	require.True(t, want.String() == readN(t, far, want.Len()))
	o.Wait()
}

func TestOutboxOnTCPCutsOffASlowPeer(t *testing.T) {
	o, _ := tcpOutbox(t, 64<<10)
	var err error
	for range 10000 {
		if err = o.Send(make([]byte, 8000), transport.Reliable); err != nil {
			break
		}
	}
	require.ErrorIs(t, err, transport.ErrTooMuch)
	o.Wait()
}

func TestOutboxOnTCPSendsItsHalfOfTheEnd(t *testing.T) {
	o, far := tcpOutbox(t, 1000)
	o.Shut(1002, "")
	ended := make(chan struct{})
	go func() { o.End(false); close(ended) }()
	b, err := io.ReadAll(far)
	require.NoError(t, err)
	require.Equal(t, "\x88\x02\x03\xea", string(b))
	require.NoError(t, far.Close())
	<-ended
}

func TestOutboxOnTCPSendsWithoutAllocating(t *testing.T) {
	o, far := tcpOutbox(t, 1000)
	go func() { _, _ = io.Copy(io.Discard, far) }()
	msg := []byte("0123456789")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if err := o.Send(msg, transport.Reliable); err != nil {
			panic(err)
		}
	}))
}
