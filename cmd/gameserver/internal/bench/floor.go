package bench

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/lxzan/gws"
)

// floorPath is where the floor server takes WebSockets; ?room= names the room, "" for none.
const floorPath = "/floor"

// floor is the plain gws server that we compare with: net/http, gws' Upgrade, a goroutine that reads for each connection,
// and for each room one with a ticker, which calls WriteMessage for each member. It is written as gws' documentation
// shows it, with its defaults, and does nothing with what it reads. It is also what the states of a game cost at least
// in a server that is written so.
type floor struct {
	gws.BuiltinEventHandler
	ctx      context.Context
	frame    []byte
	upgrader *gws.Upgrader
	work     sync.WaitGroup // rooms and readers

	// Guarded by mu.
	mu    sync.Mutex
	rooms map[string]*floorRoom
}

type floorRoom struct {
	// Guarded by mu.
	mu    sync.Mutex
	conns []*gws.Conn
}

// serveFloor serves frames of this size until ctx ends.
func serveFloor(ctx context.Context, l net.Listener, frame int) error {
	f := &floor{ctx: ctx, frame: make([]byte, max(frame, 1)), rooms: map[string]*floorRoom{}}
	f.frame[0] = stateMark
	f.upgrader = gws.NewUpgrader(f, &gws.ServerOption{Recovery: gws.Recovery})
	mux := http.NewServeMux()
	mux.HandleFunc(floorPath, f.serveHTTP)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = srv.Close()
		<-failed
	}
	f.end()
	return err
}

func (f *floor) serveHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := f.upgrader.Upgrade(w, r)
	if err != nil {
		return
	}
	name := r.URL.Query().Get("room")
	f.mu.Lock()
	defer f.mu.Unlock()
	room := f.rooms[name]
	if room == nil {
		room = new(floorRoom)
		f.rooms[name] = room
		if name != "" {
			f.work.Go(func() { room.run(f.ctx, f.frame) })
		}
	}
	room.mu.Lock()
	room.conns = append(room.conns, conn)
	room.mu.Unlock()
	f.work.Go(conn.ReadLoop)
}

// run is a room's goroutine.
func (r *floorRoom) run(ctx context.Context, frame []byte) {
	pulse := time.NewTicker(tick)
	defer pulse.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pulse.C:
			r.mu.Lock()
			for _, c := range r.conns {
				_ = c.WriteMessage(gws.OpcodeBinary, frame)
			}
			r.mu.Unlock()
		}
	}
}

// OnMessage reads an input.
func (f *floor) OnMessage(_ *gws.Conn, m *gws.Message) { _ = m.Close() }

// end closes all connections and waits for everything.
func (f *floor) end() {
	f.mu.Lock()
	for _, r := range f.rooms {
		r.mu.Lock()
		for _, c := range r.conns {
			_ = c.NetConn().Close()
		}
		r.mu.Unlock()
	}
	f.mu.Unlock()
	f.work.Wait()
}
