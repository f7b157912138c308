package statesync

import (
	"reflect"
	"sync"
	"time"
)

// Plan is the compiled layout of one state type. It is immutable; any number of encoders and goroutines share it.
type Plan struct {
	typ    reflect.Type // of the struct
	root   *tablePlan
	schema []byte
	hash   uint32
}

// Type returns the struct type of the states that this plan encodes.
func (p *Plan) Type() reflect.Type { return p.typ }

// Schema returns what a decoder has to know of the type, as one MessagePack value. It must not be changed.
func (p *Plan) Schema() []byte { return p.schema }

// Hash tells schemas apart. Types of the same layout have the same.
func (p *Plan) Hash() uint32 { return p.hash }

// Plans compiles each type once. It is safe for concurrent use.
type Plans struct {
	step time.Duration

	mu     sync.Mutex
	byType map[reflect.Type]*Plan // guarded by mu
}

// NewPlans returns an empty set of plans for matches with the given time between two ticks; see [Compile].
func NewPlans(step time.Duration) *Plans {
	return &Plans{step: step, byType: map[reflect.Type]*Plan{}}
}

// Of returns the plan of a struct type, or of a pointer to one.
func (s *Plans) Of(t reflect.Type) (*Plan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.byType[t]; ok {
		return p, nil
	}
	p, err := Compile(t, s.step)
	if err == nil {
		s.byType[t] = p
	}
	return p, err
}

// tableKind is how a collection finds its rows. All but single are numbered as on the wire.
type tableKind int8

const (
	single   tableKind = iota - 1 // the root
	optional                      // pointer to one row
	mapping                       // rows by key
	list                          // rows by index
	keyed                         // slice, rows by the value of a field
)

// tablePlan is the layout of a collection of rows: the root is one with a single row.
type tablePlan struct {
	kind   tableKind
	typ    reflect.Type // of the collection
	path   string       // for people: State.Players
	row    *rowPlan
	ptr    bool    // elements are pointers to rows
	length int     // of an array; -1 for slices
	text   bool    // keys are strings
	key    *column // keyed: the field that is the key
	keyAs  string  // keyed: its name on the wire
}

// rowPlan is the layout of one row.
type rowPlan struct {
	typ    reflect.Type
	cols   []column // predicted ones last
	runs   []run    // of columns of the same kind
	info   []columnInfo
	rate0  int  // the first predicted column
	rates  bool // here or in a nested table
	scalar bool // the row is one value without a name
	texts  int  // columns whose shadow is text
	tables int  // nested tables
	shape  []shape
}

// column is what the encoder's inner loop needs of a column.
type column struct {
	place
	op   op
	ord  int32 // among the text columns, or among the nested ones
	rate int32 // predicted: index of the column that tells the speed
	inv  float64
	mul  int64
	tol  int64 // predicted: errors up to this many quanta are left alone
}

// run is some columns beside each other with the same op, or all of the rarer ops for plain numbers.
type run struct {
	op       op
	from, to int
}

// columnInfo is the rest.
type columnInfo struct {
	name  string // on the wire, dots for nested structs
	field string // in Go, likewise
	path  string // for people
	typ   reflect.Type
	sub   *tablePlan
}

// shape is the tree of a row's fields, for merge patches.
type shape struct {
	name  []byte // encoded
	col   int    // or inner or theKey
	inner []shape
}

const (
	inner  = -1
	theKey = -2
)

// op is how a column is loaded, compared and sent.
type op uint8

const (
	// Sent as differences.
	opInt op = iota
	opInt8
	opInt16
	opInt32
	opUint
	opUint8
	opUint16
	opUint32
	opQuant64
	opQuant32
	// Sent as they are.
	opBool
	opFloat64
	opFloat32
	// Everything below is off the fast path.
	opRate64
	opRate32
	opIntText
	opUintText
	opString
	opBytes
	opRaw
	opNested

	lastDifference = opQuant32
)

// Wire types of columns.
const (
	wireInt = iota
	wireString
	wireBool
	wireFloat
	wireNested
	wireRaw
	wireIntText
	wireBytes
)

func (o op) wire() int {
	switch o {
	case opBool:
		return wireBool
	case opFloat64, opFloat32:
		return wireFloat
	case opIntText, opUintText:
		return wireIntText
	case opString:
		return wireString
	case opBytes:
		return wireBytes
	case opRaw:
		return wireRaw
	case opNested:
		return wireNested
	}
	return wireInt
}

// Limits of what goes over the wire as an integer.
const (
	maxInt     = 1<<53 - 1 // Number.MAX_SAFE_INTEGER
	maxRound   = 1<<51 - 1 // what round can do
	maxRated   = 1<<44 - 1 // quanta in a predicted column: times 256 with room to move
	maxRate    = 1 << 31   // quanta in the rate of a predicted column, as far as it counts
	maxMul     = 1 << 21   // 256 quanta of a predicted column per quantum of its rate and tick
	maxX256    = 1 << 52
	maxAdvance = 1 << 10 // ticks over which predicted columns move in one message; they stand for the rest
	bias       = 47      // D
)

// move256 is where a predicted column is after adv ticks at a rate. The limits keep all of it exact in the float64s of
// JavaScript; they are far from what games do.
func move256(x, rate, mul, adv int64) int64 {
	if uint64(rate+maxRate) > 2*maxRate {
		rate = min(max(rate, -maxRate), maxRate)
	}
	x += rate * mul * adv
	if uint64(x+maxX256) > 2*maxX256 {
		x = min(max(x, -maxX256), maxX256)
	}
	return x
}
