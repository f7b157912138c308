package game_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// cards is a game with hidden hands: all see the table, and each player the own hand.
type cards struct {
	shape[table, int]
	hands map[game.PlayerID]*hand
	asked map[game.View]int
	view  func(v game.View) any // instead
	seen  []game.View           // instead, for all
}

type table struct {
	Turn int `msgpack:"turn"`
}

type hand struct {
	Cards []string `msgpack:"cards"`
}

func newCards() *cards { return &cards{hands: map[game.PlayerID]*hand{}, asked: map[game.View]int{}} }

func (c *cards) Join(p *game.Player) error {
	c.hands[p.ID] = &hand{[]string{"ace of " + string(p.ID)}}
	return nil
}
func (c *cards) Leave(p *game.Player) { delete(c.hands, p.ID) }
func (c *cards) Update(t *game.Tick[int]) error {
	c.state.Turn++
	for id, h := range c.hands {
		h.Cards = append(h.Cards, fmt.Sprint(t.Number, " of ", id))
	}
	return nil
}

func (c *cards) Views(p *game.Player) []game.View {
	switch {
	case c.seen != nil:
		return c.seen
	case p == nil:
		return []game.View{"table"}
	}
	return []game.View{"table", game.View("hand/" + p.ID)}
}

func (c *cards) View(v game.View) any {
	c.asked[v]++
	if c.view != nil {
		return c.view(v)
	}
	if id, ok := strings.CutPrefix(string(v), "hand/"); ok {
		return c.hands[game.PlayerID(id)]
	}
	return &c.state
}

// cardMatch runs g; see is called with each frame.
func cardMatch(g *cards, see func(f *game.Frame)) *game.Match {
	return game.Define("cards", func() *cards { return g }).NewMatch("m", 1, watch(see))
}

func TestPlayersSeeTheirOwnHandAndSpectatorsTheTable(t *testing.T) {
	ada, bob, eve := &follower{player: "ada"}, &follower{player: "bob"}, new(follower)
	plain := &plainClient{player: "ada"}
	g := newCards()
	m := cardMatch(g, func(f *game.Frame) {
		ada.take(f)
		bob.take(f)
		eve.take(f)
		plain.take(f)
	})
	join(t, m, "ada")
	join(t, m, "bob")
	for range 5 {
		step(t, m, 1)
		for _, c := range []*follower{ada, bob} {
			require.Equal(t, []string{"table", "hand/" + string(c.player)}, c.decoder.Views())
			require.Equal(t, tree(g.hands[c.player]), normal(c.decoder.State("hand/"+string(c.player))))
		}
		require.Equal(t, []string{"table"}, eve.decoder.Views())
		require.Equal(t, tree(g.state), normal(eve.decoder.State("table")))
		require.Equal(t, tree(map[string]any{"table": g.state, "hand/ada": g.hands["ada"]}), normal(plain.state))
	}
}

func TestEachViewIsAskedForOncePerTick(t *testing.T) {
	g := newCards()
	m := cardMatch(g, func(f *game.Frame) {
		for _, id := range []game.PlayerID{"a", "a", "b", "", ""} {
			p, _ := f.Next(game.Cursor{}, id)
			p.Wire()
			p.Full()
		}
	})
	join(t, m, "a")
	join(t, m, "b")
	step(t, m, 3)
	require.Equal(t, map[game.View]int{"table": 3, "hand/a": 3, "hand/b": 3}, g.asked)
}

