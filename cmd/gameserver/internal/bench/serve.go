package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"strings"
	"time"

	"ninepin/game"
)

// Serve runs the server that is measured, with these kinds, on l until ctx ends.
type Serve func(ctx context.Context, l net.Listener, kinds ...*game.Kind) error

// The words that the measuring process says to its server, a line each, and that the server answers with a line.
const (
	sayUse     = "use"     // use, as JSON
	sayProfile = "profile" // and a file: begins a CPU profile
	sayStop    = "stop"    // ends it
	sayOK      = "ok"
)

// use is what a server has used since it started.
type use struct {
	CPU    time.Duration `json:"cpu"`    // user and system, of all threads
	Allocs uint64        `json:"allocs"` // objects
	RSS    int64         `json:"rss"`    // bytes now; -1: not known
}

// runServe is "bench serve".
func runServe(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, serve Serve) error {
	flags := flag.NewFlagSet("gameserver bench serve", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:0", "listen on this `host:port`")
	frame := flags.Int("floor", 0, "serve the plain gws server instead, with frames of this many `bytes`")
	control := flags.Bool("control", false, "take orders from standard input, and end with it")
	var cpus []int
	flags.Func("cpu", "run on this processor, or `range` of them (Linux)", func(s string) (err error) {
		cpus, err = parseRange(s)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if cpus != nil {
		if err := pin(cpus); err != nil {
			return fmt.Errorf("bench: can't run on processors %v: %w", cpus, err)
		}
		runtime.GOMAXPROCS(len(cpus))
	}
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	fmt.Fprintf(stdout, "http://%s\n", l.Addr())
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if *control {
		go func() { // ends with the process: nothing wakes a reader of standard input
			obey(stdin, stdout)
			stop()
		}()
	}
	if *frame > 0 {
		return serveFloor(ctx, l, *frame)
	}
	return serve(ctx, l, Kinds()...)
}

// obey answers orders until there are no more.
func obey(orders io.Reader, answers io.Writer) {
	lines := bufio.NewScanner(orders)
	for lines.Scan() {
		word, arg, _ := strings.Cut(lines.Text(), " ")
		answer, err := answer(word, arg)
		if err != nil {
			answer = err.Error()
		}
		fmt.Fprintln(answers, answer)
	}
}

func answer(word, arg string) (string, error) {
	switch word {
	case sayUse:
		b, err := json.Marshal(used())
		return string(b), err
	case sayProfile:
		f, err := os.Create(arg)
		if err != nil {
			return "", err
		}
		return sayOK, pprof.StartCPUProfile(f) // the process ends soon, and the file with it
	case sayStop:
		pprof.StopCPUProfile()
		return sayOK, nil
	}
	return "", fmt.Errorf("bench: no order %q", word)
}

// used tells what this process has used.
func used() use {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}}
	metrics.Read(sample)
	return use{CPU: processTime(), Allocs: sample[0].Value.Uint64(), RSS: resident()}
}
