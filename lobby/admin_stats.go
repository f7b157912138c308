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
	a.tellUpgrades()
	_ = a.n.Emit("server_stats", a.numbers(now, counted))
}

// tellUpgrades tells of the clients that polled when they were shown and use WebSocket now.
func (a *admin) tellUpgrades() {
	var upgraded []*Socket
	a.mu.Lock()
	for s := range a.polling {
		if !s.client.conn.Polling() {
			upgraded = append(upgraded, s)
			delete(a.polling, s)
		}
	}
	a.mu.Unlock()
	for _, s := range upgraded {
		a.tell("socket_updated", map[string]any{"id": s.id, "nsp": s.n.name, "transport": "websocket"})
	}
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
	traffic := a.srv.transport.Traffic()
	for _, c := range []countedEvent{
		{Type: "packetsIn", Count: int(traffic.PacketsIn - a.traffic.PacketsIn)},
		{Type: "bytesIn", Count: int(traffic.BytesIn - a.traffic.BytesIn)},
		{Type: "packetsOut", Count: int(traffic.PacketsOut - a.traffic.PacketsOut)},
		{Type: "bytesOut", Count: int(traffic.BytesOut - a.traffic.BytesOut)},
	} {
		if c.Timestamp = second; c.Count > 0 {
			all = append(all, c)
		}
	}
	a.opened, a.traffic = 0, traffic
	clear(a.closed)
	return all
}

func (a *admin) numbers(now time.Time, counted []countedEvent) serverStats {
	s := serverStats{
		ServerID: a.o.ServerID,
		PID:      os.Getpid(),
		Uptime:   now.Sub(a.started).Seconds(),
		Clients:  a.srv.Connections(),
		Polling:  a.srv.transport.PollingConns(),
		Events:   append([]countedEvent{}, counted...), // never nil: the UI walks over it
	}
	s.Hostname, _ = os.Hostname()
	for _, n := range a.srv.allNamespaces() {
		s.Namespaces = append(s.Namespaces, namespaceStats{n.name, len(n.Sockets())})
	}
	return s
}
