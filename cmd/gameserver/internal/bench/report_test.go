package bench_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/bench"
)

// second is a slice of 200 deliveries, one room's in a second, of 61 bytes, at this processor time each.
func second(each time.Duration) bench.Slice {
	return bench.Slice{Deliveries: 200, StateBytes: 200 * 61, CPU: 200 * each, Gap: 50 * time.Millisecond}
}

func TestReportHasTheAgreedFields(t *testing.T) {
	b, err := json.Marshal(bench.MakeReport(1, []bench.Slice{second(12 * time.Microsecond)}, nil))
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(b, &got))
	for field, want := range map[string]any{
		"scenario": "W1", "rooms": 1.0, "connections": 10.0, "deliveries_per_s": 200.0, "bytes_per_tick": 61.0,
		"wire_bytes_per_s": 0.0, "cpu_us_per_delivery": 12.0, "p50_gap_ms": 50.0, "p99_gap_ms": 50.0, "max_gap_ms": 50.0,
		"rss_bytes_per_connection": float64(1<<20) / 10, "errors": 0.0, "delivered": 1.0, "cpu_percent": 0.24,
	} {
		require.Contains(t, got, field)
		require.Equal(t, want, got[field], field)
	}
	require.NotContains(t, got, "floor")
	require.NotContains(t, got, "cpu_ratio")
}

func TestRatioIsTheMedianOverPairs(t *testing.T) {
	us := time.Microsecond
	own := []bench.Slice{second(10 * us), second(30 * us), second(9 * us)}
	floor := []bench.Slice{second(10 * us), second(20 * us), second(10 * us)}
	r := bench.MakeReport(1, own, floor)
	require.InDelta(t, 1.0, *r.CPURatio, 1e-9, "of 1, 1.5 and 0.9")
	require.InDelta(t, 0.9, *r.CPURatioLow, 1e-9)
	require.InDelta(t, 1.5, *r.CPURatioHigh, 1e-9)
	require.InDelta(t, 0.5, *r.RSSRatio, 1e-9)
	require.InDelta(t, 40.0/3, *r.Floor.CPUPerDelivery, 1e-9)
}

func TestRatioNeedsDeliveriesOnBothSides(t *testing.T) {
	r := bench.MakeReport(1, []bench.Slice{{CPU: time.Millisecond}}, []bench.Slice{second(time.Microsecond)})
	require.Nil(t, r.CPURatio)
	require.Nil(t, r.CPUPerDelivery)
	_, err := json.Marshal(r)
	require.NoError(t, err, "no infinity")
}

func TestTableNamesServerFloorAndRatio(t *testing.T) {
	var table bytes.Buffer
	slices := []bench.Slice{second(12 * time.Microsecond)}
	require.NoError(t, bench.MakeReport(1, slices, slices).Print(&table))
	require.Contains(t, table.String(), "W1: 10 connections in 1 rooms")
	require.Regexp(t, `server +floor +ratio`, table.String())
	require.Regexp(t, `CPU µs per delivery +12\.0 +12\.0 +1\.00`, table.String())
	require.NotContains(t, table.String(), "inputs not sent", "none")
}

func TestLimitsHoldOrAreNamed(t *testing.T) {
	r := bench.MakeReport(1, []bench.Slice{second(12 * time.Microsecond)}, nil)
	for limits, want := range map[string][]string{
		"p99_gap_ms=75":                            nil,
		"p99_gap_ms=50":                            nil,
		"p99_gap_ms<=50":                           nil,
		"p99_gap_ms=49.9":                          {"p99_gap_ms is 50.0, must be <= 49.9"},
		"deliveries_per_s>=200,delivered>=1":       nil,
		"deliveries_per_s>=201":                    {"deliveries_per_s is 200, must be >= 201"},
		"errors=0,cpu_us_per_delivery=11,errors=0": {"cpu_us_per_delivery is 12.0, must be <= 11"},
		"cpu_ratio=1":                              {"cpu_ratio was not measured, must be <= 1"},
	} {
		missed, err := bench.Missed(limits, r)
		require.NoError(t, err)
		require.Equal(t, want, missed, limits)
	}
}
