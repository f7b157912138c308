package game_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

func TestJoinGivesTheLowestFreeSeat(t *testing.T) {
	m := probeKind(nil).NewMatch("m", 1, nil)
	require.Equal(t, 0, join(t, m, "a").Seat)
	require.Equal(t, 1, join(t, m, "b").Seat)
	require.Equal(t, 2, join(t, m, "c").Seat)
	m.Leave("b")
	require.Equal(t, 1, join(t, m, "d").Seat)
	require.Equal(t, []string{"a", "d", "c"}, names(m.Players()))
}

func TestJoinRefusesASecondSeatAndAFullMatch(t *testing.T) {
	kind := probeKind(nil)
	kind.MaxPlayers = 2
	m := kind.NewMatch("m", 1, nil)
	join(t, m, "a")
	require.ErrorIs(t, m.Join(&game.Player{ID: "a"}), game.ErrSeated)
	require.ErrorContains(t, m.Join(&game.Player{}), "ID")
	join(t, m, "b")
	require.ErrorIs(t, m.Join(&game.Player{ID: "c"}), game.ErrFull)
}

func TestGameMayRefuseAPlayer(t *testing.T) {
	no := errors.New("bring your own ball")
	out := new(tape)
	m := probeKind(func(g *probe) {
		g.join = func(p *game.Player) error {
			if p.Name == "b" {
				return no
			}
			return nil
		}
	}).NewMatch("m", 1, out)
	join(t, m, "a")
	require.Equal(t, no, m.Join(&game.Player{ID: "b", Name: "b"}))
	require.Equal(t, []string{"a"}, names(m.Players()))
	require.ErrorIs(t, m.Input("b", 1, encodeInput(t, probeInput{})), game.ErrNoSeat)
	step(t, m, 1)
}

func TestLeaveIsToldToTheGameOnce(t *testing.T) {
	var left []game.PlayerID
	m := probeKind(func(g *probe) { g.leave = func(p *game.Player) { left = append(left, p.ID) } }).NewMatch("m", 1, nil)
	join(t, m, "a")
	m.Leave("a")
	m.Leave("a")
	m.Leave("nobody")
	require.Equal(t, []game.PlayerID{"a"}, left)
}

func TestGameSeesItsOwnCopyOfThePlayer(t *testing.T) {
	var seen *game.Player
	m := probeKind(func(g *probe) { g.join = func(p *game.Player) error { seen = p; return nil } }).NewMatch("m", 1, nil)
	p := &game.Player{ID: "a", Name: "Ada", Bot: true, Away: true, Seat: 5}
	require.NoError(t, m.Join(p))
	require.NotSame(t, p, seen)
	require.Equal(t, game.Player{ID: "a", Name: "Ada"}, *seen)
	require.Equal(t, *seen, *p)
}

func TestAwayShowsInTheRosterAndToTheGame(t *testing.T) {
	var seen *game.Player
	out := new(tape)
	m := probeKind(func(g *probe) { g.join = func(p *game.Player) error { seen = p; return nil } }).NewMatch("m", 1, out)
	join(t, m, "a")
	m.Away("a", true)
	require.True(t, seen.Away)
	require.True(t, m.Players()[0].Away)
	m.Away("a", false)
	require.False(t, seen.Away)
	require.Len(t, out.rosters, 3)
	require.True(t, out.rosters[1][0].Away, "a roster is not changed later")
}

func botKind(bots, seats int) *game.Kind {
	kind := probeKind(func(g *probe) {
		g.bot = func(p *game.Player, _ *rand.Rand) probeInput { return probeInput{N: 1} }
	})
	kind.Bots, kind.MaxPlayers = bots, seats
	return kind
}

func TestBotsFillTheSeatsThatPeopleLeaveFree(t *testing.T) {
	out := new(tape)
	m := botKind(3, 4).NewMatch("m", 1, out)
	require.Equal(t, []string{"bot-1", "bot-2", "bot-3"}, names(m.Players()))
	require.Equal(t, "Maple", m.Players()[0].Name)

	require.Equal(t, 0, join(t, m, "a").Seat)
	require.Equal(t, []string{"a", "bot-2", "bot-3"}, names(out.rosters[0]))
	join(t, m, "b")
	join(t, m, "c")
	require.Equal(t, []string{"a", "b", "c"}, names(m.Players()))
	join(t, m, "d")
	require.ErrorIs(t, m.Join(&game.Player{ID: "e"}), game.ErrFull)

	m.Leave("b")
	require.Equal(t, []string{"a", "c", "d"}, names(m.Players()))
	m.Leave("a")
	require.Equal(t, []string{"bot-1", "c", "d"}, names(m.Players()))
	require.Equal(t, names(m.Players()), names(out.rosters[len(out.rosters)-1]))
}

func TestBotComesBackWhenTheGameRefusesThePerson(t *testing.T) {
	kind := probeKind(func(g *probe) {
		g.join = func(p *game.Player) error {
			if !p.Bot {
				return errors.New("no")
			}
			return nil
		}
	})
	kind.Bots, kind.MaxPlayers = 2, 2
	m := kind.NewMatch("m", 1, nil)
	require.Error(t, m.Join(&game.Player{ID: "a"}))
	require.Equal(t, []string{"bot-1", "bot-2"}, names(m.Players()))
}

func TestBotsPlayAtEachStepInSeatOrder(t *testing.T) {
	m := botKind(3, 4).NewMatch("m", 1, nil)
	join(t, m, "a")
	send(t, m, "a", 1, 5)
	step(t, m, 2)
	require.Equal(t, []string{"a", "bot-2", "bot-3", "bot-2", "bot-3"}, m.State().(*probeState).Order)
	require.Equal(t, map[string]int{"a": 5, "bot-2": 2, "bot-3": 2}, got(m))
}

func TestBotsCannotBeSteeredOrDismissed(t *testing.T) {
	m := botKind(1, 2).NewMatch("m", 1, nil)
	require.ErrorIs(t, m.Input("bot-1", 1, encodeInput(t, probeInput{})), game.ErrNoSeat)
	m.Leave("bot-1")
	m.Away("bot-1", true)
	require.Equal(t, []game.Player{{ID: "bot-1", Name: "Maple", Bot: true}}, m.Players())
}

func TestManyBotsHaveDifferentIDs(t *testing.T) {
	m := botKind(64, 64).NewMatch("m", 1, nil)
	seen := map[game.PlayerID]bool{}
	for i, p := range m.Players() {
		require.Equal(t, game.PlayerID(fmt.Sprint("bot-", i+1)), p.ID)
		seen[p.ID] = true
	}
	require.Len(t, seen, 64)
}
