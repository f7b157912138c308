package transport_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// fill sends volatile messages until one is dropped, and returns the bytes that were sent.
func fill(t *testing.T, o *transport.Outbox) (sent int) {
	for msg := bytes.Repeat([]byte("v"), 1000); ; sent += len(msg) {
		if err := o.Send(msg, transport.Volatile); err != nil {
			require.ErrorIs(t, err, transport.ErrDropped)
			return sent
		}
		require.Less(t, sent, 16<<20)
	}
}

func TestOutboxOnTCPIsReadyWhileTheKernelTakesMore(t *testing.T) {
	o, far := tcpOutbox(t, 1<<20)
	require.True(t, o.Ready())
	sent := fill(t, o)
	require.False(t, o.Ready())
	readN(t, far, sent)
	o.Wait() // the flusher, if a message went out in part
	require.True(t, o.Ready())
}

func TestOutboxWithoutARawSocketIsReadyUntilItDrops(t *testing.T) {
	o, far := pipeOutbox(t, 1<<20)
	require.True(t, o.Ready())
	sent := fill(t, o)
	require.False(t, o.Ready())
	readN(t, far, sent)
	o.Wait()
	require.True(t, o.Ready())
}

func TestOutboxThatIsClosingIsNotReady(t *testing.T) {
	o, far := pipeOutbox(t, 1<<20)
	o.Shut(1000, "")
	require.False(t, o.Ready())
	readN(t, far, 4)
}
