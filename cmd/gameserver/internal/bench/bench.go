package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Times of a run.
const (
	warmUp    = 2 * time.Second        // before measuring, at most a quarter of -for
	sliceTime = 2 * time.Second        // with -floor
	settle    = 300 * time.Millisecond // after a server was stopped
	fillTime  = time.Minute            // to open all connections
)

// Run is "gameserver bench": it measures, and prints what it found to stdout and its progress to stderr. A limit that was
// missed is an error. serve runs the server, in a child process of this program, which must hand the arguments behind
// "bench" to Run.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, serve Serve) error {
	if len(args) > 0 && args[0] == "serve" {
		return runServe(ctx, args[1:], stdin, stdout, stderr, serve)
	}
	c, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	if c.loadCPU != nil {
		if err := pin(c.loadCPU); err != nil {
			return fmt.Errorf("bench: can't run on processors %v: %w", c.loadCPU, err)
		}
	}
	p := newProgress(stderr)
	if c.most {
		found, err := search(ctx, &c, p)
		if err != nil {
			return fmt.Errorf("bench: %w", err)
		}
		return found.write(stdout, c.asJSON)
	}
	r, err := measure(ctx, &c, p)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	for _, l := range c.limits {
		if text := l.missed(r); text != "" {
			r.Missed = append(r.Missed, text)
		}
	}
	if c.asJSON {
		err = json.NewEncoder(stdout).Encode(r)
	} else {
		err = r.print(stdout)
	}
	if err == nil && len(r.Missed) > 0 {
		err = fmt.Errorf("bench: limit missed: %s", strings.Join(r.Missed, "; "))
	}
	return err
}

// subject is one server with its clients.
type subject struct {
	name   string
	child  *child // nil: at -url
	crowd  *crowd
	plan   plan
	empty  use // before anybody came
	slices []slice
	grown  int64
}

