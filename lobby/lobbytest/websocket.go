package lobbytest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// The opcodes of WebSocket frames.
const (
	opText   = 0x1
	opBinary = 0x2
	opClose  = 0x8
	opPing   = 0x9
	opPong   = 0xA
)

// socket is the client's end of a WebSocket (RFC 6455), no more than a test needs: whole messages, one frame each.
type socket struct {
	conn net.Conn
	in   *bufio.Reader
	turn chan struct{} // to write; not a mutex, which would stop virtual time
}

// upgrade does the opening handshake.
func upgrade(conn net.Conn, path string, header http.Header) (*socket, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: memory\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", path)
	_ = header.Write(&b)
	b.WriteString("\r\n")
	if _, err := io.WriteString(conn, b.String()); err != nil {
		return nil, err
	}
	in := bufio.NewReader(conn)
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(res.Body)
		return nil, fmt.Errorf("refused with %s: %s", res.Status, body)
	}
	return &socket{conn: conn, in: in, turn: make(chan struct{}, 1)}, nil
}

// write sends one message, masked with zeros, which is allowed and easy to read.
func (s *socket) write(op byte, payload []byte) error {
	frame := []byte{0x80 | op}
	switch n := len(payload); {
	case n < 126:
		frame = append(frame, 0x80|byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 0x80|127), uint64(n))
	}
	return s.writeRaw(append(append(frame, 0, 0, 0, 0), payload...))
}

// writeRaw sends bytes as they are.
func (s *socket) writeRaw(b []byte) error {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	_, err := s.conn.Write(b)
	return err
}

// read returns the next frame.
func (s *socket) read() (op byte, payload []byte, err error) {
	var head [8]byte
	if _, err := io.ReadFull(s.in, head[:2]); err != nil {
		return 0, nil, err
	}
	op = head[0] & 0x0f
	n := uint64(head[1])
	switch n {
	case 126:
		_, err = io.ReadFull(s.in, head[:2])
		n = uint64(binary.BigEndian.Uint16(head[:2]))
	case 127:
		_, err = io.ReadFull(s.in, head[:8])
		n = binary.BigEndian.Uint64(head[:8])
	}
	if err != nil {
		return 0, nil, err
	}
	if n > 1<<26 {
		return 0, nil, fmt.Errorf("a frame of %d bytes", n)
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(s.in, payload)
	return op, payload, err
}
