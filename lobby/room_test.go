package lobby_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/lobby/lobbytest"
)

func TestCreatorIsSeatedAndGetsStateAfterTheAck(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		c := lobbytest.NewClient(t, srv, codec)
		j := enter(t, c, "room:create", map[string]any{"game": "probe", "name": " Ada "})
		require.Equal(t, "player", j.You.Role)
		require.Equal(t, "Ada", j.You.Name)
		require.Zero(t, j.You.Seat)
		require.NotEmpty(t, j.You.Token)
		require.Equal(t, 20, j.TickRate)
		require.Equal(t, 1, j.Room.People)
		require.Len(t, j.Room.ID, 5)
		e := c.Wait("state")
		var meta struct {
			Tick int
			Full bool
		}
		e.Bind(t, 1, &meta)
		require.True(t, meta.Full)
		require.Equal(t, map[string]any{"ticks": int64(meta.Tick), "sums": map[string]any{j.You.ID: int64(0)}}, e.Args[0])
	})
}