// measure runs a scenario.
func measure(ctx context.Context, c *config, p *progress) (r *Report, err error) {
	defer p.end()
	var all []*subject
	defer func() {
		for _, s := range all {
			err = s.end(err)
		}
	}()
	floors := []bool{bool(c.only)}
	if c.floor {
		floors = []bool{false, true}
	}
	for _, floor := range floors {
		s, err := begin(ctx, c, floor, p)
		if s != nil {
			all = append(all, s)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, s := range all {
		if err := s.warmUp(ctx, c, p); err != nil {
			return nil, err
		}
	}
	if c.profile != "" {
		if err := all[0].profile(c.profile); err != nil {
			return nil, err
		}
	}
	if err := takeTurns(ctx, c, all, p); err != nil {
		return nil, err
	}
	if c.profile != "" {
		if err := all[0].profile(""); err != nil {
			return nil, err
		}
	}
	return report(c.plan, all), nil
}

// takeTurns measures in slices if there are two servers, each of which comes first as often as the other.
func takeTurns(ctx context.Context, c *config, all []*subject, p *progress) error {
	n := 1
	if len(all) > 1 {
		n = max(1, int(c.time/sliceTime))
	}
	for i := range n {
		for j := range all {
			s := all[(i+j)%len(all)]
			if err := s.measure(ctx, c.time/time.Duration(n), len(all) > 1, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func report(p plan, all []*subject) *Report {
	r := &Report{Scenario: p.scenario, Rooms: p.rooms, Connections: p.connections(), Figures: all[0].figures()}
	if p.game == "" {
		r.Rooms = 0
	}
	if len(all) > 1 {
		r.Floor = new(all[1].figures())
		r.compare(all[0].slices, all[1].slices)
	}
	return r
}

func (s *subject) figures() Figures { return figures(s.plan, s.slices, s.grown, s.child != nil) }

// begin starts a server and opens the connections to it. The subject that it returns must be ended, also with an error.
func begin(ctx context.Context, c *config, floor bool, p *progress) (s *subject, err error) {
	s = &subject{name: "server", plan: c.plan}
	t := &target{url: c.url, floor: floor}
	if c.url == nil {
		var args []string
		if floor {
			s.name = "floor"
			args = append(args, "-floor", strconv.Itoa(max(c.plan.frame, 1)))
		}
		if c.serverCPU != nil {
			args = append(args, "-cpu", fmt.Sprintf("%d-%d", c.serverCPU[0], c.serverCPU[len(c.serverCPU)-1]))
		}
		if s.child, err = startChild(os.Stderr, args...); err != nil {
			return nil, err
		}
		t.url = s.child.url
		if s.empty, err = s.child.used(); err != nil {
			return s, err
		}
	}
	makeEngine := newEngine
	if t.url.Scheme == "https" { // cannot be read behind the library's back
		makeEngine = newReaders
	}
	if s.crowd, err = newCrowd(t, c.plan, shards(c), makeEngine); err != nil {
		return s, err
	}
	ctx, cancel := context.WithTimeout(ctx, fillTime)
	defer cancel()
	return s, s.crowd.fill(ctx, func(n int) { p.opening(s.name, n, c.plan.connections()) })
}

// shards is one for each processor of the load's, at least one and at most what there is to be divided.
func shards(c *config) int {
	n := runtime.NumCPU() / 2
	if c.loadCPU != nil {
		n = len(c.loadCPU)
	}
	return max(1, min(n, c.plan.rooms))
}

// end closes the connections and ends the server. It returns cause, or what went wrong.
func (s *subject) end(cause error) error {
	if s.crowd != nil {
		s.crowd.close()
	}
	if s.child == nil {
		return cause
	}
	return s.child.end(cause)
}

func (s *subject) warmUp(ctx context.Context, c *config, p *progress) error {
	err := s.resumeFor(func() error {
		s.crowd.pace(true)
		return s.watch(ctx, min(warmUp, c.time/4), p, "warming up")
	})
	s.crowd.pace(false)
	if err != nil || !c.floor {
		return err
	}
	return s.child.pause(true)
}

// profile begins a CPU profile of the server, or ends it if file is "".
func (s *subject) profile(file string) error {
	return s.resumeFor(func() error { return s.child.profile(file) })
}

// resumeFor calls f while the server runs, stopped as it may have been.
func (s *subject) resumeFor(f func() error) error {
	if s.child == nil || !s.child.stopped {
		return f()
	}
	if err := s.child.pause(false); err != nil {
		return err
	}
	if err := f(); err != nil {
		return err
	}
	return s.child.pause(true)
}

// measure adds one slice.
func (s *subject) measure(ctx context.Context, d time.Duration, inTurn bool, p *progress) error {
	return s.resumeFor(func() error {
		s.crowd.pace(true)
		defer s.crowd.pace(false)
		if inTurn {
			if err := s.watch(ctx, settle, p, "settling"); err != nil {
				return err
			}
		}
		earlier := s.crowd.take()
		before, err := s.used()
		if err != nil {
			return err
		}
		begin, load := time.Now(), processTime()
		if err := s.watch(ctx, d, p, "measuring"); err != nil {
			return err
		}
		one := slice{tally: s.crowd.take(), time: time.Since(begin), load: processTime() - load}
		one.tally.errors += earlier.errors
		if earlier.trouble != "" {
			one.tally.trouble = earlier.trouble
		}
		after, err := s.used()
		if err != nil {
			return err
		}
		one.server = serverUse{cpu: after.CPU - before.CPU, allocs: after.Allocs - before.Allocs}
		if s.empty.RSS > 0 {
			s.grown = after.RSS - s.empty.RSS
		}
		s.slices = append(s.slices, one)
		return nil
	})
}

func (s *subject) used() (use, error) {
	if s.child == nil {
		return use{}, nil
	}
	return s.child.used()
}

// watch waits, and shows what happens.
func (s *subject) watch(ctx context.Context, d time.Duration, p *progress, what string) error {
	end := time.NewTimer(d)
	defer end.Stop()
	pulse := time.NewTicker(time.Second)
	defer pulse.Stop()
	seen, last := s.crowd.peek(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			return nil
		case now := <-pulse.C:
			n := s.crowd.peek()
			p.running(s.name, what, float64(n-seen)/now.Sub(last).Seconds())
			seen, last = n, now
		}
	}
}
