package bench

import (
	"context"
	"net"
	"sync"
	"time"
)

// writeLimit bounds a write; a connection that takes longer is lost.
const writeLimit = time.Second

// readers is the engine that works everywhere: one goroutine for each connection.
type readers struct {
	shard *shard
	work  sync.WaitGroup
}

func newReaders(s *shard) (engine, error) { return &readers{shard: s}, nil }

// connLink is any connection.
type connLink struct{ net.Conn }

func (l connLink) send(b []byte) (int, error) {
	_ = l.SetWriteDeadline(time.Now().Add(writeLimit))
	return l.Write(b)
}

func (l connLink) close() { _ = l.Conn.Close() }

func (r *readers) adopt(c *client, conn net.Conn) (link, error) {
	r.work.Go(func() {
		buf := make([]byte, 4<<10)
		for {
			n, err := conn.Read(buf)
			r.shard.mu.Lock()
			if n > 0 && err == nil {
				err = c.feed(buf[:n], r.shard.now())
			}
			if err != nil {
				c.lose(err)
			}
			r.shard.mu.Unlock()
			if err != nil {
				return
			}
		}
	})
	return connLink{conn}, nil
}

func (r *readers) run(ctx context.Context) {
	pulse := time.NewTicker(time.Millisecond)
	defer pulse.Stop()
	for {
		select {
		case <-ctx.Done():
			r.shard.mu.Lock()
			for _, c := range r.shard.clients {
				if c.link != nil {
					c.link.close()
					c.link = nil
				}
			}
			r.shard.mu.Unlock()
			r.work.Wait()
			return
		case <-pulse.C:
			r.shard.mu.Lock()
			r.shard.look(r.shard.now())
			r.shard.step(r.shard.now())
			r.shard.mu.Unlock()
		}
	}
}
