package lobby

import (
	"maps"
	"os"
	"slices"
	"time"
)

// statsEvery is how often the numbers come.
const statsEvery = 2 * time.Second

// serverStats are the numbers as the UI wants them.
type serverStats struct {
	ServerID   string           `msgpack:"serverId"`
	Hostname   string           `msgpack:"hostname"`
	PID        int              `msgpack:"pid"`
	Uptime     float64          `msgpack:"uptime"` // seconds
	Clients    int              `msgpack:"clientsCount"`
	Polling    int              `msgpack:"pollingClientsCount"`
	Events     []countedEvent   `msgpack:"aggregatedEvents"`
	Namespaces []namespaceStats `msgpack:"namespaces"`
}

// countedEvent says how often something has happened since the last numbers.
type countedEvent struct {
	Timestamp int64  `msgpack:"timestamp"` // Unix milliseconds, whole seconds
	Type      string `msgpack:"type"`
	SubType   string `msgpack:"subType,omitempty"`
	Count     int    `msgpack:"count"`
}

type namespaceStats struct {
	Name    string `msgpack:"name"`
	Sockets int    `msgpack:"socketsCount"`
}

// beat is the timer of the numbers.
func (a *admin) beat() {
	now := time.Now()
	a.mu.Lock()
	if a.watchers.Load() == 0 {
		a.mu.Unlock()
		return
	}
	a.stats = a.srv.tasks.after(statsEvery, a.beat)
	counted := a.count(now)
	a.mu.Unlock()
	_ = a.n.Emit("server_stats", a.numbers(now, counted))
}

// count takes what has been counted. Call with mu held.
func (a *admin) count(now time.Time) []countedEvent {
	second := now.Truncate(time.Second).UnixMilli()
	var all []countedEvent
	if a.opened > 0 {
		all = append(all, countedEvent{Timestamp: second, Type: "rawConnection", Count: a.opened})
	}
	for _, reason := range slices.Sorted(maps.Keys(a.closed)) {
		all = append(all, countedEvent{Timestamp: second, Type: "rawDisconnection", SubType: reason, Count: a.closed[reason]})
	}
	a.opened = 0
	clear(a.closed)
	return all
}

func (a *admin) numbers(now time.Time, counted []countedEvent) serverStats {
	s := serverStats{
		ServerID: a.o.ServerID,
		PID:      os.Getpid(),
		Uptime:   now.Sub(a.started).Seconds(),
		Clients:  a.srv.Connections(),
		Events:   append([]countedEvent{}, counted...), // never nil: the UI walks over it
	}
	s.Hostname, _ = os.Hostname()
	for _, n := range a.srv.allNamespaces() {
		s.Namespaces = append(s.Namespaces, namespaceStats{n.name, len(n.Sockets())})
	}
	return s
}
