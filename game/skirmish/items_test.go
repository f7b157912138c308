package skirmish_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/gametest"
	"ninepin/game/skirmish"
)

// lay puts a pick-up under a player.
func lay(h *harness, who, kind int) {
	const pad = 5
	h.State().Players[who].X, h.State().Players[who].Y = skirmish.Pads[pad].X, skirmish.Pads[pad].Y
	h.State().Items = append(h.State().Items, &skirmish.Item{ID: pad, Kind: kind})
}

func TestHealGivesFullHealth(t *testing.T) {
	h, p := duel(t, 1)
	h.State().Players[0].HP = 1
	lay(h, 0, skirmish.ItemHeal)
	h.Step(1)
	require.Equal(t, skirmish.MaxHP, h.State().Players[0].HP)
	require.Empty(t, h.State().Items)
	require.Equal(t, []skirmish.Pickup{{Who: p[0].Seat, Pad: 5, Kind: skirmish.ItemHeal}}, args[skirmish.Pickup](h, "pickup"))
}

func TestTheHealthyLeaveAHealLying(t *testing.T) {
	h, _ := duel(t, 1)
	lay(h, 0, skirmish.ItemHeal)
	h.Step(1)
	require.Len(t, h.State().Items, 1)
}

func TestTheDeadTakeNothing(t *testing.T) {
	h, _ := duel(t, 1)
	h.State().Players[0].HP, h.State().Players[0].Back = 0, h.State().Now+100
	lay(h, 0, skirmish.ItemShield)
	h.Step(1)
	require.Len(t, h.State().Items, 1)
}

func TestTheNearestTakesAPickup(t *testing.T) {
	h, p := duel(t, 2)
	lay(h, 1, skirmish.ItemShield)
	h.State().Players[0].X = skirmish.Pads[5].X + 10
	h.Step(1)
	require.Equal(t, p[1].Seat, args[skirmish.Pickup](h, "pickup")[0].Who)
}

func TestTripleShootsThreeForAWhile(t *testing.T) {
	h, p := duel(t, 1)
	lay(h, 0, skirmish.ItemTriple)
	h.Step(1)
	steps(h, p[0], skirmish.Input{Fire: true}, 1)
	require.Equal(t, 3, h.State().LastShot)
	steps(h, p[0], skirmish.Input{}, skirmish.TripleTicks)
	before := h.State().LastShot
	steps(h, p[0], skirmish.Input{Fire: true}, 1)
	require.Equal(t, before+1, h.State().LastShot)
}

func TestAShieldTakesItsHitsBeforeHealthDoes(t *testing.T) {
	h, p := duel(t, 2)
	h.State().Players[1].Shield = skirmish.ShieldHits
	steps(h, p[0], skirmish.Input{Fire: true}, 2*skirmish.FireCooldown)
	steps(h, p[0], skirmish.Input{}, skirmish.FireCooldown)
	require.Zero(t, h.State().Players[1].Shield)
	require.Equal(t, skirmish.MaxHP, h.State().Players[1].HP)
	steps(h, p[0], skirmish.Input{Fire: true}, skirmish.FireCooldown)
	require.Equal(t, skirmish.MaxHP-1, h.State().Players[1].HP)
}

func TestPickupsOfAllKindsAppearOnFreePadsUpToALimit(t *testing.T) {
	kind := skirmish.Kind()
	kind.Bots = 0
	h := gametest.New[skirmish.State, skirmish.Input](t, kind)
	h.Join("Ada")
	seen := map[int]bool{}
	for range 100 {
		h.Step(skirmish.ItemEvery)
		var pads []int
		for _, item := range h.State().Items {
			seen[item.Kind] = true
			require.NotContains(t, pads, item.ID)
			pads = append(pads, item.ID)
		}
		require.LessOrEqual(t, len(pads), skirmish.MaxItems)
		if len(pads) == skirmish.MaxItems {
			h.State().Items = slices.Delete(h.State().Items, 0, 1)
		}
	}
	require.Len(t, seen, 3)
}
