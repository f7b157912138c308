package lobby

import (
	"crypto/rand"
	"encoding/binary"
	"log/slog"
	"time"

	"ninepin/transport"
)

// Options of a Server. The zero value of each field means the default of its comment.
type Options struct {
	Transport      transport.Options // heartbeats, payload and queue bounds, origins
	ConnectTimeout time.Duration     // for a connection to join its first namespace; default 45 s
	RateLimit      int               // events per second of one connection, bursts of twice that; default 60, or twice the highest TickRate, once games are registered, else none; below 0: none
	MaxRooms       int               // game rooms at a time; default 10,000
	MaxNamespaces  int               // that parents have made, at a time; default 10,000
	EmptyRoom      time.Duration     // how long a room is kept with nobody there and no seat held; default 10 s
	Seed           func() uint64     // of each match's random numbers; default: unguessable
	Recovery       *Recovery         // lets clients go on after their connection broke; default nil: they start anew
	Logger         *slog.Logger      // what the operator should know; default slog.Default()
}

// withDefaults returns a copy of o with nothing left at zero but RateLimit, whose default hangs on the games.
func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.ConnectTimeout <= 0 {
		d.ConnectTimeout = 45 * time.Second
	}
	if d.MaxRooms <= 0 {
		d.MaxRooms = 10_000
	}
	if d.MaxNamespaces <= 0 {
		d.MaxNamespaces = 10_000
	}
	if d.EmptyRoom <= 0 {
		d.EmptyRoom = 10 * time.Second
	}
	if d.Seed == nil {
		d.Seed = randomSeed
	}
	d.Recovery = d.Recovery.withDefaults()
	if d.Logger == nil {
		d.Logger = slog.Default()
	}
	if d.Transport.Logger == nil {
		d.Transport.Logger = d.Logger
	}
	return d
}

func randomSeed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])
}
