package game_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// parcel is an input with everything in it that is more than a number.
type parcel struct {
	N     int
	Text  string
	Bytes []byte
	List  []int
	Map   map[string]int
	One   *int
	Pair  [2]int
	Inner struct{ Texts []string }
}

// hoarder keeps every input that it gets.
type hoarder struct {
	state struct{ Kept int }
	kept  []parcel
}

func (g *hoarder) Join(*game.Player) error    { return nil }
func (g *hoarder) Leave(*game.Player)         {}
func (g *hoarder) State() *struct{ Kept int } { return &g.state }
func (g *hoarder) Update(t *game.Tick[parcel]) error {
	for _, in := range t.Inputs() {
		g.kept = append(g.kept, in)
	}
	g.state.Kept = len(g.kept)
	return nil
}

// anyParcel leaves out what it likes; a map is what a client sends.
func anyParcel(r *rand.Rand) (sent map[string]any, want parcel) {
	n := r.IntN(1000)
	all := map[string]any{
		"N": n, "Text": fmt.Sprint("text ", n), "Bytes": []byte{byte(n), 2}, "List": []int{n, 2, 3}, "Map": map[string]int{"k": n},
		"One": n, "Pair": []int{n, 2}, "Inner": map[string]any{"Texts": []string{fmt.Sprint(n)}},
	}
	whole := parcel{
		N: n, Text: fmt.Sprint("text ", n), Bytes: []byte{byte(n), 2}, List: []int{n, 2, 3}, Map: map[string]int{"k": n},
		One: &n, Pair: [2]int{n, 2},
	}
	whole.Inner.Texts = []string{fmt.Sprint(n)}
	sent = map[string]any{}
	for name, set := range map[string]func(){
		"N": func() { want.N = whole.N }, "Text": func() { want.Text = whole.Text }, "Bytes": func() { want.Bytes = whole.Bytes },
		"List": func() { want.List = whole.List }, "Map": func() { want.Map = whole.Map }, "One": func() { want.One = whole.One },
		"Pair": func() { want.Pair = whole.Pair }, "Inner": func() { want.Inner = whole.Inner },
	} {
		if r.IntN(2) == 0 {
			sent[name] = all[name]
			set()
		}
	}
	return sent, want
}

// TestInputsThatAGameKeepsStayAsTheyWere: their memory is used again, but not what a copy of them leads to.
func TestInputsThatAGameKeepsStayAsTheyWere(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	g := new(hoarder)
	m := game.Define("hoarder", func() *hoarder { return g }).NewMatch("m", 1, nil)
	f, err := m.Feed(join(t, m, "a").ID)
	require.NoError(t, err)
	var want []parcel
	seq := uint32(0)
	for range 300 {
		for range r.IntN(4) {
			if r.IntN(5) == 0 { // a bad one leaves nothing behind
				require.ErrorIs(t, f.Put(seq+1, encodeInput(t, map[string]any{"Text": "bad", "N": "bad"}), 0), game.ErrBadInput)
			}
			seq++
			sent, in := anyParcel(r)
			require.NoError(t, f.Put(seq, encodeInput(t, sent), 0))
			want = append(want, in)
		}
		for m.State().(*struct{ Kept int }).Kept < len(want) {
			step(t, m, 1)
		}
		require.Equal(t, want, g.kept)
	}
}

func TestFeedEndsWithThePlayersStay(t *testing.T) {
	m, _ := seated(t)
	f, err := m.Feed("a")
	require.NoError(t, err)
	raw := encodeInput(t, probeInput{N: 1})
	require.NoError(t, f.Put(1, raw, 0))
	m.Leave("a")
	require.ErrorIs(t, f.Put(2, raw, 0), game.ErrNoSeat)
	join(t, m, "a")
	require.ErrorIs(t, f.Put(3, raw, 0), game.ErrNoSeat, "this is another stay")
	again, err := m.Feed("a")
	require.NoError(t, err)
	require.NoError(t, again.Put(1, raw, 0))
	step(t, m, 1)
	require.Equal(t, 1, got(m)["a"])
}

func TestFeedGoesOnAfterAReturn(t *testing.T) {
	m, _ := seated(t)
	f, err := m.Feed("a")
	require.NoError(t, err)
	raw := encodeInput(t, probeInput{N: 1})
	require.NoError(t, f.Put(7, raw, 0))
	m.Away("a", true)
	m.Away("a", false)
	require.NoError(t, f.Put(1, raw, 0))
	step(t, m, 1)
	require.Equal(t, 1, got(m)["a"])
}

func TestNobodyFeedsWhoHasNoSeat(t *testing.T) {
	m, _ := seated(t)
	_, err := m.Feed("b")
	require.ErrorIs(t, err, game.ErrNoSeat)
}

func TestInputsAreTakenWithoutAllocating(t *testing.T) {
	g := new(hoarder)
	g.kept = make([]parcel, 0, 1000)
	m := game.Define("hoarder", func() *hoarder { return g }).NewMatch("m", 1, nil)
	f, err := m.Feed(join(t, m, "a").ID)
	require.NoError(t, err)
	raw := encodeInput(t, map[string]any{"N": 5, "Pair": []int{1, 2}})
	seq := uint32(0)
	tick := func() {
		seq++
		if f.Put(seq, raw, 0) != nil || m.Step() != nil {
			panic("refused")
		}
	}
	tick()
	require.Zero(t, testing.AllocsPerRun(500, tick))
	require.Len(t, g.kept, 502)
}
