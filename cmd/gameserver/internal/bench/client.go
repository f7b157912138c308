package bench

import (
	"fmt"
	"time"
)

// link is the way to the server.
type link interface {
	// send writes what can be written without waiting long, and returns how much that was.
	send(b []byte) (int, error)
	close()
}

// client is one open connection. It is guarded by its shard's mu.
type client struct {
	shard  *shard
	link   link // nil: lost
	index  int  // among the shard's
	player bool
	phase  time.Duration // within the tick, of its inputs
	last   time.Duration // when the last state came; 0: none yet
	seq    uint32        // of the last input
	rest   []byte        // of a frame that is not whole yet
	unsent []byte        // of a frame that is partly out
}

// feed takes what the server sent. An error is one of the protocol; the connection is lost then.
func (c *client) feed(b []byte, now time.Duration) error {
	c.shard.tally.wireBytes += uint64(len(b))
	if len(c.rest) > 0 {
		c.rest = append(c.rest, b...)
		b = c.rest
	}
	for {
		f, n, err := nextFrame(b)
		if err != nil {
			return err
		}
		if n == 0 {
			c.rest = append(c.rest[:0], b...)
			return nil
		}
		if err := c.receive(f, now); err != nil {
			return err
		}
		b = b[n:]
	}
}

func (c *client) receive(f frame, now time.Duration) error {
	t := &c.shard.tally
	switch {
	case f.op == opBinary && len(f.payload) > 0 && f.payload[0] == stateMark:
		t.deliveries++
		t.stateBytes += uint64(len(f.payload))
		if c.last > 0 {
			t.gaps.add(now - c.last)
		}
		c.last = now
	case f.op == opText && string(f.payload) == "2":
		c.send(opText, []byte("3"))
	case f.op == opPing:
		c.send(opPong, f.payload)
	case f.op == opClose:
		return closed(f.payload)
	case f.op == opBinary:
		switch name := eventName(f.payload); name {
		case "error", "room:left", "server:stopping":
			c.trouble(fmt.Sprintf("the server sent %s: %q", name, f.payload))
		}
	}
	return nil
}

func (c *client) trouble(text string) {
	t := &c.shard.tally
	if t.errors++; t.trouble == "" {
		t.trouble = text
	}
}

// lose gives the connection up.
func (c *client) lose(err error) {
	if c.link == nil {
		return
	}
	c.link.close()
	c.link = nil
	c.trouble(fmt.Sprintf("connection lost: %v", err))
}

// input sends the player's next input: a new heading at about every fifth, a shot at every fortieth.
func (c *client) input() {
	if c.link == nil || !c.flush() {
		c.shard.tally.skipped++
		return
	}
	c.seq++
	heading := (uint64(c.seq/5)+1)*uint64(c.index+1)*0x9e3779b97f4a7c15 ^ uint64(c.index)<<32
	in := ArenaInput{
		VX:   int(heading>>8%(2*topSpeed+1)) - topSpeed,
		VY:   int(heading>>36%(2*topSpeed+1)) - topSpeed,
		Fire: (int(c.seq)+5*c.index)%40 == 0,
	}
	c.shard.packet = appendInput(c.shard.packet[:0], c.seq, in)
	c.send(opBinary, c.shard.packet)
	c.shard.tally.inputs++
}

// send writes a frame, behind what is still unsent.
func (c *client) send(op byte, payload []byte) {
	if c.link == nil {
		return
	}
	s := c.shard
	s.out = appendFrame(s.out[:0], op, 0x9e3779b9*(c.seq+1), payload)
	if len(c.unsent) > 0 {
		c.unsent = append(c.unsent, s.out...)
		c.flush()
		return
	}
	n, err := c.link.send(s.out)
	if err != nil {
		c.lose(err)
		return
	}
	c.unsent = append(c.unsent, s.out[n:]...)
}

// flush tries to send what is unsent and tells whether nothing is left.
func (c *client) flush() bool {
	if len(c.unsent) == 0 {
		return true
	}
	n, err := c.link.send(c.unsent)
	if err != nil {
		c.lose(err)
		return false
	}
	c.unsent = c.unsent[:copy(c.unsent, c.unsent[n:])]
	return len(c.unsent) == 0
}