func TestSpectatorWhoSitsDownBetweenTicksSeesTheHandFromTheNextOn(t *testing.T) {
	c := new(follower)
	m := cardMatch(newCards(), func(f *game.Frame) { c.take(f) })
	step(t, m, 2)
	join(t, m, "ada")
	late := &follower{player: "ada"}
	m.Show(func(f *game.Frame) { late.take(f) })
	require.Equal(t, []string{"table"}, late.decoder.Views())
	c.player = "ada"
	step(t, m, 1)
	require.Equal(t, []string{"table", "hand/ada"}, c.decoder.Views())
	require.Equal(t, map[string]any{"cards": []any{"ace of ada", "3 of ada"}}, normal(c.decoder.State("hand/ada")))
	m.Leave("ada")
	m.Show(func(f *game.Frame) {
		late := &follower{player: "ada"}
		late.take(f)
		require.Equal(t, []string{"table"}, late.decoder.Views(), "who has left has no hand")
	})
	step(t, m, 1)
	require.Equal(t, []string{"table"}, c.decoder.Views())
}

func TestViewThatCannotBeSentEndsTheMatch(t *testing.T) {
	const at = "game: match m at tick 2: "
	for name, c := range map[string]struct {
		bad  any
		want string
	}{
		"nil":         {nil, `view "table": statesync: the state of this view is a *game_test.table, not a <nil>`},
		"nil pointer": {(*table)(nil), `view "table": statesync: the state is a nil *game_test.table`},
		"other type":  {&hand{}, `view "table": statesync: the state of this view is a *game_test.table, not a *game_test.hand`},
		"value":       {table{}, `view "table": statesync: the state of this view is a *game_test.table, not a game_test.table`},
	} {
		t.Run(name, func(t *testing.T) {
			g, frames := newCards(), 0
			m := cardMatch(g, func(*game.Frame) { frames++ })
			step(t, m, 1)
			g.view = func(game.View) any { return c.bad }
			require.EqualError(t, m.Step(), at+c.want)
			require.Equal(t, 1, frames)
			m.Show(func(*game.Frame) { t.Error("a match that failed shows a frame") })
		})
	}
}

func TestFirstViewOfTheWrongTypeEndsTheMatch(t *testing.T) {
	for want, bad := range map[string]any{
		`view "table": statesync: a state is a pointer to a struct, not <nil>`: nil,
		`State.C: chan int cannot be sent`:                                     &struct{ C chan int }{},
		`a state is a struct; put it into one`:                                 new(int),
	} {
		g := newCards()
		g.view = func(game.View) any { return bad }
		require.ErrorContains(t, cardMatch(g, nil).Step(), want)
	}
}

func TestViewListedTwiceEndsTheMatch(t *testing.T) {
	g := newCards()
	g.seen = []game.View{"table", "a", "table"}
	require.EqualError(t, cardMatch(g, nil).Step(), `game: match m at tick 1: view "table" was named twice by Views for one player; name each once`)
}

func TestPanicInAViewEndsTheMatch(t *testing.T) {
	g := newCards()
	g.view = func(game.View) any { panic("peeking") }
	var p *game.PanicError
	require.ErrorAs(t, cardMatch(g, nil).Step(), &p)
	require.Equal(t, "peeking", p.Value)
}

// vault is a game of views full of secrets, each of them unique; who sees what changes from tick to tick.
type vault struct {
	shape[struct{}, int]
	rooms map[game.View]*secretRoom
	lists map[game.PlayerID][]game.View
}

type secretRoom struct {
	Words []string       `msgpack:"words"`
	Keys  map[string]int `msgpack:"keys"`
	Rows  []secretRow    `msgpack:"rows" sync:"key=ID"`
	Raw   any            `msgpack:"raw" sync:"raw"`
	Own   string         `msgpack:"-"`
}

type secretRow struct{ ID, Text string }

func (g *vault) Views(p *game.Player) []game.View {
	if p == nil {
		return g.lists[""]
	}
	return g.lists[p.ID]
}

func (g *vault) View(v game.View) any { return g.rooms[v] }

// words lists the secrets of a room that its view shows.
func (s *secretRoom) words() []string {
	list := append([]string{}, s.Words...)
	for k := range s.Keys {
		list = append(list, k)
	}
	for _, r := range s.Rows {
		list = append(list, r.ID, r.Text)
	}
	if s.Raw != nil {
		list = append(list, s.Raw.(string))
	}
	return list
}

