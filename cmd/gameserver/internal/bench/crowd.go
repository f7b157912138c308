package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// tick is the time between two states, and between two inputs of a player.
const tick = 50 * time.Millisecond

// openers is how many connections are opened at a time.
const openers = 16

// crowd is all the connections to one target. Its methods belong to one goroutine.
type crowd struct {
	target *target
	plan   plan
	shards []*shard
	engine []engine
	stop   context.CancelFunc
	done   sync.WaitGroup
}

// engine reads the connections of one shard and gives it its time.
type engine interface {
	// adopt takes an open connection over. It is called with the shard's mu held.
	adopt(c *client, conn net.Conn) (link, error)
	// run works until ctx ends, then closes all connections.
	run(ctx context.Context)
}

// newCrowd starts so many engines, with nobody in them.
func newCrowd(t *target, p plan, shards int, makeEngine func(*shard) (engine, error)) (*crowd, error) {
	ctx, stop := context.WithCancel(context.Background())
	c := &crowd{target: t, plan: p, stop: stop}
	for range shards {
		s := &shard{born: time.Now(), paused: true}
		e, err := makeEngine(s)
		if err != nil {
			c.close()
			return nil, err
		}
		c.shards, c.engine = append(c.shards, s), append(c.engine, e)
		c.done.Go(func() { e.run(ctx) })
	}
	return c, nil
}

// close closes all connections and waits for the engines.
func (c *crowd) close() {
	c.stop()
	c.done.Wait()
}

// fill opens all connections: first those that open the rooms, then the others. opened is called with their number so
// far, by one goroutine at a time.
func (c *crowd) fill(ctx context.Context, opened func(int)) error {
	rooms := make([]string, c.plan.rooms)
	var mu sync.Mutex
	n := 0
	enter := func(room, member int) error {
		w := wish{game: c.plan.game, room: rooms[room], player: member < c.plan.players, name: "load" + strconv.Itoa(10+member)}
		if c.target.floor && c.plan.game != "" {
			w.room = strconv.Itoa(room)
		}
		conn, id, early, err := c.target.open(ctx, w)
		if err != nil {
			return fmt.Errorf("connection %d of %d: %w", room*c.plan.members()+member+1, c.plan.connections(), err)
		}
		i := room % len(c.shards)
		if err := c.shards[i].adopt(c.engine[i], conn, early, w.player); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		if member == 0 {
			rooms[room] = id // read by the others, who come later
		}
		n++
		opened(n)
		return nil
	}
	if err := each(c.plan.rooms, func(i int) error { return enter(i, 0) }); err != nil {
		return err
	}
	rest := c.plan.members() - 1
	return each(c.plan.rooms*rest, func(i int) error { return enter(i/rest, 1+i%rest) })
}

// each calls f for 0 to n-1, openers at a time, until one fails.
func each(n int, f func(int) error) error {
	var mu sync.Mutex
	var failed error
	next := 0
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1, next <= n && failed == nil
	}
	var work sync.WaitGroup
	for range min(openers, n) {
		work.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				if err := f(i); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
				}
			}
		})
	}
	work.Wait()
	return failed
}

// pace lets the players send, or stops them.
func (c *crowd) pace(on bool) {
	for _, s := range c.shards {
		s.pace(on)
	}
}

// take returns what has happened since the last take.
func (c *crowd) take() tally {
	var all tally
	for _, s := range c.shards {
		t := s.take()
		all.merge(&t)
	}
	return all
}

// peek returns the deliveries since the last take, without an end to the counting, for the progress.
func (c *crowd) peek() (deliveries uint64) {
	for _, s := range c.shards {
		s.mu.Lock()
		deliveries += s.tally.deliveries
		s.mu.Unlock()
	}
	return deliveries
}

// tally is what clients count.
type tally struct {
	deliveries uint64 // of states
	stateBytes uint64 // payload of those
	wireBytes  uint64 // all that came, with the WebSocket's own
	inputs     uint64 // sent
	skipped    uint64 // inputs that were not sent since we, or the connection, were late
	errors     uint64
	trouble    string // the first error
	gaps       histogram
	stall      time.Duration // the longest time that we did not look at the connections
}

func (t *tally) merge(o *tally) {
	t.deliveries += o.deliveries
	t.stateBytes += o.stateBytes
	t.wireBytes += o.wireBytes
	t.inputs += o.inputs
	t.skipped += o.skipped
	t.errors += o.errors
	if t.trouble == "" {
		t.trouble = o.trouble
	}
	t.gaps.merge(&o.gaps)
	t.stall = max(t.stall, o.stall)
}

// shard is the part of a crowd that one engine drives.
type shard struct {
	born time.Time

	// Guarded by mu.
	mu      sync.Mutex
	clients []*client
	players []*client // in the order of their phases
	paused  bool
	round   time.Duration // when the present tick of inputs began, since born
	next    int           // the next of players
	looked  time.Duration // when we last looked at the connections; 0: not yet
	tally   tally
	out     []byte // reused
	packet  []byte // reused
}

func (s *shard) now() time.Duration { return time.Since(s.born) }

// adopt hands a connection over to the engine.
func (s *shard) adopt(e engine, conn net.Conn, early []byte, player bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &client{shard: s, index: len(s.clients), player: player}
	var err error
	if c.link, err = e.adopt(c, conn); err != nil {
		return err
	}
	s.clients = append(s.clients, c)
	return c.feed(early, s.now())
}

// pace lets the players send from now on, at phases that are spread over the tick, or stops them.
func (s *shard) pace(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused = !on
	if !on {
		return
	}
	s.players = s.players[:0]
	for _, c := range s.clients {
		c.last = 0
		if c.player && c.link != nil {
			const golden = 0x9e3779b97f4a7c15 // multiples of the golden ratio fill the circle evenly
			c.phase = time.Duration(uint64(len(s.players)) * golden >> 40 * uint64(tick) >> 24)
			s.players = append(s.players, c)
		}
	}
	slices.SortFunc(s.players, func(a, b *client) int { return int(a.phase - b.phase) })
	s.round, s.next = s.now(), 0
}

// look notes that the engine looks at the connections, which it should do every millisecond. Call with mu held.
func (s *shard) look(now time.Duration) {
	if s.looked > 0 {
		s.tally.stall = max(s.tally.stall, now-s.looked)
	}
	s.looked = now
}

// step sends the inputs that are due. Call with mu held.
func (s *shard) step(now time.Duration) {
	if s.paused || len(s.players) == 0 {
		return
	}
	for {
		c := s.players[s.next]
		late := now - s.round - c.phase
		if late < 0 {
			return
		}
		if late < tick {
			c.input()
		} else {
			s.tally.skipped++
		}
		if s.next++; s.next == len(s.players) {
			s.next = 0
			s.round += tick
		}
	}
}

// take returns what was counted and begins anew. A connection that waits for a state counts as a gap so far.
func (s *shard) take() tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, c := range s.clients {
		if c.last > 0 && now-c.last > 2*tick {
			s.tally.gaps.add(now - c.last)
		}
	}
	t := s.tally
	s.tally = tally{}
	return t
}
