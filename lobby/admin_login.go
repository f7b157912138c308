package lobby

import (
	"crypto/subtle"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// What the Admin UI is told that it may not come in. It knows the first by heart.
var (
	errCredentials = errors.New("invalid credentials")
	errGuessing    = errors.New("too many wrong passwords: wait a minute")
)

const (
	guessWindow  = time.Minute
	guessesOfOne = 5              // wrong passwords from one address in a window
	guessesOfAll = 60             // and from all: more would cost the games their processor, since checking one is slow on purpose
	loginTime    = 24 * time.Hour // without coming back
	maxLogins    = 100            // the one not used for longest goes first
)

// logins decides who is an admin. It is safe for concurrent use.
type logins struct {
	username, hash string

	turn sync.Mutex // one password at a time, so that guessers wait for each other and not for processors

	// Guarded by mu.
	mu       sync.Mutex
	sessions map[string]time.Time // when they were last used
	since    time.Time            // of the window
	wrong    map[string]int       // in the window, by address; those still being checked among them
	sum      int                  // of wrong
}

func newLogins(username, hash string) *logins {
	return &logins{username: username, hash: hash, sessions: map[string]time.Time{}, wrong: map[string]int{}}
}

// check lets whoever knows the password in.
func (l *logins) check(auth adminAuth, address string, now time.Time) error {
	if auth.Username == "" && auth.Password == "" {
		return errCredentials // a session that has ended, not a guess
	}
	if !l.guess(address, now) {
		return errGuessing
	}
	l.turn.Lock()
	err := bcrypt.CompareHashAndPassword([]byte(l.hash), []byte(auth.Password)) // for a wrong name too: it takes as long
	l.turn.Unlock()
	if subtle.ConstantTimeCompare([]byte(auth.Username), []byte(l.username)) != 1 || err != nil {
		return errCredentials
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sum -= l.wrong[address]
	delete(l.wrong, address)
	return nil
}

// guess counts a try as wrong until it is known to be right. It says no if there were too many. What it keeps is bounded
// by their sum.
func (l *logins) guess(address string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.since) >= guessWindow {
		clear(l.wrong)
		l.since, l.sum = now, 0
	}
	if l.wrong[address] >= guessesOfOne || l.sum >= guessesOfAll {
		return false
	}
	l.wrong[address]++
	l.sum++
	return true
}

// open begins a session and returns its id.
func (l *logins) open(now time.Time) string {
	id := newSecret(18)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sessions) >= maxLogins {
		oldest := ""
		for id, used := range l.sessions {
			if oldest == "" || used.Before(l.sessions[oldest]) {
				oldest = id
			}
		}
		delete(l.sessions, oldest)
	}
	l.sessions[id] = now
	return id
}

// resume tells whether a session goes on.
func (l *logins) resume(id string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	used, known := l.sessions[id]
	switch {
	case !known:
		return false
	case now.Sub(used) >= loginTime:
		delete(l.sessions, id)
		return false
	}
	l.sessions[id] = now
	return true
}

// hostOf returns who sends from an address, without the port. Of IPv6, where one host has as many addresses as it
// likes, it is the network.
func hostOf(address string) string {
	host := withoutPort(address)
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Unmap().Is4() {
		return host
	}
	network, _ := ip.WithZone("").Prefix(64)
	return network.String()
}

func withoutPort(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}