// change changes a room at random; secret makes a new secret.
func (s *secretRoom) change(r *rand.Rand, secret func() string) {
	s.Own = secret()
	switch r.IntN(7) {
	case 0:
		s.Words = append(s.Words, secret())
	case 1:
		s.Words = s.Words[:r.IntN(len(s.Words)+1)]
	case 2:
		s.Keys[secret()] = r.IntN(9)
	case 3:
		clear(s.Keys)
	case 4:
		s.Rows = append(s.Rows, secretRow{secret(), secret()})
	case 5:
		s.Rows = s.Rows[:r.IntN(len(s.Rows)+1)]
	case 6:
		s.Raw = secret()
	}
}

// spyOn is a client that is checked for every secret that it receives.
type spyOn struct {
	follower
	plain plainClient
	knows map[string]bool // what it has rightly been sent
}

// FuzzViewsLeakNothing looks for every secret in all that is sent to those who see other views.
func FuzzViewsLeakNothing(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 2))
		views := []game.View{"", "a", "b", "c", "d"}
		g := &vault{rooms: map[game.View]*secretRoom{}, lists: map[game.PlayerID][]game.View{}}
		for _, v := range views {
			g.rooms[v] = &secretRoom{Keys: map[string]int{}}
		}
		var secrets []string
		secret := func() string {
			secrets = append(secrets, fmt.Sprintf("<%06d-%x>", len(secrets), r.Uint64()))
			return secrets[len(secrets)-1]
		}
		var spies []*spyOn
		look := func(f *game.Frame) {
			for _, s := range spies {
				if r.IntN(4) > 0 {
					s.look(t, f, g, secrets)
				}
			}
		}
		m := game.Define("vault", func() *vault { return g }).NewMatch("m", seed, watch(look))
		for _, id := range []game.PlayerID{"", "x", "y", "z"} {
			spies = append(spies, &spyOn{follower: follower{player: id}, plain: plainClient{player: id}, knows: map[string]bool{}})
			if id != "" {
				join(t, m, id)
			}
		}
		for range 60 {
			for _, s := range spies {
				if r.IntN(4) == 0 {
					r.Shuffle(len(views), func(i, j int) { views[i], views[j] = views[j], views[i] })
					g.lists[s.player] = append([]game.View{}, views[:r.IntN(len(views)+1)]...)
				}
			}
			for range r.IntN(4) {
				g.rooms[views[r.IntN(len(views))]].change(r, secret)
			}
			step(t, m, 1)
			m.Show(look)
		}
	})
}

// look takes a frame in all forms and checks them.
func (s *spyOn) look(t *testing.T, f *game.Frame, g *vault, secrets []string) {
	p, _ := f.Next(s.cursor, s.player)
	if p == nil {
		return
	}
	want := map[string]any{}
	for _, v := range g.lists[s.player] {
		for _, w := range g.rooms[v].words() {
			s.knows[w] = true
		}
		want[string(v)] = tree(g.rooms[v])
	}
	s.take(f)
	q, _ := f.Next(s.plain.cursor, s.player)
	s.plain.take(f)
	for _, raw := range []string{string(p.Wire()), string(p.Full()), string(q.Patch()), string(q.Full())} {
		for _, w := range secrets {
			if !s.knows[w] && strings.Contains(raw, w) {
				t.Fatalf("%q sees %v, but is sent %s at tick %d: %q", s.player, g.lists[s.player], w, f.Tick, raw)
			}
		}
	}
	have := map[string]any{}
	for _, v := range s.decoder.Views() {
		have[v] = normal(s.decoder.State(v))
	}
	empty(want)
	empty(have)
	require.Equal(t, want, have)
}

// empty makes lists and maps that are empty and those that are nil alike.
func empty(m map[string]any) {
	for k, v := range m {
		switch v := v.(type) {
		case map[string]any:
			if empty(v); k == "keys" && len(v) == 0 {
				delete(m, k)
			}
		case []any:
			if len(v) == 0 {
				delete(m, k)
			}
		}
	}
}
