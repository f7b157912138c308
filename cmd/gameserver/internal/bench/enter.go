package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/vmihailenco/msgpack/v5"
)

// openTimeout bounds the opening of one connection, with all that it asks the server for.
const openTimeout = 30 * time.Second

// target is a server that is measured.
type target struct {
	url   *url.URL // http or https
	floor bool     // it is our plain gws server, which has no protocol
}

// wish is what a connection wants to be.
type wish struct {
	game   string // "": in no room
	room   string // to join; "": a new one
	player bool
	name   string
}

// entry is one connection while it is being opened. Everything blocks, within its deadline.
type entry struct {
	conn net.Conn
	in   *bufio.Reader
	rest []byte // what came behind the last answer
}

// open opens a connection and makes of it what is wished. It returns the room and the bytes that came too early.
func (t *target) open(ctx context.Context, w wish) (conn net.Conn, room string, early []byte, err error) {
	conn, err = t.dial(ctx)
	if err != nil {
		return nil, "", nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	_ = conn.SetDeadline(time.Now().Add(openTimeout))
	e := &entry{conn: conn, in: bufio.NewReaderSize(conn, 16<<10)}
	room, err = e.enter(t, w)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close()
		return nil, "", nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	read, _ := e.in.Peek(e.in.Buffered())
	return conn, room, append(e.rest, read...), nil
}

func (t *target) dial(ctx context.Context) (net.Conn, error) {
	host := t.url.Host
	if t.url.Port() == "" {
		host = net.JoinHostPort(t.url.Hostname(), map[string]string{"http": "80", "https": "443"}[t.url.Scheme])
	}
	d := net.Dialer{Timeout: openTimeout}
	if t.url.Scheme == "https" {
		return (&tls.Dialer{NetDialer: &d}).DialContext(ctx, "tcp", host)
	}
	return d.DialContext(ctx, "tcp", host)
}

// enter does one step after the other.
func (e *entry) enter(t *target, w wish) (room string, err error) {
	if t.floor {
		return w.room, e.upgrade(t.url, floorPath+"?room="+url.QueryEscape(w.room))
	}
	if err := e.upgrade(t.url, "/socket.io/?EIO=4&transport=websocket"); err != nil {
		return "", err
	}
	if f, err := e.frame(); err != nil || f.op != opText || len(f.payload) == 0 || f.payload[0] != '0' {
		return "", orFrame(err)
	}
	if err := e.write([]byte{0x91, sioConnect}); err != nil {
		return "", err
	}
	if err := e.connected(); err != nil || w.game == "" {
		return "", err
	}
	return e.join(w)
}

// upgrade makes a WebSocket of the connection. The key is that of RFC 6455, section 1.3: nobody caches between us.
func (e *entry) upgrade(u *url.URL, path string) error {
	_, err := fmt.Fprintf(e.conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path, u.Host)
	if err != nil {
		return err
	}
	res, err := http.ReadResponse(e.in, nil)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		said, _ := io.ReadAll(io.LimitReader(res.Body, 200))
		return fmt.Errorf("the server answered %s to the WebSocket handshake: %s", res.Status, bytes.TrimSpace(said))
	}
	return nil
}

// frame reads the next frame that is not a heartbeat.
func (e *entry) frame() (frame, error) {
	for {
		f, err := e.any()
		switch {
		case err != nil:
			return f, err
		case f.op == opClose:
			return f, closed(f.payload)
		case f.op == opText && string(f.payload) == "2":
			if _, err := e.conn.Write(appendFrame(nil, opText, 1, []byte("3"))); err != nil {
				return f, err
			}
		case f.op == opText || f.op == opBinary:
			return f, nil
		}
	}
}

// any reads one frame; its payload is valid until the next read.
func (e *entry) any() (frame, error) {
	for need := 2; ; need++ {
		if _, err := e.in.Peek(need); err != nil {
			return frame{}, err
		}
		have, _ := e.in.Peek(e.in.Buffered())
		f, n, err := nextFrame(have)
		if err != nil {
			return f, err
		}
		if n > 0 {
			_, err = e.in.Discard(n)
			return f, err
		}
		need = max(need, len(have))
	}
}

func (e *entry) write(payload []byte) error {
	_, err := e.conn.Write(appendFrame(nil, opBinary, 0x5a17c3e9, payload))
	return err
}

func (e *entry) connected() error {
	f, err := e.frame()
	if err != nil {
		return err
	}
	switch kind, _, data, err := readPacket(f.payload); {
	case err != nil:
		return err
	case kind == sioConnectError:
		var said struct {
			Message string `msgpack:"message"`
		}
		_ = msgpack.Unmarshal(data, &said)
		return fmt.Errorf("the server refused the namespace: %s", said.Message)
	case kind != sioConnect:
		return errFrame
	}
	return nil
}

// joined is as much of the acks of room:create and room:join as we need.
type joined struct {
	OK   bool `msgpack:"ok"`
	Room struct {
		ID string `msgpack:"id"`
	} `msgpack:"room"`
	You struct {
		Role string `msgpack:"role"`
	} `msgpack:"you"`
	Error struct {
		Code    string `msgpack:"code"`
		Message string `msgpack:"message"`
	} `msgpack:"error"`
}

// join enters a room, a new one if none is wished.
func (e *entry) join(w wish) (room string, err error) {
	role := "spectator"
	if w.player {
		role = "player"
	}
	event, arg := "room:join", map[string]any{"room": w.room, "as": role, "name": w.name}
	switch {
	case w.room == "" && w.player:
		event, arg = "room:create", map[string]any{"game": w.game, "name": w.name}
	case w.room == "":
		event, arg = "room:quick", map[string]any{"game": w.game, "as": role, "name": w.name}
	}
	b, err := request(1, event, arg)
	if err != nil {
		return "", err
	}
	if err := e.write(b); err != nil {
		return "", err
	}
	data, err := e.ack(1)
	if err != nil {
		return "", err
	}
	var answer []joined
	if err := msgpack.Unmarshal(data, &answer); err != nil || len(answer) == 0 {
		return "", errFrame
	}
	switch a := answer[0]; {
	case !a.OK && a.Error.Code == "unknown_game":
		return "", fmt.Errorf("the server does not offer the game %s: start it as gameserver bench serve", w.game)
	case !a.OK:
		return "", fmt.Errorf("%s was refused: %s: %s", event, a.Error.Code, a.Error.Message)
	case a.You.Role != role:
		return "", fmt.Errorf("%s made us a %s, not a %s", event, a.You.Role, role)
	default:
		return a.Room.ID, nil
	}
}

// ack waits for the answer to request id.
func (e *entry) ack(id int) (msgpack.RawMessage, error) {
	for {
		f, err := e.frame()
		if err != nil {
			return nil, err
		}
		if f.op == opText || len(f.payload) > 0 && f.payload[0] == stateMark {
			continue
		}
		kind, got, data, err := readPacket(f.payload)
		if err != nil {
			return nil, err
		}
		if kind == sioAck && got == id {
			return data, nil
		}
	}
}

func orFrame(err error) error {
	return errors.Join(err, errFrame)
}
