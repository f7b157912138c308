package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"
)

// How long a server in a child process may take.
const (
	answerTime = 30 * time.Second // for an order
	endTime    = 20 * time.Second // to end in good order
)

// child is a server in a process of its own. Its methods belong to one goroutine.
type child struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	url     *url.URL
	stopped bool // by a signal
}

// startChild starts this program again as a server.
func startChild(stderr io.Writer, args ...string) (*child, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(exe, append([]string{"bench", "serve", "-control"}, args...)...)}
	c.cmd.Stderr = stderr
	dieTogether(c.cmd)
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewReader(out)
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := c.out.ReadString('\n')
	if err == nil {
		c.url, err = url.Parse(strings.TrimSpace(line))
	}
	if err != nil {
		return nil, fmt.Errorf("the server did not start: %w", c.end(err))
	}
	return c, nil
}

// ask gives an order and returns the answer. A server that does not answer is ended.
func (c *child) ask(order string) (string, error) {
	kill := time.AfterFunc(answerTime, func() { _ = c.cmd.Process.Kill() })
	defer kill.Stop()
	if _, err := fmt.Fprintln(c.in, order); err != nil {
		return "", fmt.Errorf("the server is gone: %w", err)
	}
	line, err := c.out.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the server is gone: %w", err)
	}
	return strings.TrimSpace(line), nil
}

// used tells what the server has used since its start.
func (c *child) used() (u use, err error) {
	line, err := c.ask(sayUse)
	if err != nil {
		return u, err
	}
	return u, json.Unmarshal([]byte(line), &u)
}

// profile begins a CPU profile, or ends it if file is "".
func (c *child) profile(file string) error {
	order := sayStop
	if file != "" {
		order = sayProfile + " " + file
	}
	line, err := c.ask(order)
	if err == nil && line != sayOK {
		err = fmt.Errorf("the server cannot write a profile: %s", line)
	}
	return err
}

// pause stops the process, or lets it go on.
func (c *child) pause(on bool) error {
	if c.stopped == on {
		return nil
	}
	c.stopped = on
	return pauseProcess(c.cmd.Process, on)
}

// end ends the process in good order, or else by force, and waits for it. It returns cause, or how the process ended.
func (c *child) end(cause error) error {
	_ = c.pause(false)
	_ = c.in.Close()
	ctx, cancel := context.WithTimeout(context.Background(), endTime)
	stop := context.AfterFunc(ctx, func() {
		if ctx.Err() == context.DeadlineExceeded {
			_ = c.cmd.Process.Kill()
		}
	})
	err := c.cmd.Wait()
	stop()
	cancel()
	switch {
	case cause != nil:
		return cause
	case err != nil:
		return fmt.Errorf("the server did not end well: %w", err)
	}
	return nil
}
