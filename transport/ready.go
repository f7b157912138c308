package transport

// Ready tells whether a message of class Fresh would be taken now, so that whoever has to make one first can spare the
// work. It is the answer of a moment, and asks the kernel where nothing waits for the client in the server itself.
func (c *Conn) Ready() bool {
	if l := c.link.Load(); l != nil {
		return l.out.ready()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reason == nil && (c.poll == nil || len(c.poll.queue) == 0)
}

func (o *outbox) ready() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.closing || o.dead:
		return false
	case o.sock == nil:
		return o.bytes < freshSlack
	}
	return !o.flushing && o.sock.ready()
}
