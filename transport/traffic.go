package transport

import "sync/atomic"

// Traffic is what has gone over all the connections of a Server since it was made: messages, of which a packet with
// attachments has several coming in, and their bytes. Heartbeats do not count.
type Traffic struct {
	PacketsIn, BytesIn   int64
	PacketsOut, BytesOut int64 // bytes with WebSocket's headers
}

// traffic counts. Its fields are apart so that readers and writers do not take each other's cache line.
type traffic struct {
	in, out counter
}

type counter struct {
	packets, bytes atomic.Int64
	_              [48]byte
}

func (c *counter) add(bytes int) {
	c.packets.Add(1)
	c.bytes.Add(int64(bytes))
}

// Traffic returns the counts so far.
func (s *Server) Traffic() Traffic {
	t := &s.traffic
	return Traffic{t.in.packets.Load(), t.in.bytes.Load(), t.out.packets.Load(), t.out.bytes.Load()}
}

// Polling tells whether the client polls: it does not use WebSocket, or not yet.
func (c *Conn) Polling() bool { return c.link.Load() == nil }

// PollingConns returns how many of the open connections poll.
func (s *Server) PollingConns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.conns {
		if c.Polling() {
			n++
		}
	}
	return n
}
