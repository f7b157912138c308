package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"

	"ninepin/cmd/gameserver/internal/bench"
	"ninepin/game"
)

// runBench is "gameserver bench": the server under load, measured.
func runBench(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return bench.Run(ctx, args, os.Stdin, stdout, stderr, func(ctx context.Context, l net.Listener, kinds ...*game.Kind) error {
		return newServer(log, nil, kinds...).serve(ctx, l)
	})
}
