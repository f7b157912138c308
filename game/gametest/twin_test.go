package gametest_test

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game/gametest"
)

type ball struct {
	X    float64 `msgpack:"x"`
	Left int     `json:"left"`
}

type push struct {
	DX float64 `msgpack:"dx"`
}

func roll(b ball, in push) ball { return ball{b.X + in.DX/3, b.Left - 1} }

// twin writes or compares the file of some steps, by a step of its own if one is given.
func twin(tb testing.TB, file string, step func(ball, push) ball) {
	gametest.Twin(tb, file, 500, step,
		func(rnd *rand.Rand) ball { return ball{rnd.Float64(), 7} },
		func(rnd *rand.Rand) push { return push{rnd.Float64() - 0.5} })
}

// written is the file that the flag makes Twin write.
func written(t *testing.T, step func(ball, push) ball) string {
	file := filepath.Join(t.TempDir(), "steps.json")
	require.NoError(t, flag.Set("gametest.write", "true"))
	defer func() { require.NoError(t, flag.Set("gametest.write", "false")) }()
	twin(t, file, step)
	return file
}

// The client's side of it: it reads the file and makes the same steps.
func TestTwinsFileSaysWhatStepsComeTo(t *testing.T) {
	var walks []struct {
		Body struct{ X, Left float64 }
		Legs []struct {
			Input struct{ DX float64 }
			Times int
			Body  struct{ X, Left float64 }
		}
	}
	text, err := os.ReadFile(written(t, roll))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &walks))
	steps, inputs := 0, map[float64]bool{}
	for _, walk := range walks {
		b := ball{walk.Body.X, int(walk.Body.Left)}
		for _, leg := range walk.Legs {
			require.Positive(t, leg.Times)
			inputs[leg.Input.DX] = true
			for range leg.Times {
				steps++
				b = roll(b, push{leg.Input.DX})
			}
			require.Equal(t, ball{leg.Body.X, int(leg.Body.Left)}, b, "to the last bit")
		}
	}
	require.Equal(t, 500, steps)
	require.Greater(t, len(walks), 1)
	require.Greater(t, len(inputs), 50)
}

func TestTwinAcceptsAFileThatIsCurrent(t *testing.T) {
	twin(t, written(t, roll), roll)
}

// faulted is a testing.TB that notes an error instead of failing.
type faulted struct {
	testing.TB
	text string
}

func (f *faulted) Helper()                        {}
func (f *faulted) Errorf(format string, _ ...any) { f.text = format }

func TestTwinFailsWhenTheStepHasChanged(t *testing.T) {
	file := written(t, roll)
	f := &faulted{TB: t}
	twin(f, file, func(b ball, in push) ball {
		b = roll(b, in)
		b.X *= 1 + 1e-15
		return b
	})
	require.Contains(t, f.text, "is not what the step gives")
}

func TestTwinFailsWithoutItsFile(t *testing.T) {
	f := &faulted{TB: t}
	twin(f, filepath.Join(t.TempDir(), "none.json"), roll)
	require.Contains(t, f.text, "-gametest.write")
}
