package lobbytest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/lobby"
)

// NewServer makes a server of these games that ends with the test, which fails if that takes more than ten seconds. o may
// be nil; without a Logger nothing is logged.
func NewServer(t testing.TB, o *lobby.Options, kinds ...*game.Kind) *lobby.Server {
	t.Helper()
	var quiet lobby.Options
	if o != nil {
		quiet = *o
	}
	if quiet.Logger == nil {
		quiet.Logger = slog.New(slog.DiscardHandler)
	}
	srv := lobby.New(&quiet)
	srv.Handle(kinds...)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, srv.Shutdown(ctx))
	})
	return srv
}
