package transport

import (
	"runtime/debug"
	"slices"
)

// offer handles one incoming Engine.IO packet on a poller's goroutine if that cannot take long. Else it returns what is
// left to do, for a goroutine of the connection's own; data is not used any more then.
func (c *Conn) offer(data []byte, binary bool) (later func()) {
	if prompt, ok := c.receiver.(Prompt); ok && (binary || len(data) > 0 && data[0] == packetMessage) {
		if !binary {
			data = data[1:]
		}
		return c.offerMessage(prompt, data, binary)
	}
	if !binary && len(data) == 1 && data[0] == packetPong {
		c.pong()
		return nil
	}
	data = slices.Clone(data)
	return func() { c.accept(data, binary) }
}

// accept handles one incoming Engine.IO packet, and ends the session if that is the outcome.
func (c *Conn) accept(data []byte, binary bool) {
	if reason := c.receive(data, binary); reason != nil {
		c.finish(reason, true)
	}
}

// offerMessage offers a Socket.IO message to the receiver. What it does not handle at once, and every end of the session,
// is left for later; the receiver stays busy until then.
func (c *Conn) offerMessage(prompt Prompt, data []byte, binary bool) (later func()) {
	if !c.begin() {
		return nil
	}
	c.srv.traffic.in.add(len(data))
	defer func() {
		if v := recover(); v != nil {
			later = c.ending(&PanicError{v, debug.Stack()})
		}
	}()
	var refused error
	err := c.in.decode(data, binary, func(p *Packet) {
		c.codec.Store(uint32(c.in.codec))
		handled, err := prompt.Prompt(p)
		if refused = err; !handled && err == nil {
			later = c.postpone(*p)
		}
	})
	switch {
	case err != nil:
		return func() { c.ending(c.undecoded(err))() }
	case refused != nil:
		return c.ending(refused)
	case later == nil && c.letGo():
		return c.tell
	}
	return later
}

// postpone copies a packet for the receiver.
func (c *Conn) postpone(p Packet) func() {
	p.Data = slices.Clone(p.Data)
	return func() {
		var reason error
		defer c.settle(&reason)
		reason = c.receiver.Packet(&p)
	}
}

func (c *Conn) ending(reason error) func() {
	return func() { c.settle(&reason) }
}
