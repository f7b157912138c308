package lobby

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"ninepin/game"
)

// rooms is the registry of kinds and game rooms.
type rooms struct {
	srv  *Server
	open atomic.Bool // there are kinds
	list *list

	// Guarded by mu.
	mu       sync.RWMutex
	kinds    map[string]*game.Kind
	order    []*game.Kind // as registered
	byID     map[string]*Room
	stopping bool
}

func newRooms(srv *Server) *rooms {
	g := &rooms{srv: srv, kinds: map[string]*game.Kind{}, byID: map[string]*Room{}}
	g.list = &list{rooms: g, subscribers: map[*Socket]string{}}
	return g
}

func (g *rooms) register(k *game.Kind) error {
	if k == nil {
		return fmt.Errorf("a kind is nil; make it with game.Define")
	}
	if err := k.Check(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.kinds[k.Name] != nil {
		return fmt.Errorf("there is a game %q already; give one of them another name", k.Name)
	}
	g.kinds[k.Name] = k
	g.order = append(g.order, k)
	g.open.Store(true)
	return nil
}

// defaultRate is the rate limit for clients of these games: 60 events a second, or twice the ticks.
func (g *rooms) defaultRate() int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	rate := 60
	for _, k := range g.kinds {
		rate = max(rate, 2*k.TickRate)
	}
	return rate
}

// kind returns a registered kind by its name.
func (g *rooms) kind(name string) (*game.Kind, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if k := g.kinds[name]; k != nil {
		return k, nil
	}
	return nil, errorf(codeUnknownGame, "there is no game %s here: there is %s", quote(name),
		strings.Join(slices.Sorted(maps.Keys(g.kinds)), ", "))
}

// games tells what is on offer.
func (g *rooms) games() []gameEntry {
	g.mu.RLock()
	defer g.mu.RUnlock()
	list := make([]gameEntry, len(g.order))
	for i, k := range g.order {
		_, input := k.Types()
		list[i] = gameEntry{k.Name, k.Title, reflect.Zero(input).Interface()}
	}
	return list
}

func (g *rooms) count() int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return len(g.byID)
}

// find returns a room by its id, in capitals or not.
func (g *rooms) find(id string) *Room {
	if id = strings.TrimSpace(id); len(id) != roomIDLen {
		return nil
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.byID[strings.ToUpper(id)]
}

func unknownRoom(id string) *Error {
	return errorf(codeUnknownRoom, "there is no room %s: it may have ended, or the id is mistyped", quote(id))
}

func notInRoom() *Error { return errorf(codeNotInRoom, "you are in no room: join one first") }

// create opens a room. Its match runs from now on.
func (g *rooms) create(k *game.Kind, private bool) (*Room, error) {
	r := &Room{kind: k, rooms: g, members: map[string]*member{}, seats: map[game.PlayerID]*seat{}}
	if private {
		r.key = newSecret(8)[:10]
	}
	r.frames.room = r
	r.door.Lock() // whoever finds the room waits here until it is complete
	defer r.door.Unlock()
	if err := g.add(r); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	r.match = k.NewMatch(r.id, g.srv.o.Seed(), (*output)(r))
	roster := r.match.Players()
	r.mu.Lock()
	r.roster = roster
	r.mu.Unlock()
	r.settle()
	if !g.srv.tasks.spawn(func() { r.run(ctx) }) {
		r.endLocked(leftStopping, "the server is stopping")
		return nil, errStopping()
	}
	return r, nil
}

func errStopping() *Error {
	return errorf(codeStopping, "the server is stopping: try again in a moment").after(retryAfterStop)
}

// add gives a room its id and registers it.
func (g *rooms) add(r *Room) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopping {
		return errStopping()
	}
	if len(g.byID) >= g.srv.o.MaxRooms {
		return errorf(codeServerFull, "the server has no place for another room: join one, or try again later").after(10)
	}
	for r.id = newRoomID(); g.byID[r.id] != nil; r.id = newRoomID() {
	}
	g.byID[r.id] = r
	return nil
}

func (g *rooms) remove(r *Room) {
	g.mu.Lock()
	delete(g.byID, r.id)
	g.mu.Unlock()
	g.list.changed()
}

// stop lets no new room begin. It tells whether there are games to be stopped.
func (g *rooms) stop() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	first := !g.stopping
	g.stopping = true
	return first && g.open.Load()
}

// endAll ends all rooms at the same time, since a game that does not return may hold one of them up.
func (g *rooms) endAll() {
	g.list.stop()
	var wait sync.WaitGroup
	for _, r := range g.all() {
		wait.Go(func() { r.end(leftStopping, "the server restarts; it will be back in a moment") })
	}
	wait.Wait()
}

func (g *rooms) all() []*Room {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return slices.Collect(maps.Values(g.byID))
}

// public returns the public rooms of a kind, of all if game is "", those with the highest rank first.
func (g *rooms) public(game string, rank func(*Room) int32) []*Room {
	g.mu.RLock()
	var found []*Room
	for _, r := range g.byID {
		if r.key == "" && (game == "" || r.kind.Name == game) {
			found = append(found, r)
		}
	}
	g.mu.RUnlock()
	type key struct {
		rank int32
		id   string
	}
	keys := make(map[*Room]key, len(found)) // numbers that do not move while sorting
	for _, r := range found {
		keys[r] = key{rank(r), r.id}
	}
	slices.SortFunc(found, func(a, b *Room) int {
		return cmp.Or(cmp.Compare(keys[b].rank, keys[a].rank), strings.Compare(keys[a].id, keys[b].id))
	})
	return found
}

func byPeople(r *Room) int32 { return r.people.Load() }
func byHumans(r *Room) int32 { return r.humans.Load() }

const (
	roomIDLen     = 5
	roomIDLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ" // no 0 O 1 I L
)

// newRoomID makes an id that people can read to each other.
func newRoomID() string {
	var id [roomIDLen]byte
	for i := range id {
		id[i] = roomIDLetters[randomBelow(len(roomIDLetters))]
	}
	return string(id[:])
}

// randomBelow returns an unguessable number below n, each as likely as the others.
func randomBelow(n int) int {
	limit := 256 - 256%n
	for {
		var b [1]byte
		_, _ = rand.Read(b[:])
		if int(b[0]) < limit {
			return int(b[0]) % n
		}
	}
}
