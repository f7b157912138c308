package lobby

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"ninepin/transport"
)

// ErrNotConnected is the error of sending to a socket before its connect handlers run, or after it has disconnected.
var ErrNotConnected = errors.New("lobby: the socket is not connected")

// The reasons that a socket's disconnect handlers get besides those of package transport: one of the two sides left the
// namespace. Test with errors.Is.
var (
	ErrClientDisconnect = &transport.CloseReason{Code: 1000, Text: "client namespace disconnect", Reconnect: false}
	ErrServerDisconnect = &transport.CloseReason{Code: 1000, Text: "server namespace disconnect", Reconnect: false}
)

// ConnectError refuses a socket from a middleware with more than a text: Data goes to the client beside Message.
type ConnectError struct {
	Message string
	Data    any // anything that can be encoded; nil: left out
}

func (e *ConnectError) Error() string { return e.Message }

// Error is what a client is told of an event that could not be done. A handler may return one through Event.Fail.
type Error struct {
	Code    string `msgpack:"code" json:"code"`                       // for programs: one of the table in the package comment, or your own
	Message string `msgpack:"message" json:"message"`                 // for people: what happened and what to do
	Retry   int    `msgpack:"retry,omitempty" json:"retry,omitempty"` // seconds after which trying again makes sense; 0: never
}

func (e *Error) Error() string { return e.Message }

// The codes of Error, as they stand on the wire.
const (
	codeUnknownRoom   = "unknown_room"
	codeRoomFull      = "room_full"
	codeAlreadyJoined = "already_joined"
	codeInAnotherRoom = "in_another_room"
	codeNoSeat        = "no_seat"
	codeBadInput      = "bad_input"
	codeOldInput      = "old_input"
	codeUnknownEvent  = "unknown_event"
	codeUnknownGame   = "unknown_game"
	codeBadArguments  = "bad_arguments"
	codeBadName       = "bad_name"
	codeBadKey        = "bad_key"
	codeRefused       = "refused"
	codeTooMany       = "too_many"
	codeServerFull    = "server_full"
	codeNotInRoom     = "not_in_room"
	codeStopping      = "stopping"
	codeInternal      = "internal"
)

func errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// after says when trying again makes sense.
func (e *Error) after(seconds int) *Error {
	e.Retry = seconds
	return e
}

// asError makes err fit for a client.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: codeRefused, Message: err.Error()}
}

// quote shows what a client has sent in a message, cut to a length that cannot be abused.
func quote(s string) string {
	const most = 32
	if utf8.RuneCountInString(s) <= most {
		return fmt.Sprintf("%q", s)
	}
	cut := []rune(s[:min(len(s), most*utf8.UTFMax)])
	return fmt.Sprintf("%q…", string(cut[:most]))
}

// internalError is what the client gets when a handler panicked: nothing of the server's insides.
func internalError() *Error {
	return &Error{Code: codeInternal, Message: "something broke on the server; it has been logged"}
}

// refusal is the shape of every ack that says no.
type refusal struct {
	OK    bool   `msgpack:"ok"`
	Error *Error `msgpack:"error"`
}

// errorEvent is the argument of the "error" event, for failures of events without an ack.
type errorEvent struct {
	Code    string `msgpack:"code"`
	Message string `msgpack:"message"`
	Event   string `msgpack:"event"`
	Retry   int    `msgpack:"retry,omitempty"`
}

// done is the shape of an ack that has nothing more to say than yes.
type done struct {
	OK bool `msgpack:"ok"`
}
