package typescript_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ninepin/game"
	"ninepin/game/typescript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// World has one field of each sort.
//
// Its second paragraph has a */ in it.
type World struct {
	Tiles   map[string]*Tile `msgpack:"tiles"` // by name
	Shots   []*Tile          `msgpack:"shots" sync:"key=ID"`
	Seats   [2]*Tile         `json:"seats"`
	Owner   *Tile            `msgpack:"owner"`
	Mask    []byte           `msgpack:"mask"`
	Hash    [4]byte
	Big     uint64        `msgpack:"big" sync:"str"`
	Bigs    map[int]int64 `msgpack:"bigs" sync:"str"`
	Names   []string      `json:"names,omitempty"`
	Scores  map[int][]float32
	Weather any       `sync:"raw"`
	Since   time.Time `sync:"raw"`
	Wind    struct{ X, Y float64 }
	Odd     bool `msgpack:"a-b"`
	// Deep has its comment before it,
	// on two lines.
	Deep []map[string]int
	Slot Slot[Tile]
	ID   game.PlayerID

	Secret int `msgpack:"secret" sync:"-"`
	Nobody int `msgpack:"-"`
	hidden int
}

type (
	// Tile is declared in a group.
	Tile struct {
		ID int
		Pos
		Key int64 `sync:"str"`
	}

	// Pos is embedded.
	Pos struct {
		X, Y float64 // units
	}
)

// Slot is generic.
type Slot[T any] struct {
	Taken bool
	By    Pos
}

// Move is what a player does.
type Move struct {
	Tile Tile `msgpack:"tile"` // its key is a number here
	To   *Pos `msgpack:"to"`
	Hold bool `msgpack:"hold,omitempty"`
	Path []Pos
	Mine int `sync:"-"` // not taken
}

// Happenings are the events.
type Happenings struct {
	Hit   Tile                   `msgpack:"hit"` // one argument
	Over  func()                 `msgpack:"over"`
	Score func(string, ...int64) `msgpack:"new score"`
	Boom  struct{ At Pos }
}

// Hand is a view.
type Hand struct{ Cards []int }

type table struct{}

func (table) Join(*game.Player) error       { return nil }
func (table) Leave(*game.Player)            {}
func (table) Update(*game.Tick[Move]) error { return nil }
func (table) State() *World                 { return &World{hidden: 1} }

func source() typescript.Source {
	kind := game.Define("table", func() table { return table{} })
	return typescript.Source{Kind: kind, Events: Happenings{}, Views: []any{&Hand{}}}
}

func TestEachSortOfTypeHasItsTypeScript(t *testing.T) {
	typescript.Check(t, "testdata/table.gen.ts", source())
}

func TestTheSameTypesGiveTheSameBytes(t *testing.T) {
	a, err := typescript.Generate(source())
	require.NoError(t, err)
	b, err := typescript.Generate(source())
	require.NoError(t, err)
	require.Equal(t, string(a), string(b))
}

// recorder is a test whose failures are looked at.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Name() string          { return "TestX" }
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestCheckFailsForAFileThatIsNotCurrent(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "types.ts")
	r := &recorder{TB: t}
	typescript.Check(r, file, source())
	require.True(t, r.failed, "there is no file")

	current, err := typescript.Generate(source())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, current, 0o600))
	r = &recorder{TB: t}
	typescript.Check(r, file, source())
	require.False(t, r.failed)

	require.NoError(t, os.WriteFile(file, append(current, '\n'), 0o600))
	typescript.Check(r, file, source())
	require.True(t, r.failed)
}

func TestWhatCannotBeDescribedIsRefused(t *testing.T) {
	kind := source().Kind
	for text, s := range map[string]typescript.Source{
		"Source.Kind is nil":        {},
		"Source.Events is a int":    {Kind: kind, Events: 1},
		"Source.Views has a <nil>":  {Kind: kind, Views: []any{nil}},
		"Source.Views has a string": {Kind: kind, Views: []any{"hand"}},
	} {
		_, err := typescript.Generate(s)
		require.ErrorContains(t, err, text)
	}
}

// TestTheCompilerTakesIt runs tsc on what is generated, with a use of each type in testdata/use.ts.
func TestTheCompilerTakesIt(t *testing.T) {
	tsc := compiler(t)
	out, err := exec.Command(tsc, "-p", "testdata").CombinedOutput()
	require.NoError(t, err, string(out))
}

// compiler returns tsc, if `make deps` has installed it.
func compiler(t *testing.T) string {
	tsc, err := filepath.Abs("../../.ci/interop/node_modules/.bin/tsc")
	require.NoError(t, err)
	if _, err := os.Stat(tsc); err != nil && os.Getenv("CI") == "" {
		t.Skip("no TypeScript compiler; run make deps")
	}
	return tsc
}
