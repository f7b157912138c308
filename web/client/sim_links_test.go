package client_test

import "math"

// linkModel is a one-way link that keeps the order, as TCP does. Times are milliseconds.
type linkModel struct {
	name          string
	delay, jitter float64 // the least delay, and the mean of what comes on top of it, exponentially distributed
	spikes, spike float64 // the share of messages that a radio holds up, and for how long about
	loss          float64 // the share of packets that are lost: all that follows waits for the repeat
}

// The links of the design's tables. LAN is not among them: there is nothing to smooth.
var (
	cable  = linkModel{name: "cable 30 ms, jitter 3", delay: 30, jitter: 3}
	wifi   = linkModel{name: "wifi 30 ms, jitter 8, spikes", delay: 30, jitter: 8, spikes: 0.01, spike: 120}
	mobile = linkModel{name: "mobile 60 ms, jitter 15, 1 % loss", delay: 60, jitter: 15, loss: 0.01}
	bad    = linkModel{name: "bad 80 ms, jitter 25, 3 % loss", delay: 80, jitter: 25, loss: 0.03}
)

// messageGap is the time between two messages of a client or of the server, ms: three more show that one was lost.
const messageGap = 50

// direction is one direction of a link. What comes at every tick has random numbers of its own, so that the link is the
// same whatever else is said.
type direction struct {
	model          linkModel
	regular, other func() float64 // random numbers
	last           float64        // nothing arrives before what was sent before it
}

func (l linkModel) direction(seed uint32) *direction {
	return &direction{model: l, regular: mulberry(seed), other: mulberry(seed + 50)}
}

// carry returns when a message that is sent now arrives. regular: it is one of those that come at every tick.
func (d *direction) carry(now float64, regular bool) float64 {
	l, random := d.model, d.other
	if regular {
		random = d.regular
	}
	way := l.delay - math.Log(1-random())*l.jitter
	if l.spikes > 0 && random() < l.spikes {
		way += l.spike * (0.5 + random())
	}
	for l.loss > 0 && random() < l.loss {
		way += min(200+2*l.delay, 3*messageGap+2*l.delay)
	}
	d.last = max(d.last, now+way)
	return d.last
}

// stall keeps back what is sent from now on until a time.
func (d *direction) stall(until float64) { d.last = max(d.last, until) }

// mulberry returns random numbers of 0 to 1, the same as those of the pages and of the design's study.
func mulberry(seed uint32) func() float64 {
	s := seed
	return func() float64 {
		s += 0x6d2b79f5
		t := (s ^ s>>15) * (1 | s)
		t = (t + (t^t>>7)*(61|t)) ^ t
		return float64(t^t>>14) / (1 << 32)
	}
}
