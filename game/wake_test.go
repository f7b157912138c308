package game_test

import (
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
