package gametest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/vmihailenco/msgpack/v5"
)

var write = flag.Bool("gametest.write", false, "gametest.Twin writes its file instead of comparing it")

const (
	walkSteps = 150 // made from one start
	legSteps  = 10  // made with one input, at most
)

// Twin keeps a step that exists twice, in Go and in the client's language, one and the same. It makes some thousand
// random steps and fails the test unless the file says what they come to; with the flag -gametest.write it writes the
// file. The client's own test reads it, makes the same steps and compares: see the README. The path is relative to the
// test's package.
//
// start gives the body at the start of a walk, input what a player might give; both take chance from rnd alone. Let
// them be as wild as players are, to their limits, and round them to few digits to keep the file small. The file is
// JSON, with numbers exact to the last bit and fields named as they are sent:
//
//	[{"body": B, "legs": [{"input": I, "times": 7, "body": B}, …]}, …]
//
// A leg is a number of steps with the same input, and the body after the last of them.
func Twin[Body, Input any](tb testing.TB, file string, steps int, step func(Body, Input) Body,
	start func(rnd *rand.Rand) Body, input func(rnd *rand.Rand) Input) {
	tb.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString("[")
	for made := 0; made < steps; {
		body := start(rnd)
		fmt.Fprintf(&b, "{\"body\":%s,\"legs\":[\n", plainJSON(tb, body))
		for end := min(made+walkSteps, steps); made < end; {
			in, times := input(rnd), min(1+rnd.IntN(legSteps), end-made)
			for range times {
				body = step(body, in)
			}
			made += times
			fmt.Fprintf(&b, "{\"input\":%s,\"times\":%d,\"body\":%s},\n", plainJSON(tb, in), times, plainJSON(tb, body))
		}
		b.Truncate(b.Len() - len(",\n"))
		b.WriteString("\n]},\n")
	}
	b.Truncate(max(b.Len()-len(",\n"), 1))
	b.WriteString("]\n")
	same(tb, filepath.FromSlash(file), b.Bytes())
}

// same compares a file with what it is to be, or writes it.
func same(tb testing.TB, file string, want []byte) {
	tb.Helper()
	if *write {
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		if err == nil {
			err = os.WriteFile(file, want, 0o644)
		}
		if err != nil {
			tb.Fatalf("gametest: %v", err)
		}
		return
	}
	have, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(bytes.ReplaceAll(have, []byte("\r\n"), []byte("\n")), want) {
		tb.Errorf("gametest: %s is not what the step gives: run go test -run '^%s$' . -gametest.write", file, tb.Name())
	}
}

// plainJSON is a value as the client gets it.
func plainJSON(tb testing.TB, v any) []byte {
	tb.Helper()
	raw, err := encode(v)
	var plain any
	if err == nil {
		err = msgpack.Unmarshal(raw, &plain)
	}
	var text []byte
	if err == nil {
		text, err = json.Marshal(plain)
	}
	if err != nil {
		tb.Fatalf("gametest: a %T of the step: %v", v, err)
	}
	return text
}
