package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"ninepin/game"
	"ninepin/lobby"
	"ninepin/transport"
	"ninepin/web/client"
)

// server is the lobby with its page behind one HTTP server.
type server struct {
	log   *slog.Logger
	lobby *lobby.Server
	http  *http.Server
}

// newServer wires the games to a lobby and the page. Heartbeats are quicker than Socket.IO's defaults, so that a phone
// that went through a tunnel is noticed within 15 s, and messages are smaller: games send little. origins are other
// hosts' pages that may connect.
func newServer(log *slog.Logger, origins []string, kinds ...*game.Kind) *server {
	s := &server{log: log}
	s.lobby = lobby.New(&lobby.Options{
		Transport: transport.Options{
			PingInterval: 5 * time.Second,
			PingTimeout:  10 * time.Second,
			MaxPayload:   64 << 10,
			MaxQueue:     256 << 10,

			AllowedOrigins: origins,
		},
		Logger: log,
	})
	s.lobby.Handle(kinds...)
	mux := http.NewServeMux()
	mux.Handle(lobby.Path, s.lobby)
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.Handle("/", client.Handler())
	s.http = &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 10 * time.Second, // no ReadTimeout or WriteTimeout: connections live long
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // what clients do wrong is their business
	}
	return s
}

// admin opens the Admin UI's namespace to who knows the password; login is user:hash, as htpasswd -nBC 10 prints it.
func (s *server) admin(login string) error {
	user, hash, found := strings.Cut(login, ":")
	if !found {
		return errors.New("-admin: give user:hash, a line that htpasswd -nBC 10 user prints")
	}
	return s.lobby.Admin(lobby.AdminOptions{Username: user, PasswordHash: hash})
}

// serve answers on listener until ctx ends, then stops in good order.
func (s *server) serve(ctx context.Context, listener net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.log.Info("stopping: telling the clients and ending the rooms")
	limit, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	err := errors.Join(s.lobby.Shutdown(limit), s.http.Shutdown(limit))
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	<-failed
	return err
}

// healthz answers load balancers and people.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"ok":          true,
		"connections": s.lobby.Connections(),
		"rooms":       s.lobby.RoomCount(),
	})
}
