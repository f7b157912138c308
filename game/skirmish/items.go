package skirmish

import (
	"math"
	"slices"
)

// takeItems gives each pick-up to the nearest living player that touches it and has a use for it.
func (g *Game) takeItems(t *tick) {
	g.s.Items = slices.DeleteFunc(g.s.Items, func(item *Item) bool {
		p := g.taker(item)
		if p == nil {
			return false
		}
		switch item.Kind {
		case ItemHeal:
			p.HP = MaxHP
		case ItemTriple:
			p.Triple = g.s.Now + TripleTicks
		case ItemShield:
			p.Shield = ShieldHits
		}
		t.Emit("pickup", Pickup{Who: p.ID, Pad: item.ID, Kind: item.Kind})
		return true
	})
}

// taker finds who gets a pick-up, or nil.
func (g *Game) taker(item *Item) *Player {
	var taker *Player
	nearest := PlayerRadius + ItemRadius
	for _, p := range g.s.Players {
		if p.HP == 0 || item.Kind == ItemHeal && p.HP == MaxHP {
			continue
		}
		if d := math.Hypot(p.X-Pads[item.ID].X, p.Y-Pads[item.ID].Y); d < nearest {
			taker, nearest = p, d
		}
	}
	return taker
}

// placeItem lets a pick-up appear on a free pad when it is time.
func (g *Game) placeItem(t *tick) {
	s := &g.s
	if s.Phase != PhasePlay || s.Now < s.NextItem {
		return
	}
	s.NextItem = s.Now + ItemEvery + t.Rand.IntN(ItemSpread+1)
	if len(s.Items) >= MaxItems {
		return
	}
	var free []int
	for pad := range Pads {
		if !slices.ContainsFunc(s.Items, func(i *Item) bool { return i.ID == pad }) {
			free = append(free, pad)
		}
	}
	s.Items = append(s.Items, &Item{ID: free[t.Rand.IntN(len(free))], Kind: t.Rand.IntN(itemKinds)})
}
