package lobby_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// strict is a log handler that fails the test when something is logged as an error: a panic in a handler, for one.
type strict struct {
	slog.Handler
	t *testing.T
}

func (h strict) Enabled(context.Context, slog.Level) bool { return true }

func (h strict) Handle(_ context.Context, r slog.Record) error {
	if r.Level >= slog.LevelError {
		r.Attrs(func(a slog.Attr) bool { h.t.Log(a); return true })
		h.t.Errorf("logged: %s", r.Message)
	}
	return nil
}

// survives sends a message to a server with a player in a room, and requires that the server goes on: the sender's
// connection stands or is closed, and another client's room plays on.
func survives(t *testing.T, codec lobbytest.Codec, send func(c *lobbytest.Client)) {
	inBubble(t, func(t *testing.T) {
		handled := make(chan struct{}, 1)
		srv := lobbytest.NewServer(t, &lobby.Options{Logger: slog.New(strict{slog.DiscardHandler, t})}, probeKind(nil))
		srv.OnConnect(func(s *lobby.Socket) error {
			s.On("fence", func(*lobby.Event) { handled <- struct{}{} })
			return nil
		})
		other := newBystander(t, srv)
		c := lobbytest.NewClient(t, srv, codec)
		create(t, c)
		go func() { // the server may stop reading
			send(c)
			c.Emit("fence")
		}()
		select {
		case <-handled:
		case <-c.Closed():
		case <-time.After(time.Minute):
			require.FailNow(t, "neither an answer nor a close")
		}
		require.LessOrEqual(t, srv.RoomCount(), 3)
		other.unharmed()
	})
}

// FuzzRoomEventsJSON sends arguments as JSON text to each of the built-in events.
func FuzzRoomEventsJSON(f *testing.F) {
	for _, args := range []string{
		`{}`, `{"room":"ABCDE"}`, `{"room":5}`, `{"game":"probe","name":"Ada"}`, `{"game":"probe","private":true,"name":"\u0000"}`,
		`{"as":"spectator","token":"x","key":"y"}`, `1,{"n":1}`, `4294967296,{"n":1e999}`, `-1,null`, `null`, `[[[[]]]]`,
		`{"subscribe":true,"game":"probe"}`, `{"subscribe":false}`, `"x"`, `{"name":{"_placeholder":true,"num":0}}`, `1,{"n":1},3,4,5`,
	} {
		for event := range uint8(7) {
			f.Add(event, args)
		}
	}
	events := []string{"room:create", "room:join", "room:quick", "room:leave", "room:list", "room:ping", "input"}
	f.Fuzz(func(t *testing.T, event uint8, args string) {
		name := events[int(event)%len(events)]
		survives(t, lobbytest.JSON, func(c *lobbytest.Client) {
			c.Text(`42["room:leave"]`)
			c.Text(`42["` + name + `",` + args + `]`)
			c.Text(`4277["` + name + `",` + args + `]`)
		})
	})
}

// FuzzRoomEventsCompact sends bytes in the place of an event's arguments in a compact packet.
func FuzzRoomEventsCompact(f *testing.F) {
	for _, args := range []string{
		"\x80", "\x81\xa4room\xa5ABCDE", "\x82\xa4game\xa5probe\xa4name\xc4\x02\xff\xfe", "\x81\xa4name\xcb\x7f\xf8\x00\x00\x00\x00\x00\x01",
		"\xc0", "\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "\x91\x91\x90", "\xdf\xff\xff\xff\xff", "\x81\xc0\xc0", "\xd6\xff\x00\x00\x00\x00",
	} {
		for event := range uint8(7) {
			f.Add(event, uint8(1), []byte(args))
		}
	}
	events := []string{"room:create", "room:join", "room:quick", "room:leave", "room:list", "room:ping", "input"}
	f.Fuzz(func(t *testing.T, event, count uint8, args []byte) {
		name := events[int(event)%len(events)]
		packet := append([]byte{0x94, 2, 0, 7, 0x91 + count%8, 0xa0 | byte(len(name))}, name...)
		survives(t, lobbytest.Compact, func(c *lobbytest.Client) {
			c.Binary(append(packet, args...))
		})
	})
}

// FuzzPlayerName holds the rules for names.
func FuzzPlayerName(f *testing.F) {
	for _, name := range []string{"", "Ada", "  x  ", "\u202e", "a\x00b", "\xff\xfe", "日本語", "123456789012345678901234", "1234567890123456789012345"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, given string) {
		name, err := lobby.PlayerName(given)
		if err != nil {
			require.Empty(t, name)
			return
		}
		again, err := lobby.PlayerName(name)
		require.NoError(t, err)
		require.Equal(t, name, again, "a good name stays as it is")
		require.LessOrEqual(t, len([]rune(name)), 24)
		for _, r := range name {
			require.GreaterOrEqual(t, r, ' ')
		}
	})
}
