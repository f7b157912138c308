package netsim_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/netsim"
)

// randomly calls check with many links and sendings that a seed makes up.
func randomly(t *testing.T, check func(t *testing.T, r *rand.Rand, c netsim.Conditions, l *netsim.Line)) {
	t.Helper()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		c := netsim.Conditions{RTT: time.Duration(r.IntN(400)) * time.Millisecond}
		if r.IntN(2) == 0 {
			c.Jitter = time.Duration(r.IntN(200)) * time.Millisecond
		}
		if r.IntN(2) == 0 {
			c.Loss = r.Float64() * 0.5
		}
		if r.IntN(2) == 0 {
			c.Stall = r.Float64() * 0.9
		}
		if r.IntN(2) == 0 {
			c.Bandwidth = 1000 + r.IntN(1e6)
		}
		check(t, r, c, netsim.NewLine(seed))
	}
}

func TestNothingArrivesTooEarlyOrOutOfOrder(t *testing.T) {
	randomly(t, func(t *testing.T, r *rand.Rand, c netsim.Conditions, l *netsim.Line) {
		now, last := time.Duration(0), time.Duration(0)
		for range 300 {
			now += time.Duration(r.IntN(60)) * time.Millisecond
			due := l.Send(c, now, 1+r.IntN(netsim.Segment))
			require.GreaterOrEqual(t, due, now+c.RTT/2, "%v", c)
			require.GreaterOrEqual(t, due, last, "%v", c)
			last = due
		}
	})
}

func TestNoMoreLeavesThanTheBandwidthAllows(t *testing.T) {
	randomly(t, func(t *testing.T, r *rand.Rand, c netsim.Conditions, l *netsim.Line) {
		if c.Bandwidth == 0 {
			return
		}
		sent := 0
		var due time.Duration
		for range 300 {
			n := 1 + r.IntN(netsim.Segment)
			sent += n
			due = l.Send(c, 0, n)
		}
		least := time.Duration(float64(sent)/float64(c.Bandwidth)*float64(time.Second)) - time.Microsecond // rounding
		require.GreaterOrEqual(t, due, least+c.RTT/2, "%v: %d bytes", c, sent)
	})
}

func TestASenderThatWaitsKeepsTheBufferShort(t *testing.T) {
	l := netsim.NewLine(1)
	c := netsim.Conditions{Bandwidth: 10_000}
	now := time.Duration(0)
	for range 100 {
		due := l.Send(c, now, 1000)
		require.LessOrEqual(t, due-now, netsim.Buffered+100*time.Millisecond)
		now = max(now, l.Ready())
	}
	require.InDelta(t, 10, now.Seconds(), 0.5, "100 kB at 10 kB/s")
}

func TestThePerfectLineTakesNoTime(t *testing.T) {
	l := netsim.NewLine(1)
	for now := range 100 * time.Nanosecond {
		require.Equal(t, now, l.Send(netsim.Conditions{}, now, netsim.Segment))
	}
}

func TestALostSegmentHoldsUpThoseBehindIt(t *testing.T) {
	c := netsim.Conditions{RTT: 100 * time.Millisecond, Loss: 0.02}
	l := netsim.NewLine(7)
	lost, heldUp := 0, 0
	var last time.Duration
	const n = 20_000
	for i := range n {
		now := time.Duration(i) * 50 * time.Millisecond
		due := l.Send(c, now, 100)
		switch late := due - now - c.RTT/2; {
		case due == last:
			heldUp++
		case late > 0:
			require.Zero(t, late%(c.RTT+netsim.Resend), "it arrives with a retransmission")
			lost++
		}
		last = due
	}
	require.InDelta(t, 0.02, float64(lost)/n, 0.004)
	// A loss takes 250 ms to mend: the four segments of 50 ms behind it wait with it, the fifth comes together with it.
	require.InDelta(t, 5, float64(heldUp)/float64(lost), 0.5)
}

func TestStallsTakeTheirShareOfTheTimeInPausesLikeAPhones(t *testing.T) {
	for _, share := range []float64{0.01, 0.02, 0.1, 0.5, 0.9} {
		l := netsim.NewLine(3)
		c := netsim.Conditions{Stall: share}
		const step, n = 5 * time.Millisecond, 800_000
		stood := 0
		longest := time.Duration(0)
		for i := range n {
			now := time.Duration(i) * step
			if due := l.Send(c, now, 1); due > now {
				stood++
				longest = max(longest, due-now)
			}
		}
		require.InEpsilon(t, share, float64(stood)/n, 0.15)
		require.Greater(t, longest, 500*time.Millisecond)
		require.LessOrEqual(t, longest, 2*time.Second)
	}
}

func TestBothWaysStandStillTogether(t *testing.T) {
	randomly(t, func(t *testing.T, r *rand.Rand, c netsim.Conditions, l *netsim.Line) {
		c = netsim.Conditions{Stall: c.Stall}
		back := l.Back()
		for i := range 1000 {
			now := time.Duration(i) * 20 * time.Millisecond
			require.Equal(t, l.Send(c, now, 1), back.Send(c, now, 1))
		}
	})
}

func TestASeedRepeatsItself(t *testing.T) {
	c := netsim.Conditions{RTT: 100 * time.Millisecond, Jitter: 50 * time.Millisecond, Stall: 0.1, Loss: 0.1}
	record := func(seed uint64) (dues []time.Duration) {
		l := netsim.NewLine(seed)
		for i := range 500 {
			dues = append(dues, l.Send(c, time.Duration(i)*20*time.Millisecond, 100))
		}
		return dues
	}
	require.Equal(t, record(5), record(5))
	require.NotEqual(t, record(5), record(6))
}

func TestConditionsMayChangeAtAnyTime(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	l := netsim.NewLine(1)
	now, last := time.Duration(0), time.Duration(0)
	for range 5000 {
		now += time.Duration(r.IntN(30)) * time.Millisecond
		c := netsim.Conditions{RTT: time.Duration(r.IntN(300)) * time.Millisecond, Stall: math.Floor(r.Float64()*3) / 4}
		due := l.Send(c, now, 100)
		require.GreaterOrEqual(t, due, max(last, now+c.RTT/2))
		require.Less(t, due-now, 10*time.Second, "it recovers")
		last = due
	}
}
