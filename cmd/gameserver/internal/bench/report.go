package bench

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// Figures are what was measured of one server. What is not known of it, such as the processor time of one at -url, is nil.
type Figures struct {
	Seconds       float64 `json:"seconds"`          // measured
	Deliveries    uint64  `json:"deliveries"`       // of states, to clients
	DeliveriesPS  float64 `json:"deliveries_per_s"` //
	Delivered     float64 `json:"delivered"`        // share of the states that a server which misses no tick delivers
	InputsPS      float64 `json:"inputs_per_s"`     // sent
	InputsSkipped uint64  `json:"inputs_skipped"`   // since the load was late, or the server did not read
	BytesPerTick  float64 `json:"bytes_per_tick"`   // payload per recipient and tick, the byte 0xC1 included
	WireBytesPS   float64 `json:"wire_bytes_per_s"` // all that the clients got, WebSocket headers included, TCP's not

	CPUPercent        *float64 `json:"cpu_percent"`              // of one core
	CPUPerDelivery    *float64 `json:"cpu_us_per_delivery"`      // µs, user and system, everything that the server does included
	AllocsPerDelivery *float64 `json:"allocs_per_delivery"`      // objects
	RSSPerConnection  *float64 `json:"rss_bytes_per_connection"` // what the process grew by since it was empty

	P50GapMS float64 `json:"p50_gap_ms"` // between two states at one client
	P99GapMS float64 `json:"p99_gap_ms"`
	MaxGapMS float64 `json:"max_gap_ms"`

	LoadCPUPercent float64 `json:"load_cpu_percent"` // of one core: ours, for all the clients
	LoadStallMS    float64 `json:"load_stall_ms"`    // the longest time that we did not look at the connections: gaps can't be trusted below it
	Errors         uint64  `json:"errors"`           // connections lost, errors told, rooms ended
	FirstError     string  `json:"first_error,omitempty"`
}

// Report is the outcome of a run, as -json prints it.
type Report struct {
	Scenario    string `json:"scenario"`
	Rooms       int    `json:"rooms"`
	Connections int    `json:"connections"`
	Figures

	// With -floor.
	Floor        *Figures `json:"floor,omitempty"`
	CPURatio     *float64 `json:"cpu_ratio,omitempty"`      // of cpu_us_per_delivery to the floor's: median over pairs of slices
	CPURatioLow  *float64 `json:"cpu_ratio_low,omitempty"`  // lower quartile
	CPURatioHigh *float64 `json:"cpu_ratio_high,omitempty"` // upper quartile
	RSSRatio     *float64 `json:"rss_ratio,omitempty"`

	Missed []string `json:"limits_missed,omitempty"`
}

// slice is one stretch of measuring.
type slice struct {
	time   time.Duration
	load   time.Duration // our own processor time
	server serverUse
	tally  tally
}

// serverUse is what a server used during a slice.
type serverUse struct {
	cpu    time.Duration
	allocs uint64
}

// figures sums slices up. grown is what the server's memory grew by, 0 if that is not known; known tells whether anything is known of the server.
func figures(p plan, slices []slice, grown int64, known bool) Figures {
	var all slice
	for i := range slices {
		s := &slices[i]
		all.time += s.time
		all.load += s.load
		all.server.cpu += s.server.cpu
		all.server.allocs += s.server.allocs
		all.tally.merge(&s.tally)
	}
	t, seconds := &all.tally, all.time.Seconds()
	f := Figures{
		Seconds:       seconds,
		Deliveries:    t.deliveries,
		DeliveriesPS:  over(float64(t.deliveries), seconds),
		InputsPS:      over(float64(t.inputs), seconds),
		InputsSkipped: t.skipped,
		BytesPerTick:  over(float64(t.stateBytes), float64(t.deliveries)),
		WireBytesPS:   over(float64(t.wireBytes), seconds),
		P50GapMS:      ms(t.gaps.quantile(0.5)),
		P99GapMS:      ms(t.gaps.quantile(0.99)),
		MaxGapMS:      ms(t.gaps.max),

		LoadCPUPercent: over(100*all.load.Seconds(), seconds),
		LoadStallMS:    ms(t.stall),
		Errors:         t.errors,
		FirstError:     t.trouble,
	}
	if p.game != "" {
		f.Delivered = over(float64(t.deliveries), float64(p.connections())*seconds/tick.Seconds())
	}
	if known {
		f.CPUPercent = new(over(100*all.server.cpu.Seconds(), seconds))
		if grown > 0 {
			f.RSSPerConnection = new(over(float64(grown), float64(p.connections())))
		}
		if t.deliveries > 0 {
			f.CPUPerDelivery = new(perDelivery(&all))
			f.AllocsPerDelivery = new(over(float64(all.server.allocs), float64(t.deliveries)))
		}
	}
	return f
}

// perDelivery is the processor time per delivery in µs.
func perDelivery(s *slice) float64 {
	return over(float64(s.server.cpu)/1e3, float64(s.tally.deliveries))
}

