package client_test

import (
	"encoding/binary"
	"math"
	"reflect"

	"github.com/lxzan/gws"
	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
)

// pageLog is what one page has shown and sent.
type pageLog struct {
	seat     int // -1: a spectator
	pictures []picture
	inputs   []input // by sequence, from 1
	frames   []frame // of the match, as they came
	known    []known // the newest state after each turn

	predicted   map[float64]prediction // by the aim of the input
	withdrawn   int                    // shots, as the SDK counts them
	corrections int                    // of the own player, as the SDK counts them
}

// frame is a state on its way to a page.
type frame struct{ sent, came float64 } // ms

// known is what a page knows of the match.
type known struct {
	tick    int
	players map[int]fighter
	shots   map[int]bool
}

// know takes in the newest state.
func (l *pageLog) know(b []byte) {
	if len(b) == 0 {
		return
	}
	next := numbers(&b)
	k := known{tick: int(next()), players: map[int]fighter{}, shots: map[int]bool{}}
	for range int(next()) {
		k.players[int(next())] = fighter{
			point: point{next(), next()}, hp: int(next()), shield: int(next()), safe: int(next()),
			steps: [3]int{int(next()), int(next()), int(next())},
		}
	}
	for len(b) > 0 {
		k.shots[int(next())] = true
	}
	l.known = append(l.known, k)
}

// isState tells whether a message of the server is a state.
func isState(data any) bool {
	b, ok := data.([]byte)
	return ok && len(b) > 0 && b[0] == 0xc1
}

// picture is one animation frame.
type picture struct {
	at      float64 // ms
	tick    float64 // drawn
	newest  float64 // tick that the page has
	pressed float64 // when a direction was pressed last, ms
	alive   bool
	own     point
	others  []seen
	shots   []shot // our own
}

type point struct{ x, y float64 }

func (p point) to(q point) float64 { return math.Hypot(q.x-p.x, q.y-p.y) }

// seen is another player as it is drawn.
type seen struct {
	id int
	point
	hp   int
	dash int
}

// shot is one of our own as it is drawn.
type shot struct {
	number int     // of the page
	id     int     // of the server; 0: it is only predicted
	made   float64 // ms; -1: it was not predicted
	aim    float64 // of the input that made it
	point
}

// input is one that a page has sent.
type input struct {
	sent, came float64 // ms
	aim        float64
}

// prediction is where a page believes that its player will be after an input.
type prediction struct {
	basis int // the newest tick at that time
	body  point
	steps [3]int
}

// numbers reads float64s one by one.
func numbers(b *[]byte) func() float64 {
	return func() float64 {
		v := math.Float64frombits(binary.LittleEndian.Uint64(*b))
		*b = (*b)[8:]
		return v
	}
}

// see takes in pictures as page.ts writes them.
func (l *pageLog) see(b []byte) {
	next := numbers(&b)
	for len(b) > 0 {
		p := picture{at: next(), tick: next(), newest: next(), pressed: next()}
		if p.alive = next() == 1; p.alive {
			p.own = point{next(), next()}
		}
		for range int(next()) {
			p.others = append(p.others, seen{int(next()), point{next(), next()}, int(next()), int(next())})
		}
		for range int(next()) {
			p.shots = append(p.shots, shot{int(next()), int(next()), next(), next(), point{next(), next()}})
		}
		l.pictures = append(l.pictures, p)
	}
}

// predict takes in where a page believes that its player is after an input.
func (l *pageLog) predict(b []byte) {
	next := numbers(&b)
	if l.predicted == nil {
		l.predicted = map[float64]prediction{}
	}
	for len(b) > 0 {
		l.predicted[next()] = prediction{int(next()), point{next(), next()}, [3]int{int(next()), int(next()), int(next())}}
	}
}

// sends notes an input: when it goes, and when it will come.
func (l *pageLog) sends(seq int, args map[string]any, at, comes float64) {
	for len(l.inputs) < seq {
		l.inputs = append(l.inputs, input{}) // one that never went
	}
	l.inputs[seq-1] = input{sent: at, came: comes, aim: number(args["a"])}
}

