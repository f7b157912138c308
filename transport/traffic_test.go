package transport_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

func TestTrafficCountsMessagesOfBothCarriers(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		before := h.Traffic()
		require.NoError(t, h.last(t).conn.Send(event(t, "abc"), transport.Reliable))
		p.post(`42["x"]`)
		require.Equal(t, int64(1), h.Traffic().PacketsOut-before.PacketsOut)
		require.Equal(t, int64(1), h.Traffic().PacketsIn-before.PacketsIn)
		require.Equal(t, int64(len(`2["x"]`)), h.Traffic().BytesIn-before.BytesIn)
		p.get()
		w := p.upgraded()
		between := h.Traffic()
		require.Equal(t, before.PacketsIn+1, between.PacketsIn, "the upgrade is no traffic of the application's")
		w.send(`42["x"]`)
		require.NoError(t, h.last(t).conn.Send(event(t, "abc"), transport.Reliable))
		synctest.Wait()
		require.Equal(t, transport.Traffic{
			PacketsIn: 1, BytesIn: int64(len(`2["x"]`)), PacketsOut: 1, BytesOut: int64(2 + len(`42["abc"]`)),
		}, transport.Traffic{
			PacketsIn: h.Traffic().PacketsIn - between.PacketsIn, BytesIn: h.Traffic().BytesIn - between.BytesIn,
			PacketsOut: h.Traffic().PacketsOut - between.PacketsOut, BytesOut: h.Traffic().BytesOut - between.BytesOut,
		})
	})
}

func TestPollingEndsWithTheUpgrade(t *testing.T) {
	virtual(t, nil, nil, func(t *testing.T, h *host) {
		p := h.pollsJoined(t)
		h.joined(t)
		require.Equal(t, 1, h.PollingConns())
		p.upgraded()
		require.Zero(t, h.PollingConns())
		require.Equal(t, 2, h.Conns())
	})
}