// compare sets the ratios of a report from slices that were measured in pairs.
func (r *Report) compare(own, floor []slice) {
	var ratios []float64
	for i := range min(len(own), len(floor)) {
		if own[i].tally.deliveries > 0 && floor[i].tally.deliveries > 0 {
			ratios = append(ratios, perDelivery(&own[i])/perDelivery(&floor[i]))
		}
	}
	if n := len(ratios); n > 0 {
		slices.Sort(ratios)
		r.CPURatio = new((ratios[(n-1)/2] + ratios[n/2]) / 2)
		r.CPURatioLow, r.CPURatioHigh = new(ratios[n/4]), new(ratios[n-1-n/4])
	}
	if r.RSSPerConnection != nil && r.Floor.RSSPerConnection != nil {
		r.RSSRatio = new(over(*r.RSSPerConnection, *r.Floor.RSSPerConnection))
	}
}

func over(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// print writes the table for people.
func (r *Report) print(w io.Writer) error {
	fmt.Fprintf(w, "%s: %d connections", r.Scenario, r.Connections)
	if r.Scenario == "W1" {
		fmt.Fprintf(w, " in %d rooms", r.Rooms)
	}
	fmt.Fprintf(w, ", measured for %.3g s\n\n", r.Seconds)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	if r.Floor != nil {
		fmt.Fprint(t, "\tserver\tfloor\tratio\t\n")
	}
	for _, row := range rows {
		own, known := row.of(&r.Figures)
		if !known || own == 0 && row.dull {
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t", row.label, number(own))
		if r.Floor != nil {
			floor, _ := row.of(r.Floor)
			ratio := ""
			if row.ratio != nil && row.ratio(r) != nil {
				ratio = fmt.Sprintf("%.2f", *row.ratio(r))
			}
			fmt.Fprintf(t, "%s\t%s\t", number(floor), ratio)
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if r.CPURatioLow != nil {
		fmt.Fprintf(w, "\nHalf of the pairs of slices lie between %.2f and %.2f.\n", *r.CPURatioLow, *r.CPURatioHigh)
	}
	if r.FirstError != "" {
		fmt.Fprintf(w, "\nThe first error: %s\n", r.FirstError)
	}
	return nil
}

// row is a line of the table.
type row struct {
	label string
	of    func(*Figures) (value float64, known bool)
	ratio func(*Report) *float64
	dull  bool // if it is 0
}

var rows = []row{
	{label: "deliveries/s", of: always(func(f *Figures) float64 { return f.DeliveriesPS }), dull: true},
	{label: "of all due, %", of: always(func(f *Figures) float64 { return 100 * f.Delivered }), dull: true},
	{label: "inputs/s", of: always(func(f *Figures) float64 { return f.InputsPS }), dull: true},
	{label: "inputs not sent", of: always(func(f *Figures) float64 { return float64(f.InputsSkipped) }), dull: true},
	{label: "payload bytes per tick", of: always(func(f *Figures) float64 { return f.BytesPerTick }), dull: true},
	{label: "wire bytes/s", of: always(func(f *Figures) float64 { return f.WireBytesPS }), dull: true},
	{label: "CPU µs per delivery", of: maybe(func(f *Figures) *float64 { return f.CPUPerDelivery }), ratio: func(r *Report) *float64 { return r.CPURatio }},
	{label: "CPU, % of a core", of: maybe(func(f *Figures) *float64 { return f.CPUPercent })},
	{label: "allocations per delivery", of: maybe(func(f *Figures) *float64 { return f.AllocsPerDelivery })},
	{label: "memory bytes per connection", of: maybe(func(f *Figures) *float64 { return f.RSSPerConnection }), ratio: func(r *Report) *float64 { return r.RSSRatio }},
	{label: "gap p50, ms", of: always(func(f *Figures) float64 { return f.P50GapMS }), dull: true},
	{label: "gap p99, ms", of: always(func(f *Figures) float64 { return f.P99GapMS }), dull: true},
	{label: "gap max, ms", of: always(func(f *Figures) float64 { return f.MaxGapMS }), dull: true},
	{label: "the load's CPU, % of a core", of: always(func(f *Figures) float64 { return f.LoadCPUPercent })},
	{label: "the load's longest stall, ms", of: always(func(f *Figures) float64 { return f.LoadStallMS })},
	{label: "errors", of: always(func(f *Figures) float64 { return float64(f.Errors) })},
}

func always(f func(*Figures) float64) func(*Figures) (float64, bool) {
	return func(g *Figures) (float64, bool) { return f(g), true }
}

func maybe(f func(*Figures) *float64) func(*Figures) (float64, bool) {
	return func(g *Figures) (float64, bool) {
		if p := f(g); p != nil {
			return *p, true
		}
		return 0, false
	}
}

// number writes three digits, or all of those before the point.
func number(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
