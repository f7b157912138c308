// Command gameserver is Ninepin as one binary: the games, their rooms, the Socket.IO endpoint and the page.
//
//	go run ./cmd/gameserver            # plays at http://localhost:8080
//	go run ./cmd/gameserver -addr :9000 -log debug
//	go run ./cmd/gameserver -sim phone # on a bad network: also -sim "rtt=150ms,jitter=40ms,stall=2%,loss=1%,bandwidth=1mbit"
//	go run ./cmd/gameserver bench      # measures it under load: see bench -help
//
// It answers GET /healthz with the number of connections and rooms, and stops in good order on SIGINT or SIGTERM: the
// clients are told why, the rooms end, and a second signal ends it at once.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// shutdownTime bounds a graceful stop.
const shutdownTime = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal has its default effect
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "gameserver:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "bench" {
		return runBench(ctx, args[1:], stdout, stderr)
	}
	flags := flag.NewFlagSet("gameserver", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", ":8080", "listen on this `host:port`; an empty host means every interface")
	level := slog.LevelInfo
	flags.TextVar(&level, "log", slog.LevelInfo, "log from this `level` on: debug, info, warn or error")
	origins := flags.String("origins", "", "`pages` of other hosts that may connect, such as https://example.com, separated by commas; * for all")
	admin := flags.String("admin", os.Getenv("NINEPIN_ADMIN"), "serve the Socket.IO Admin UI at /admin to this `user:hash`, as htpasswd -nBC 10 prints it; default: the environment's NINEPIN_ADMIN, else off")
	sim := flags.String("sim", "", "pretend that the network is bad: `link` is cable, wifi, phone or bad, or settings such as rtt=150ms,jitter=40ms,stall=2%,loss=1%,bandwidth=1mbit,reset=60s")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; see gameserver -help", flags.Arg(0))
	}
	conditions, err := parseSim(*sim)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))
	s := newServer(log, split(*origins), games()...)
	if *admin != "" {
		if err := s.admin(*admin); err != nil {
			return err
		}
	}
	listener, err := listen(*addr)
	if err != nil {
		return err
	}
	if conditions == nil {
		fmt.Fprint(stdout, banner(listener.Addr(), ""))
		return s.serve(ctx, listener)
	}
	link, err := simulate(listener, *conditions)
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, banner(listener.Addr(), conditions.Describe()))
	return link.serve(ctx, s)
}

// split returns the parts of a list that is separated by commas.
func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// listen opens addr; its errors say what to do.
func listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken by another program (perhaps another gameserver): stop it, or choose another port with -addr :8081", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("no permission to listen on %s: ports below 1024 need it, choose another with -addr :8080", addr)
	case err != nil:
		return nil, fmt.Errorf("can't listen on %s: %w; give -addr as host:port, for example -addr :8080", addr, err)
	}
	return listener, nil
}
