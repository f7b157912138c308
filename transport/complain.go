package transport

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// complaintEvery is how often the same complaint is logged at most, so that who fills our log has to take his time.
const complaintEvery = 10 * time.Second

// complaint is something that the operator should know about what peers do.
type complaint struct {
	level slog.Level
	text  string
}

var (
	complainOrigin = &complaint{slog.LevelWarn, "refused a page of another origin: if it is yours, add it to AllowedOrigins"}
	complainFull   = &complaint{slog.LevelWarn, "refused a connection: MaxConns are open"}
	complainHook   = &complaint{slog.LevelInfo, "AllowRequest refused a handshake"}
	complainLarge  = &complaint{slog.LevelInfo, "closed a connection: its message was larger than MaxPayload"}
	complainParse  = &complaint{slog.LevelInfo, "closed a connection: it broke the protocol"}
	complainSlow   = &complaint{slog.LevelInfo, "closed a connection: too much waited for it"}
	complainPanic  = &complaint{slog.LevelError, "closed a connection: its receiver panicked"}
)

// complaints logs what peers do wrong, each kind at most once in complaintEvery. Its method is safe for concurrent use.
type complaints struct {
	log *slog.Logger

	// Guarded by mu.
	mu     sync.Mutex
	silent map[*complaint]silence
}

// silence is how long a complaint is not logged, and how often it would have been since it last was.
type silence struct {
	until time.Time
	more  int
}

func (c *complaints) about(what *complaint, address string, more ...slog.Attr) {
	now := time.Now()
	c.mu.Lock()
	s := c.silent[what]
	if now.Before(s.until) {
		s.more++
		c.silent[what] = s
		c.mu.Unlock()
		return
	}
	if c.silent == nil {
		c.silent = map[*complaint]silence{}
	}
	c.silent[what] = silence{until: now.Add(complaintEvery)}
	c.mu.Unlock()
	attrs := append(more, slog.String("address", address))
	if s.more > 0 {
		attrs = append(attrs, slog.Int("more", s.more))
	}
	c.log.LogAttrs(context.Background(), what.level, what.text, attrs...)
}
