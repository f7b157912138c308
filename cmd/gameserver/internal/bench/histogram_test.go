package bench_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/bench"
)

func TestQuantilesAreWithinTwoPercent(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var h bench.Histogram
	var all []time.Duration
	for range 20_000 {
		d := time.Duration(rnd.Int64N(1 << (10 + rnd.IntN(30)))) // ns, of all magnitudes up to 18 min
		h.Add(d)
		all = append(all, d)
	}
	slices.Sort(all)
	for _, q := range []float64{0, 0.01, 0.5, 0.9, 0.99, 0.999, 1} {
		exact := all[int(q*float64(len(all)-1))]
		require.InDelta(t, float64(exact), float64(h.Quantile(q)), 0.02*float64(exact)+float64(time.Microsecond), "q %v", q)
	}
}

func TestHistogramKeepsTheExactMaximum(t *testing.T) {
	var h bench.Histogram
	h.Add(50 * time.Millisecond)
	h.Add(1234567891 * time.Nanosecond)
	n, top := h.Count()
	require.EqualValues(t, 2, n)
	require.Equal(t, 1234567891*time.Nanosecond, top)
	require.Equal(t, top, h.Quantile(1), "no more than what was seen")
}

func TestHistogramTakesAnyDuration(t *testing.T) {
	var h bench.Histogram
	h.Add(-time.Second)
	h.Add(365 * 24 * time.Hour)
	require.Zero(t, h.Quantile(0))
	require.LessOrEqual(t, h.Quantile(1), 365*24*time.Hour)
}

func TestMergedHistogramIsTheSum(t *testing.T) {
	var a, b bench.Histogram
	for range 99 {
		a.Add(10 * time.Millisecond)
	}
	for range 101 {
		b.Add(30 * time.Millisecond)
	}
	a.Merge(&b)
	n, top := a.Count()
	require.EqualValues(t, 200, n)
	require.Equal(t, 30*time.Millisecond, top)
	require.InDelta(t, 10, a.Quantile(0.4).Seconds()*1e3, 0.2)
	require.InDelta(t, 30, a.Quantile(0.6).Seconds()*1e3, 0.6)
}

func TestEmptyHistogramHasNoQuantile(t *testing.T) {
	var h bench.Histogram
	require.Zero(t, h.Quantile(0.99))
}
