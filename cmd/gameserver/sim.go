package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"ninepin/cmd/gameserver/internal/netsim"
)

// simulation is a worsened link in front of the server: clients connect to it, and it passes them on.
type simulation struct {
	proxy  *netsim.Proxy
	behind net.Listener // where the server is to listen
}

// parseSim reads the flag -sim; nil means that nothing is simulated.
func parseSim(spec string) (*netsim.Conditions, error) {
	if spec == "" {
		return nil, nil
	}
	c, err := netsim.Parse(spec)
	if err != nil {
		return nil, fmt.Errorf("-sim: %w", err)
	}
	return &c, nil
}

// simulate puts a link of these conditions between front, which it owns from then on, and a new listener on the loopback
// interface.
func simulate(front net.Listener, c netsim.Conditions) (*simulation, error) {
	behind, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("-sim: %w", errors.Join(err, front.Close()))
	}
	s := &simulation{behind: behind}
	s.proxy = netsim.New(front, func() (net.Conn, error) { return net.Dial("tcp", behind.Addr().String()) })
	s.proxy.Set(c)
	return s, nil
}

// serve runs s behind the simulated link until ctx ends. The last words still arrive.
func (s *simulation) serve(ctx context.Context, server *server) error {
	err := server.serve(ctx, s.behind)
	limit, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	return errors.Join(err, s.proxy.Shutdown(limit))
}
