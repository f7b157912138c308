package game_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// alarm asks for a step after ten seconds and counts those that come of it.
type alarm struct{ state struct{ Rang int } }

func (a *alarm) Join(*game.Player) error    { return nil }
func (a *alarm) Leave(*game.Player)         {}
func (a *alarm) State() *struct{ Rang int } { return &a.state }
func (a *alarm) Update(t *game.Tick[int]) error {
	switch {
	case t.Woken:
		a.state.Rang++
	case t.Number == 1:
		t.Wake(10 * time.Second)
	}
	return nil
}

func TestWakeIsKeptUntilEnoughPeopleAreBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := game.Define("alarm", func() *alarm { return &alarm{} })
		k.OnInput, k.MinPlayers = true, 2
		m := k.NewMatch("m", 1, nil)
		require.NoError(t, m.Join(&game.Player{ID: "ada"}))
		require.NoError(t, m.Join(&game.Player{ID: "bob"}))
		go m.Run(t.Context())
		synctest.Wait()
		m.Leave("bob")
		time.Sleep(20 * time.Second)
		require.NoError(t, m.Join(&game.Player{ID: "cleo"}))
		time.Sleep(time.Second)
		require.Equal(t, 1, m.State().(*struct{ Rang int }).Rang)
	})
}

// turnstile is a context that counts how often it is asked whether it has ended: by Run, each time that something has
// woken it.
type turnstile struct {
	context.Context
	asked atomic.Int64
}

func (c *turnstile) Err() error {
	c.asked.Add(1)
	return c.Context.Err()
}

// TestIdleMatchHoldsNoTimer has a day go by, in which any timer would have woken the match.
func TestIdleMatchHoldsNoTimer(t *testing.T) {
	for name, empty := range map[string]func(m *game.Match){
		"nobody has come":        func(*game.Match) {},
		"the player has left":    func(m *game.Match) { m.Leave("ada") },
		"the player is away":     func(m *game.Match) { m.Away("ada", true) },
		"the spectator has gone": func(m *game.Match) { m.Leave("ada"); m.Watch(1); m.Watch(0) },
	} {
		for _, turnBased := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				k := game.Define("alarm", func() *alarm { return &alarm{} })
				k.OnInput = turnBased // with a deadline that passes meanwhile
				m := k.NewMatch("m", 1, nil)
				ctx := &turnstile{Context: t.Context()}
				go m.Run(ctx)
				synctest.Wait()
				if name != "nobody has come" {
					require.NoError(t, m.Join(&game.Player{ID: "ada"}))
					time.Sleep(time.Second)
					require.NotZero(t, m.Stats().Ticks)
				}
				empty(m)
				synctest.Wait()
				asked, ticks := ctx.asked.Load(), m.Stats().Ticks
				require.NotZero(t, asked)
				time.Sleep(24 * time.Hour)
				synctest.Wait()
				require.Equal(t, asked, ctx.asked.Load(), "%s: it has been woken", name)
				require.Equal(t, ticks, m.Stats().Ticks, name)
			})
		}
	}
}
