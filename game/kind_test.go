package game_test

import (
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// shape is a game that only has types.
type shape[State, Input any] struct{ state State }

func (g *shape[S, I]) Join(*game.Player) error    { return nil }
func (g *shape[S, I]) Leave(*game.Player)         {}
func (g *shape[S, I]) Update(*game.Tick[I]) error { return nil }
func (g *shape[S, I]) State() *S                  { return &g.state }
func newShape[S, I any]() *shape[S, I]            { return &shape[S, I]{} }
func defineState[S any]()                         { game.Define("x", newShape[S, int]) }
func defineInput[I any]()                         { game.Define("x", newShape[struct{}, I]) }
func defineStateOf[T any]()                       { defineState[struct{ Field T }]() }

type (
	cyclic   struct{ Next *cyclic }
	indirect struct{ Kids map[string][]*indirect }
	//lint:ignore U1000 it is there to be refused
	hidden struct{ secret int }
	outer  struct {
		Players map[string]*struct{ Pos complex128 }
	}
	twins struct {
		A int `msgpack:"a"`
		B int `json:"a"`
	}
	option struct {
		A int `msgpack:",as_array"`
	}
	synced struct {
		A func() `sync:"-"`
	}
	untold struct {
		A float64 `sync:"often"`
	}
)

func TestDefineInfersTypesFromTheConstructor(t *testing.T) {
	require.Equal(t, "dots", game.Define("dots", New).Name)
	require.Equal(t, "dots", game.Define("dots", func() *Dots { return New() }).Name)
}

func TestDefineRefusesTypesThatCannotBeSent(t *testing.T) {
	for name, c := range map[string]struct {
		define func()
		want   []string
	}{
		"chan":           {defineStateOf[chan int], []string{"State.Field: chan int", `tag it sync:"-"`}},
		"func":           {defineStateOf[func()], []string{"State.Field: func()"}},
		"interface":      {defineStateOf[any], []string{"State.Field: interface {}", "concrete type"}},
		"uintptr":        {defineStateOf[uintptr], []string{"State.Field: uintptr"}},
		"complex inside": {defineState[outer], []string{"outer.Players[].Pos: complex128", "two floats"}},
		"pointer cycle":  {defineState[cyclic], []string{"cyclic.Next", "contains itself", "index"}},
		"cycle by a map": {defineState[indirect], []string{"indirect.Kids[][]", "contains itself"}},
		"nothing to see": {defineStateOf[hidden], []string{"State.Field", "no exported fields"}},
		"time":           {defineStateOf[time.Time], []string{"State.Field: time.Time", "milliseconds"}},
		"map key":        {defineStateOf[map[float64]int], []string{"State.Field", "keys are strings or integers"}},
		"same name":      {defineState[twins], []string{"twins.A and twins.B", `"a"`}},
		"sync tag":       {defineState[untold], []string{"untold.A", `"often" is not known; use -, q=`}},
		"not a struct":   {defineState[[]int], []string{"State is []int", "struct"}},
		"input cycle":    {defineInput[cyclic], []string{"Input.Next", "contains itself"}},
		"input tag":      {defineInput[option], []string{"Input.A", "as_array"}},
		"input kept":     {defineInput[synced], []string{"Input.A: func()"}},
		"input names":    {defineInput[twins], []string{"Input.A and Input.B", `"a"`}},
		"input":          {defineInput[struct{ F iter.Seq[int] }], []string{"Input.F"}},
		"name":           {func() { game.Define("No spaces", New) }, []string{`"No spaces"`, "a-z"}},
		"long name":      {func() { game.Define(strings.Repeat("x", 33), New) }, []string{"1 to 32"}},
		"no constructor": {func() { game.Define[*Dots]("x", nil) }, []string{"newGame is nil"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := panicText(c.define)
			for _, want := range append(c.want, "game: Define(") {
				require.Contains(t, text, want)
			}
		})
	}
}

func panicText(f func()) (text string) {
	defer func() { text, _ = recover().(string) }()
	f()
	return ""
}

type base struct{ ID int }

func TestDefineAcceptsPlainTypes(t *testing.T) {
	type rich struct {
		base
		B    bool
		I    int64
		F    float32
		S    string
		P    *base
		L    []base
		A    [3]uint8
		Raw  []byte
		M    map[uint8]map[game.PlayerID][]string
		D    time.Duration
		Who  game.Player
		seed int
		Any  any `msgpack:"-"`
	}
	require.NotPanics(t, defineState[rich])
	require.NotPanics(t, defineInput[rich])
	require.NotPanics(t, defineState[struct{}])
	_ = rich{}.seed
}

func TestDefineGivesTheDocumentedDefaults(t *testing.T) {
	k := game.Define("dots", New)
	require.Equal(t, []any{"dots", 20, 1, 8, 0, false, 30 * time.Second}, []any{k.Title, k.TickRate, k.MinPlayers, k.MaxPlayers, k.Bots, k.OnInput, k.Grace})
	require.NoError(t, k.Check())
}

func TestNewMatchPanicsForFieldsThatAreWrong(t *testing.T) {
	for want, set := range map[string]func(k *game.Kind){
		`name ""`:    func(k *game.Kind) { k.Name = "" },
		"TickRate":   func(k *game.Kind) { k.TickRate = 129 },
		"MaxPlayers": func(k *game.Kind) { k.MaxPlayers = 65 },
		"MinPlayers": func(k *game.Kind) { k.MinPlayers = 9 },
		"Bots":       func(k *game.Kind) { k.Bots = -1 },
		"Grace":      func(k *game.Kind) { k.Grace = -1 },
	} {
		t.Run(want, func(t *testing.T) {
			k := probeKind(nil)
			set(k)
			require.ErrorContains(t, k.Check(), want)
			require.Equal(t, k.Check().Error(), panicText(func() { k.NewMatch("m", 1, nil) }))
		})
	}
}

func TestServersOwnFieldsOfAStateMayHaveAnyType(t *testing.T) {
	require.NotPanics(t, defineState[synced])
}

func TestCheckTellsThatStatesCannotBePredictedAtThisTickRate(t *testing.T) {
	type state struct {
		X  float64 `sync:"q=0.00001,rate=VX"`
		VX float64 `sync:"q=1"`
	}
	k := game.Define("x", newShape[state, int])
	k.TickRate = 1
	require.ErrorContains(t, k.Check(), `kind "x" with a TickRate of 1: state.X: float64 cannot be sent: its q is too small`)
}

func TestKindWithBotsNeedsABotter(t *testing.T) {
	k := game.Define("dots", New)
	k.Bots = 2
	require.ErrorContains(t, k.Check(), "has no method Bot(*game.Player, *rand.Rand) game_test.Move")
}

func TestKindNotMadeByDefineIsRefused(t *testing.T) {
	require.ErrorContains(t, (&game.Kind{Name: "x"}).Check(), "game.Define")
}
