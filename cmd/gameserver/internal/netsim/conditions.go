package netsim

import (
	"fmt"
	"strings"
	"time"
)

// The worst that a link can be told to be.
const (
	maxDelay = 10 * time.Second
	maxStall = 0.9
	maxLoss  = 0.5
	minReset = time.Second
	maxReset = time.Hour
)

// Conditions are what a link does to a connection. The zero value is a perfect link. See [Parse] for the way people
// write them.
type Conditions struct {
	RTT       time.Duration // the least that a round trip takes; half of it each way
	Jitter    time.Duration // each way takes up to this much more, evenly spread
	Stall     float64       // share of time in which nothing moves, in pauses of 0.1 to 2 s; 0 to 0.9
	Loss      float64       // share of TCP segments that are lost, and sent again by TCP; 0 to 0.5
	Bandwidth int           // bytes per second each way; 0 means without limit
	Reset     time.Duration // a connection breaks after this time on average, and the next one too; 0 means never
}

// String returns the conditions as [Parse] reads them; "" for a perfect link.
func (c Conditions) String() string {
	var parts []string
	add := func(given bool, format string, value any) {
		if given {
			parts = append(parts, fmt.Sprintf(format, value))
		}
	}
	add(c.RTT > 0, "rtt=%vms", milliseconds(c.RTT))
	add(c.Jitter > 0, "jitter=%vms", milliseconds(c.Jitter))
	add(c.Stall > 0, "stall=%v%%", percent(c.Stall))
	add(c.Loss > 0, "loss=%v%%", percent(c.Loss))
	add(c.Bandwidth > 0, "bandwidth=%vkbit", kilobits(c.Bandwidth))
	add(c.Reset > 0, "reset=%vs", milliseconds(c.Reset)/1000)
	return strings.Join(parts, ",")
}

// Describe returns the conditions in words, for people.
func (c Conditions) Describe() string {
	var parts []string
	add := func(given bool, format string, value any) {
		if given {
			parts = append(parts, fmt.Sprintf(format, value))
		}
	}
	add(c.RTT > 0, "%v ms round trip", milliseconds(c.RTT))
	add(c.Jitter > 0, "up to %v ms jitter each way", milliseconds(c.Jitter))
	add(c.Stall > 0, "standing still %v %% of the time", percent(c.Stall))
	add(c.Loss > 0, "%v %% of the segments lost", percent(c.Loss))
	add(c.Bandwidth > 0, "%v kbit/s", kilobits(c.Bandwidth))
	add(c.Reset > 0, "broken every %v s on average", milliseconds(c.Reset)/1000)
	if len(parts) == 0 {
		return "perfect"
	}
	return strings.Join(parts, ", ")
}

// milliseconds, percent and kilobits return a figure rounded to what people write.
func milliseconds(d time.Duration) float64 { return round(float64(d) / float64(time.Millisecond)) }
func percent(share float64) float64        { return round(share * 100) }
func kilobits(bytes int) float64           { return round(float64(bytes) * 8 / 1000) }

// round keeps three places after the point.
func round(x float64) float64 {
	return float64(int64(x*1000+0.5)) / 1000
}
