package netsim

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// settings are what a spec can name, in the order of their listing, each with an example of its value.
var settings = []struct{ name, example string }{
	{"rtt", "150ms"}, {"jitter", "40ms"}, {"stall", "2%"}, {"loss", "1%"}, {"bandwidth", "1mbit"}, {"reset", "60s"},
}

// presets are links that people know by name.
var presets = map[string]Conditions{
	"cable": {RTT: 40 * time.Millisecond, Jitter: 5 * time.Millisecond},
	"wifi":  {RTT: 60 * time.Millisecond, Jitter: 20 * time.Millisecond, Stall: 0.01},
	"phone": {RTT: 150 * time.Millisecond, Jitter: 40 * time.Millisecond, Stall: 0.02, Loss: 0.01},
	"bad":   {RTT: 250 * time.Millisecond, Jitter: 80 * time.Millisecond, Stall: 0.05, Loss: 0.03},
}

var (
	durations  = regexp.MustCompile(`^(\d{1,6}(?:\.\d{1,3})?)(ms|s)$`)
	shares     = regexp.MustCompile(`^(\d{1,3}(?:\.\d{1,3})?)%$`)
	bandwidths = regexp.MustCompile(`^(\d{1,6}(?:\.\d{1,3})?)(kbit|mbit)$`)
)

// Parse reads conditions as people write them: settings with their values, separated by commas.
//
//	rtt=150ms,jitter=40ms,stall=2%,loss=1%,bandwidth=1mbit,reset=60s
//
// Durations are in ms or s, shares in %, the bandwidth in kbit or mbit per second. What is not named is perfect. A spec
// may begin with one of the names cable, wifi, phone and bad, and then say what differs: phone,rtt=300ms. Errors tell
// what to write instead. The page's ?sim= reads the same (web/client/src/page/sim.ts).
func Parse(spec string) (Conditions, error) {
	var c Conditions
	given := map[string]bool{}
	for i, part := range strings.Split(strings.ToLower(spec), ",") {
		part = strings.TrimSpace(part)
		name, value, hasValue := strings.Cut(part, "=")
		if preset, known := presets[part]; known && i == 0 {
			c = preset
			continue
		}
		example := exampleOf(name)
		switch {
		case example == "":
			return Conditions{}, fmt.Errorf("%q: there is no such setting; there are rtt, jitter, stall, loss, bandwidth and reset, as in rtt=150ms,stall=2%%", name)
		case given[name]:
			return Conditions{}, fmt.Errorf("%s: it is given twice", name)
		case !hasValue:
			return Conditions{}, fmt.Errorf("%s: the value is missing; write %s=%s", name, name, example)
		}
		given[name] = true
		if problem := c.set(name, value); problem != "" {
			return Conditions{}, fmt.Errorf("%s: %q %s; write %s=%s", name, value, problem, name, example)
		}
	}
	return c, nil
}

func exampleOf(name string) string {
	for _, s := range settings {
		if s.name == name {
			return s.example
		}
	}
	return ""
}

// set changes one setting, or returns what is wrong with the value.
func (c *Conditions) set(name, value string) (problem string) {
	switch name {
	case "rtt":
		c.RTT, problem = duration(value, maxDelay)
	case "jitter":
		c.Jitter, problem = duration(value, maxDelay)
	case "stall":
		c.Stall, problem = share(value, maxStall)
	case "loss":
		c.Loss, problem = share(value, maxLoss)
	case "bandwidth":
		c.Bandwidth, problem = bandwidth(value)
	case "reset":
		c.Reset, problem = duration(value, maxReset)
		if problem == "" && c.Reset < minReset {
			problem = "is below 1s"
		}
	}
	return problem
}

func duration(value string, most time.Duration) (d time.Duration, problem string) {
	unit := map[string]float64{"ms": float64(time.Millisecond), "s": float64(time.Second)}
	x, problem := figure(durations, value, unit, "is no time in ms or s")
	if x > float64(most) {
		problem = fmt.Sprintf("is above %vs", most.Seconds())
	}
	return time.Duration(x), problem
}

func share(value string, most float64) (x float64, problem string) {
	x, problem = figure(shares, value, nil, "is no share in %")
	if x /= 100; x > most {
		problem = fmt.Sprintf("is above %v%%", most*100)
	}
	return x, problem
}

// bandwidth returns bytes per second.
func bandwidth(value string) (n int, problem string) {
	x, problem := figure(bandwidths, value, map[string]float64{"kbit": 1000, "mbit": 1e6}, "is no bandwidth in kbit or mbit")
	if problem == "" && x < 8000 {
		problem = "is below 8kbit"
	}
	return int(x / 8), problem
}

// figure reads a number and its unit.
func figure(form *regexp.Regexp, value string, units map[string]float64, wrong string) (x float64, problem string) {
	parts := form.FindStringSubmatch(value)
	if parts == nil {
		return 0, wrong
	}
	x, err := strconv.ParseFloat(parts[1], 64)
	if err != nil {
		return 0, wrong
	}
	if units != nil {
		x *= units[parts[2]]
	}
	return x, ""
}
