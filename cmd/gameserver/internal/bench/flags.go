package bench

import (
	"flag"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Bounds of -for.
const (
	minFor = 100 * time.Millisecond
	maxFor = 10 * time.Minute
)

// config is what the flags say.
type config struct {
	plan      plan
	time      time.Duration // of measuring, for each server
	url       *url.URL      // nil: our own server
	asJSON    bool
	floor     bool
	limits    []limit
	serverCPU []int // nil: not pinned
	loadCPU   []int
	profile   string // file; "": none
	most      bool   // search for the most rooms
	limitText string // limits as given
	only      only   // of the two servers
}

// only is the floor alone, if true, where just one server is measured.
type only bool

const usage = `Usage: gameserver bench [flags]
       gameserver bench serve [flags]     only the server, to be measured from elsewhere by -url

Measures the server with the traffic of a scenario and prints what a delivery costs:

  W0  idle connections
  W1  rooms of eight players and two spectators at 20 Hz, an input of each player in each tick
  W2  one room with many spectators, frames of 200 bytes

`

// parseFlags reads the arguments of "bench".
func parseFlags(args []string, stderr io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("gameserver bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	scenario := flags.String("scenario", "W1", "W0, W1 or W2")
	rooms := flags.Int("rooms", 0, "rooms of W1 (default 50)")
	conns := flags.Int("conns", 0, "connections of W0 and W2 (default 1000)")
	flags.DurationVar(&c.time, "for", 20*time.Second, "measure this long; with -floor as long again for the floor")
	flags.BoolVar(&c.asJSON, "json", false, "print one JSON object instead of a table")
	flags.BoolVar(&c.floor, "floor", false, "measure a plain gws server beside it, in turn, and print the ratio")
	flags.BoolVar(&c.most, "most", false, "find the most rooms, from -rooms on, for which -limit holds (default p99_gap_ms=75), each measured for -for")
	flags.StringVar(&c.profile, "cpuprofile", "", "write a CPU profile of the server to this `file`, for go tool pprof")
	flags.Func("url", "measure the server at this `address`, which runs gameserver bench serve", func(s string) (err error) {
		c.url, err = parseURL(s)
		return err
	})
	flags.Func("limit", "exit with status 1 unless these hold, for example `p99_gap_ms=75,deliveries_per_s>=9000`; = is at most", func(s string) error {
		limits, err := parseLimits(s)
		c.limits = append(c.limits, limits...)
		c.limitText = strings.Trim(c.limitText+","+s, ",")
		return err
	})
	flags.Func("cpu", "pin the two processes, for example `server=0,load=1` (Linux)", func(s string) (err error) {
		c.serverCPU, c.loadCPU, err = parseCPUs(s)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("bench: unexpected argument %q; see gameserver bench -help", flags.Arg(0))
	}
	p, err := newPlan(*scenario, *rooms, *conns)
	if err != nil {
		return c, fmt.Errorf("bench: %w", err)
	}
	c.plan = p
	if c.most && len(c.limits) == 0 {
		c.limitText = "p99_gap_ms=75"
		c.limits, _ = parseLimits(c.limitText)
	}
	return c, c.check()
}

// check refuses what does not go together.
func (c *config) check() error {
	switch {
	case c.time < minFor || c.time > maxFor:
		return fmt.Errorf("bench: -for %v: measure between %v and %v", c.time, minFor, maxFor)
	case c.url != nil && (c.floor || c.profile != "" || c.serverCPU != nil):
		return fmt.Errorf("bench: -floor, -cpuprofile and -cpu server= need a server of our own: leave out -url")
	case c.floor && !canPause:
		return fmt.Errorf("bench: -floor stops the server whose turn it is not by a signal, which this system does not have")
	case c.most && (c.plan.scenario != "W1" || c.profile != "" || c.url != nil):
		return fmt.Errorf("bench: -most counts rooms of W1 at a server of our own: leave out -url, -cpuprofile and other scenarios")
	case (c.serverCPU != nil || c.loadCPU != nil) && !canPin:
		return fmt.Errorf("bench: -cpu works on Linux only")
	}
	for _, l := range c.limits {
		switch {
		case c.url != nil && l.field.server:
			return fmt.Errorf("bench: -limit %s: is not known of a server at -url", l.field.name)
		case l.field.floor && (!c.floor || c.most):
			return fmt.Errorf("bench: -limit %s: needs -floor, and not -most", l.field.name)
		}
	}
	return nil
}

// parseURL takes http://host:port, or host:port alone.
func parseURL(s string) (*url.URL, error) {
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("give it as http://host:port")
	}
	return u, nil
}

// parseCPUs reads server=0,load=1-2: a number or a range each.
func parseCPUs(s string) (server, load []int, err error) {
	for part := range strings.SplitSeq(s, ",") {
		who, which, _ := strings.Cut(part, "=")
		cpus, err := parseRange(which)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("%q: %w", part, err)
		case who == "server":
			server = cpus
		case who == "load":
			load = cpus
		default:
			return nil, nil, fmt.Errorf("%q: give server=N or load=N, or both with a comma between them", part)
		}
	}
	return server, load, nil
}

// maxCPU bounds the numbers of processors.
const maxCPU = 1023

func parseRange(s string) ([]int, error) {
	first, last, isRange := strings.Cut(s, "-")
	if !isRange {
		last = first
	}
	a, err1 := strconv.Atoi(first)
	b, err2 := strconv.Atoi(last)
	if err1 != nil || err2 != nil || a < 0 || b < a || b > maxCPU {
		return nil, fmt.Errorf("%q is neither a processor's number nor a range such as 0-3", s)
	}
	var cpus []int
	for ; a <= b; a++ {
		cpus = append(cpus, a)
	}
	return cpus, nil
}
