package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// limit is a bound on one figure.
type limit struct {
	field *field
	least bool // the figure must be at least bound, else at most
	bound float64
}

// field is a figure that can be limited.
type field struct {
	name   string
	of     func(*Report) *float64
	server bool // known of our own servers only
	floor  bool // known with -floor only
}

var fields = []field{
	{name: "deliveries_per_s", of: func(r *Report) *float64 { return &r.DeliveriesPS }},
	{name: "delivered", of: func(r *Report) *float64 { return &r.Delivered }},
	{name: "inputs_per_s", of: func(r *Report) *float64 { return &r.InputsPS }},
	{name: "bytes_per_tick", of: func(r *Report) *float64 { return &r.BytesPerTick }},
	{name: "wire_bytes_per_s", of: func(r *Report) *float64 { return &r.WireBytesPS }},
	{name: "cpu_percent", server: true, of: func(r *Report) *float64 { return r.CPUPercent }},
	{name: "cpu_us_per_delivery", server: true, of: func(r *Report) *float64 { return r.CPUPerDelivery }},
	{name: "allocs_per_delivery", server: true, of: func(r *Report) *float64 { return r.AllocsPerDelivery }},
	{name: "rss_bytes_per_connection", server: true, of: func(r *Report) *float64 { return r.RSSPerConnection }},
	{name: "p50_gap_ms", of: func(r *Report) *float64 { return &r.P50GapMS }},
	{name: "p99_gap_ms", of: func(r *Report) *float64 { return &r.P99GapMS }},
	{name: "max_gap_ms", of: func(r *Report) *float64 { return &r.MaxGapMS }},
	{name: "load_cpu_percent", of: func(r *Report) *float64 { return &r.LoadCPUPercent }},
	{name: "load_stall_ms", of: func(r *Report) *float64 { return &r.LoadStallMS }},
	{name: "errors", of: func(r *Report) *float64 { return new(float64(r.Errors)) }},
	{name: "cpu_ratio", server: true, floor: true, of: func(r *Report) *float64 { return r.CPURatio }},
	{name: "rss_ratio", server: true, floor: true, of: func(r *Report) *float64 { return r.RSSRatio }},
}

// parseLimits reads name=most and name>=least, with commas between them.
func parseLimits(s string) ([]limit, error) {
	var limits []limit
	for part := range strings.SplitSeq(s, ",") {
		name, value, found := strings.Cut(part, "=")
		name, least := strings.CutSuffix(name, ">")
		name = strings.TrimSuffix(name, "<")
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
		bound, err := strconv.ParseFloat(value, 64)
		switch {
		case !found || err != nil || bound != bound:
			return nil, fmt.Errorf("%q: give it as name=number or name>=number", part)
		case i < 0:
			return nil, fmt.Errorf("no figure %q: use one of %s", name, fieldNames())
		}
		limits = append(limits, limit{&fields[i], least, bound})
	}
	return limits, nil
}

func fieldNames() string {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

// missed tells how a report misses the limit, "" if it holds. A figure that could not be measured misses it.
func (l limit) missed(r *Report) string {
	value, sign := l.field.of(r), "<="
	if l.least {
		sign = ">="
	}
	switch {
	case value == nil:
		return fmt.Sprintf("%s was not measured, must be %s %v", l.field.name, sign, l.bound)
	case l.least && *value < l.bound, !l.least && *value > l.bound:
		return fmt.Sprintf("%s is %s, must be %s %v", l.field.name, number(*value), sign, l.bound)
	}
	return ""
}
