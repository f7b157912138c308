package bench

import (
	"context"
	"io"
	"net/url"
	"time"
)

// The names by which the tests of the external package reach what is not exported.

// Histogram is histogram.
type Histogram struct{ histogram }

func (h *Histogram) Add(d time.Duration)                  { h.add(d) }
func (h *Histogram) Merge(o *Histogram)                   { h.merge(&o.histogram) }
func (h *Histogram) Quantile(q float64) time.Duration     { return h.quantile(q) }
func (h *Histogram) Count() (n uint64, max time.Duration) { return h.n, h.max }

// Config is what the flags say.
type Config struct {
	Scenario           string
	Rooms, Connections int
	For                time.Duration
	URL                string
	JSON, Floor        bool
	Limits             int
	ServerCPU, LoadCPU []int
	Profile            string
}

// ParseFlags is parseFlags.
func ParseFlags(args ...string) (Config, error) {
	c, err := parseFlags(args, io.Discard)
	if err != nil {
		return Config{}, err
	}
	out := Config{
		Scenario: c.plan.scenario, Rooms: c.plan.rooms, Connections: c.plan.connections(), For: c.time, JSON: c.asJSON,
		Floor: c.floor, Limits: len(c.limits), ServerCPU: c.serverCPU, LoadCPU: c.loadCPU, Profile: c.profile,
	}
	if c.url != nil {
		out.URL = c.url.String()
	}
	return out, nil
}

// Missed tells which of the limits a report misses.
func Missed(limits string, r *Report) ([]string, error) {
	parsed, err := parseLimits(limits)
	var missed []string
	for _, l := range parsed {
		if text := l.missed(r); text != "" {
			missed = append(missed, text)
		}
	}
	return missed, err
}

// Slice is slice, of states that all came this far apart.
type Slice struct {
	Deliveries, StateBytes int
	CPU                    time.Duration
	Gap                    time.Duration
}

// MakeReport makes a report from slices of a second each; floor may be nil.
func MakeReport(rooms int, own, floor []Slice) *Report {
	p, err := newPlan("W1", rooms, 0)
	if err != nil {
		panic(err)
	}
	all := []*subject{{plan: p, child: new(child), grown: 1 << 20, slices: slicesOf(own)}}
	if floor != nil {
		all = append(all, &subject{plan: p, child: new(child), grown: 1 << 21, slices: slicesOf(floor)})
	}
	return report(p, all)
}

func slicesOf(from []Slice) (to []slice) {
	for _, f := range from {
		s := slice{time: time.Second, server: serverUse{cpu: f.CPU}}
		s.tally.deliveries, s.tally.stateBytes = uint64(f.Deliveries), uint64(f.StateBytes)
		for range f.Deliveries {
			s.tally.gaps.add(f.Gap)
		}
		to = append(to, s)
	}
	return to
}

// Print is the table.
func (r *Report) Print(w io.Writer) error { return r.print(w) }

// Print is the table of a search.
func (r *Capacity) Print(w io.Writer) error { return r.write(w, false) }

// NextFrame is nextFrame.
func NextFrame(b []byte) (op byte, payload []byte, n int, err error) {
	f, n, err := nextFrame(b)
	return f.op, f.payload, n, err
}

// AppendFrame is appendFrame.
func AppendFrame(dst []byte, op byte, mask uint32, payload []byte) []byte {
	return appendFrame(dst, op, mask, payload)
}

// AppendInput is appendInput.
func AppendInput(seq uint32, in ArenaInput) []byte { return appendInput(nil, seq, in) }

// EventName is eventName.
func EventName(b []byte) string { return eventName(b) }

// PlayPortably has a room of W1 play at u for d with the engine for all systems and returns what was counted.
func PlayPortably(ctx context.Context, u string, d time.Duration) (deliveries, inputs, errors uint64, err error) {
	p, _ := newPlan("W1", 1, 0)
	parsed, err := url.Parse(u)
	if err != nil {
		return 0, 0, 0, err
	}
	c, err := newCrowd(&target{url: parsed}, p, 1, newReaders)
	if err != nil {
		return 0, 0, 0, err
	}
	defer c.close()
	if err := c.fill(ctx, func(int) {}); err != nil {
		return 0, 0, 0, err
	}
	c.pace(true)
	s := &subject{crowd: c}
	err = s.watch(ctx, d, newProgress(io.Discard), "playing")
	t := c.take()
	return t.deliveries, t.inputs, t.errors, err
}
