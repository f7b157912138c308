package lobby

import (
	"sync"
	"time"

	"ninepin/transport"
)

const (
	listEvery = time.Second           // between two pushes of the list
	listDelay = 50 * time.Millisecond // so that a room's creation and its first player are one push
	listMost  = 100                   // entries; those with most people are listed
)

// listEntry is a public room in the list.
type listEntry struct {
	ID         string `msgpack:"id"`
	Game       string `msgpack:"game"`
	Title      string `msgpack:"title"`
	Players    int    `msgpack:"players"` // seats taken, bots included
	Humans     int    `msgpack:"humans"`
	Spectators int    `msgpack:"spectators"`
	Max        int    `msgpack:"max"`
	Free       int    `msgpack:"free"` // seats that a person can take
}

// list pushes the public rooms to those who have subscribed: to the sockets of this node, by this node.
type list struct {
	rooms *rooms

	// Guarded by mu.
	mu          sync.Mutex
	subscribers map[*Socket]string // with the game they asked for; "": all
	timer       *timer             // pending push
	pushed      time.Time
	stopped     bool
}

// entries returns the list as it is now.
func (l *list) entries(game string) []listEntry {
	rooms := l.rooms.public(game, byPeople)
	rooms = rooms[:min(len(rooms), listMost)]
	entries := make([]listEntry, len(rooms))
	for i, r := range rooms {
		info := r.Info()
		humans := int(r.humans.Load())
		entries[i] = listEntry{
			ID: info.ID, Game: info.Game, Title: info.Title, Players: len(info.Players), Humans: humans,
			Spectators: info.Spectators, Max: info.Max, Free: info.Max - humans,
		}
	}
	return entries
}

func (l *list) subscribe(s *Socket, game string) {
	l.mu.Lock()
	l.subscribers[s] = game
	l.mu.Unlock()
	if !s.Connected() { // it went meanwhile, and has been forgotten before it was here
		l.unsubscribe(s)
	}
}

func (l *list) unsubscribe(s *Socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.subscribers, s)
}

// changed has the list pushed, at most once a second.
func (l *list) changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.subscribers) > 0 && l.timer == nil && !l.stopped {
		l.timer = l.rooms.srv.tasks.after(max(listDelay, listEvery-time.Since(l.pushed)), l.push)
	}
}

// stop ends all pushes.
func (l *list) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.timer.stop()
}

// push sends the list, encoded once for each game that somebody asked for.
func (l *list) push() {
	l.mu.Lock()
	l.timer, l.pushed = nil, time.Now()
	byGame := map[string][]*Socket{}
	for s, game := range l.subscribers {
		byGame[game] = append(byGame[game], s)
	}
	l.mu.Unlock()
	for game, sockets := range byGame {
		m, err := l.rooms.srv.message(transport.NoID, "rooms", []any{l.entries(game)})
		if err != nil {
			continue // plain structs
		}
		for _, s := range sockets {
			_ = s.send(m, transport.Reliable)
		}
	}
}