// number reads what msgpack made of a number of JavaScript's.
func number(v any) float64 {
	switch v := reflect.ValueOf(v); {
	case v.CanInt():
		return float64(v.Int())
	case v.CanUint():
		return float64(v.Uint())
	case v.CanFloat():
		return v.Float()
	}
	return 0
}

// inputOf reads the event "input" of the compact codec; seq is 0 if it is another message.
func inputOf(p post) (seq int, args map[string]any) {
	b, _ := p.Data.([]byte)
	var packet []any
	if p.Kind != kindBinary || msgpack.Unmarshal(b, &packet) != nil || len(packet) < 4 {
		return 0, nil
	}
	data, _ := packet[3].([]any)
	if len(data) < 3 || data[0] != "input" {
		return 0, nil
	}
	args, _ = data[2].(map[string]any)
	return int(number(data[1])), args
}

// truth is what the match was, by a spectator without any delay.
type truth struct {
	line    *line
	decoder game.Decoder
	ticks   []moment // one after the other
	fault   error
}

// moment is one tick.
type moment struct {
	tick    int
	at      float64 // ms
	acks    map[int]int
	phase   int
	players map[int]fighter // by seat
	shots   map[int]bool    // ids of those in flight
}

type fighter struct {
	point
	hp, shield int
	safe       int    // tick until which nothing hurts
	steps      [3]int // left of the dash, until the next dash, until the next shot
}

func (f fighter) dash() int   { return f.steps[0] }
func (f fighter) reload() int { return f.steps[2] }

// witness connects a spectator to the server itself. It enters the room as soon as somebody has made one.
func (w *world) witness() *truth {
	l := w.dial(-1, "?EIO=4&transport=websocket")
	_ = l.conn.WriteMessage(gws.OpcodeBinary, pack([]any{0, 0}))
	return &truth{line: l}
}

// watch enters the room.
func (tr *truth) watch() {
	wish := map[string]any{"game": "skirmish", "as": "spectator"}
	_ = tr.line.conn.WriteMessage(gws.OpcodeBinary, pack([]any{2, 0, 1, []any{"room:quick", wish}}))
}

func pack(v any) []byte {
	b, err := msgpack.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// learn takes in the states that have come. It answers heartbeats.
func (tr *truth) learn() {
	for _, h := range tr.line.take() {
		if h.data == "2" {
			_ = tr.line.conn.WriteString("3")
		}
		if !isState(h.data) {
			continue
		}
		if tr.fault = tr.decoder.Apply(h.data.([]byte)[1:]); tr.fault != nil {
			return
		}
		tr.ticks = append(tr.ticks, look(&tr.decoder, h.at))
	}
}

// look reads the newest state.
func look(d *game.Decoder, at float64) moment {
	m := moment{tick: int(d.Tick()), at: at, acks: map[int]int{}, players: map[int]fighter{}, shots: map[int]bool{}}
	for seat, seq := range d.Acks() {
		m.acks[seat] = int(seq)
	}
	state := d.State("")
	m.phase = int(state["ph"].(int64))
	for _, row := range state["ps"].([]any) {
		p := row.(map[string]any)
		whole := func(name string) int { return int(p[name].(int64)) }
		m.players[whole("id")] = fighter{
			point: point{p["x"].(float64), p["y"].(float64)}, hp: whole("hp"), shield: whole("sd"), safe: whole("sf"),
			steps: [3]int{whole("da"), whole("co"), whole("rl")},
		}
	}
	for _, row := range state["sh"].([]any) {
		m.shots[int(row.(map[string]any)["id"].(int64))] = true
	}
	return m
}

// at returns the moment of a tick.
func (tr *truth) at(tick int) (moment, bool) {
	if i := tick - tr.ticks[0].tick; i >= 0 && i < len(tr.ticks) {
		return tr.ticks[i], true
	}
	return moment{}, false
}
