package statesync

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/vmihailenco/msgpack/v5"
)

// Encoder holds the shadow of one view and writes what changed. It belongs to the goroutine of the match.
type Encoder struct {
	plan  *Plan
	root  *table
	adv   int64 // ticks since the last diff
	plain bool  // merge patches are wanted

	raw      *msgpack.Encoder // lazily, for raw columns
	rawBytes *bytes.Buffer
	faults   [faultKinds]fault
}

// NewEncoder returns an encoder whose shadow is empty, as a client knows it that has just been told of the view.
func NewEncoder(p *Plan) *Encoder {
	e := &Encoder{plan: p, root: newTable(p.root)}
	e.root.grow(1)
	e.root.live[0] = 1
	e.root.count = 1
	return e
}

// Plan returns the plan that the encoder was made for.
func (e *Encoder) Plan() *Plan { return e.plan }

// Plain says whether AppendPatch will be used after the next Diff.
func (e *Encoder) Plain(on bool) { e.plain = on }

// Diff compares the state, a pointer to the struct of the plan, with the shadow and brings the shadow up to it. adv is
// the number of ticks since the last Diff, by which predicted fields move. What a client is to be told of it is then
// written by AppendDelta, and kept until the next Diff.
func (e *Encoder) Diff(state any, adv int) error {
	v := reflect.ValueOf(state)
	if v.Kind() != reflect.Pointer || v.Type().Elem() != e.plan.typ {
		return fmt.Errorf("statesync: the state of this view is a *%v, not a %T", e.plan.typ, state)
	}
	if v.IsNil() {
		return fmt.Errorf("statesync: the state is a nil %T", state)
	}
	e.adv = int64(min(adv, maxAdvance))
	e.root.diff(e, refTo(v.Elem()))
	return nil
}

// Changed tells whether the last Diff found anything that clients must be told.
func (e *Encoder) Changed() bool { return e.root.changed }

// faultKind is a sort of data that cannot be sent as it is.
type faultKind int

const (
	notANumber faultKind = iota
	tooLarge
	nilElement
	sameKey
	notMarshalled
	faultKinds
)

var faultTexts = [faultKinds]string{
	notANumber:    "NaN was sent as 0",
	tooLarge:      "a number beyond what JavaScript holds exactly was clamped",
	nilElement:    "a nil element was sent as zeros, or left out of a slice with key=; remove it from the slice",
	sameKey:       "an element was left out because another one has the same key=",
	notMarshalled: "a raw value was sent as nil because it could not be marshalled",
}

// fault counts one sort and remembers where it came up first.
type fault struct {
	count uint64
	path  string
}

func (e *Encoder) report(k faultKind, path string) {
	f := &e.faults[k]
	if f.count++; f.count == 1 {
		f.path = path
	}
}

// Fault returns what in the states so far could not be sent as it was, with the field where it came up first and how
// often it did, or nil. The encoder goes on in any case; it is the game that has a bug.
func (e *Encoder) Fault() error {
	var list []string
	for k, f := range e.faults {
		if f.count != 0 {
			list = append(list, fmt.Sprintf("%s: %s (%d times)", f.path, faultTexts[k], f.count))
		}
	}
	if list == nil {
		return nil
	}
	return errors.New("statesync: " + strings.Join(list, "; "))
}

// clamp is for quantised floats that round does not take: none, or large, or too large.
func (e *Encoder) clamp(x float64, limit int64, info *columnInfo) int64 {
	if math.IsNaN(x) {
		e.report(notANumber, info.path)
		return 0
	}
	if x := math.RoundToEven(x); math.Abs(x) <= float64(limit) {
		return int64(x)
	}
	e.report(tooLarge, info.path)
	if x > 0 {
		return limit
	}
	return -limit
}

func (e *Encoder) clampInt(positive bool, info *columnInfo) int64 {
	e.report(tooLarge, info.path)
	if positive {
		return maxInt
	}
	return -maxInt
}
