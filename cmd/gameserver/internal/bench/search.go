package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// The rooms that a search tries: more by roomStep each time, up to maxRooms.
const (
	roomStep = 25
	maxRooms = 2000
)

// loadFull is the load's own processor time, % of its cores, from which on it is the load that fails and not the server.
const loadFull = 92

// Capacity is the outcome of a search for the most rooms that a server carries, as -json prints it.
type Capacity struct {
	Scenario string   `json:"scenario"`
	Limits   string   `json:"limits"`                // what must hold
	Rooms    int      `json:"rooms"`                 // the most that held; 0: not even the first number
	Floor    *int     `json:"floor_rooms,omitempty"` // with -floor
	Ratio    *float64 `json:"rooms_ratio,omitempty"` // of rooms to the floor's
	AtLeast  bool     `json:"at_least"`              // the load came to its own limit before our server did
	Tries    []Try    `json:"tries"`
}

// Try is one number of rooms at one server.
type Try struct {
	Server   string   `json:"server"` // server or floor
	Rooms    int      `json:"rooms"`
	Figures  Figures  `json:"figures"`
	Missed   []string `json:"limits_missed,omitempty"`
	LoadFull bool     `json:"load_full,omitempty"` // the clients had no processor time left: says nothing of the server
}

func (t *Try) held() bool { return len(t.Missed) == 0 }

// search finds the most rooms that our server, and with -floor the floor, carries within the limits. The two take turns.
func search(ctx context.Context, c *config, p *progress) (*Capacity, error) {
	r := &Capacity{Scenario: c.plan.scenario, Limits: c.limitText}
	climbers := []*climber{{name: "server", next: c.plan.rooms}}
	if c.floor {
		climbers = append(climbers, &climber{name: "floor", next: c.plan.rooms})
	}
	for going := true; going; {
		going = false
		for i, climb := range climbers {
			if climb.done {
				continue
			}
			going = true
			t, err := try(ctx, c, i == 1, climb.next, p)
			if err != nil {
				return nil, err
			}
			r.Tries = append(r.Tries, *t)
			climb.climb(t)
		}
	}
	own := climbers[0]
	r.Rooms, r.AtLeast = own.most, own.loadFull
	if c.floor {
		r.Floor = new(climbers[1].most)
		if *r.Floor > 0 {
			r.Ratio = new(over(float64(r.Rooms), float64(*r.Floor)))
		}
	}
	return r, nil
}

// climber is how far the search has come with one server. A number that failed gets a second chance: other work on the
// machine may have been the cause.
type climber struct {
	name     string
	next     int  // rooms to be tried
	most     int  // that held
	again    bool // next has failed once
	loadFull bool // it was the load that failed
	done     bool
}

func (c *climber) climb(t *Try) {
	switch {
	case t.held():
		c.most, c.again, c.loadFull = t.Rooms, false, false
		c.next += roomStep
		c.done = c.next > maxRooms
	case c.again:
		c.done = true
	default:
		c.again, c.loadFull = true, t.LoadFull
	}
}

// try measures one server with so many rooms, alone.
func try(ctx context.Context, c *config, floor bool, rooms int, p *progress) (*Try, error) {
	one := *c
	one.plan.rooms = rooms
	one.only, one.floor = only(floor), false
	r, err := measure(ctx, &one, p)
	if err != nil {
		return nil, err
	}
	t := &Try{Server: "server", Rooms: rooms, Figures: r.Figures}
	if floor {
		t.Server = "floor"
	}
	for _, l := range c.limits {
		if text := l.missed(r); text != "" {
			t.Missed = append(t.Missed, text)
		}
	}
	if r.Errors > 0 {
		t.Missed = append(t.Missed, "the first error: "+r.FirstError)
	}
	t.LoadFull = r.LoadCPUPercent > loadFull*float64(shards(&one))
	return t, nil
}

func (r *Capacity) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "rooms\t\tgap p99, ms\tof all due, %\tCPU, % of a core\tload's CPU, %\tholds\t\n")
	for i := range r.Tries {
		try := &r.Tries[i]
		holds := "yes"
		if !try.held() {
			holds = "no"
		}
		if try.LoadFull {
			holds += " (load full)"
		}
		cpu := "?"
		if try.Figures.CPUPercent != nil {
			cpu = number(*try.Figures.CPUPercent)
		}
		f := &try.Figures
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t\n",
			try.Rooms, try.Server, number(f.P99GapMS), number(100*f.Delivered), cpu, number(f.LoadCPUPercent), holds)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	least := ""
	if r.AtLeast {
		least = "at least "
	}
	fmt.Fprintf(w, "\n%s: %s%d rooms within %s", r.Scenario, least, r.Rooms, r.Limits)
	if r.Floor != nil {
		fmt.Fprintf(w, ", the floor %d", *r.Floor)
	}
	if r.Ratio != nil {
		fmt.Fprintf(w, ": %.2f times as many", *r.Ratio)
	}
	_, err := fmt.Fprintln(w)
	return err
}
