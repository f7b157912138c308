package lobby_test

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// bystander is a client in a room of its own, to see that it plays on whatever the others do.
type bystander struct {
	t   *testing.T
	c   *lobbytest.Client
	seq int
}

func newBystander(t *testing.T, srv *lobby.Server) *bystander {
	t.Helper()
	b := &bystander{t: t, c: lobbytest.NewClient(t, srv, lobbytest.JSON)}
	enter(t, b.c, "room:create", map[string]any{"game": "probe", "private": true}) // nobody drops in
	return b
}

// unharmed requires that the bystander's inputs still count, and that it has heard nothing but its own room.
func (b *bystander) unharmed() {
	b.t.Helper()
	b.seq++
	require.Empty(b.t, b.c.Call("input", b.seq, map[string]any{"n": 1}).Code(b.t))
	time.Sleep(time.Second)
	settle()
	events := b.c.Events()
	require.NotEmpty(b.t, events)
	for _, e := range events {
		require.Contains(b.t, []string{"state", "room:update"}, e.Name)
	}
	last := events[len(events)-1]
	require.Equal(b.t, map[string]any{"p1": int64(b.seq)}, last.Args[0].(map[string]any)["sums"])
}

func TestBadEventsAreAnsweredToTheSenderOnly(t *testing.T) {
	long := strings.Repeat("n", 10_000)
	type args = []any
	cases := map[string]struct {
		event string
		args  args
		code  string
	}{
		"unknown room":              {"room:join", args{map[string]any{"room": "ZZZZZ"}}, "unknown_room"},
		"no room":                   {"room:join", args{map[string]any{}}, "unknown_room"},
		"no argument":               {"room:join", nil, "unknown_room"},
		"endless room":              {"room:join", args{map[string]any{"room": long}}, "unknown_room"},
		"room of another type":      {"room:join", args{map[string]any{"room": 5}}, "bad_arguments"},
		"argument of another type":  {"room:join", args{"room"}, "bad_arguments"},
		"array for a map":           {"room:create", args{[]any{1, 2}}, "bad_arguments"},
		"unknown role":              {"room:join", args{map[string]any{"room": "ZZZZZ", "as": "king"}}, "bad_arguments"},
		"private of another type":   {"room:create", args{map[string]any{"game": "probe", "private": "yes"}}, "bad_arguments"},
		"unknown game":              {"room:create", args{map[string]any{"game": "chess"}}, "unknown_game"},
		"quick into an unknown":     {"room:quick", args{map[string]any{"game": ""}}, "unknown_game"},
		"list of an unknown game":   {"room:list", args{map[string]any{"game": "chess"}}, "unknown_game"},
		"list subscribed by number": {"room:list", args{map[string]any{"subscribe": 1}}, "bad_arguments"},
		"unknown event":             {"dance", args{1}, "unknown_event"},
		"unknown endless event":     {long, nil, "unknown_event"},
		"endless name":              {"room:create", args{map[string]any{"game": "probe", "name": long}}, "bad_name"},
		"long name":                 {"room:create", args{map[string]any{"game": "probe", "name": long[:25]}}, "bad_name"},
		"control characters":        {"room:create", args{map[string]any{"game": "probe", "name": "a\x00b"}}, "bad_name"},
		"line break":                {"room:create", args{map[string]any{"game": "probe", "name": "a\nb"}}, "bad_name"},
		"text turned around":        {"room:create", args{map[string]any{"game": "probe", "name": "a\u202eb"}}, "bad_name"},
		"name of another type":      {"room:create", args{map[string]any{"game": "probe", "name": map[string]any{}}}, "bad_arguments"},
		"leaving nothing":           {"room:leave", args{map[string]any{}}, "not_in_room"},
		"input without a room":      {"input", args{1, map[string]any{"n": 1}}, "not_in_room"},
	}
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		other := newBystander(t, srv)
		c := lobbytest.NewClient(t, srv, codec)
		for name, bad := range cases {
			reply := c.Call(bad.event, bad.args...)
			require.Equal(t, bad.code, reply.Code(t), name)
			message := reply.Map(t)["error"].(map[string]any)["message"].(string)
			require.NotEmpty(t, message, name)
			require.Less(t, len(message), 300, name)
			time.Sleep(1100 * time.Millisecond)
			c.Emit(bad.event, bad.args...)
			e := c.Wait("error").Args[0].(map[string]any)
			require.Equal(t, bad.code, e["code"], name)
			require.Equal(t, bad.event, e["event"], name)
			require.Empty(t, names(c), name)
		}
		require.Equal(t, 1, srv.RoomCount())
		other.unharmed()
	})
}

func TestBadInputsCostOnlyTheirSender(t *testing.T) {
	type args = []any
	inputs := map[string]struct {
		args args
		code string
	}{
		"nothing":            {nil, "bad_arguments"},
		"no input":           {args{1}, "bad_arguments"},
		"sequence zero":      {args{0, map[string]any{"n": 1}}, "bad_arguments"},
		"sequence negative":  {args{-1, map[string]any{"n": 1}}, "bad_arguments"},
		"sequence fraction":  {args{1.5, map[string]any{"n": 1}}, "bad_arguments"},
		"sequence too large": {args{int64(math.MaxUint32) + 1, map[string]any{"n": 1}}, "bad_arguments"},
		"sequence huge":      {args{uint64(math.MaxUint64), map[string]any{"n": 1}}, "bad_arguments"},
		"sequence text":      {args{"1", map[string]any{"n": 1}}, "bad_arguments"},
		"sequence nil":       {args{nil, map[string]any{"n": 1}}, "bad_arguments"},
		"wrong type":         {args{1, map[string]any{"n": "one"}}, "bad_input"},
		"no map":             {args{1, 5}, "bad_input"},
		"fraction for int":   {args{1, map[string]any{"n": 1.5}}, "bad_input"},
	}
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		other := newBystander(t, srv)
		a, b, _ := trio(t, srv, codec)
		j := create(t, a)
		join(t, b, j.Room.ID)
		for name, bad := range inputs {
			require.Equal(t, bad.code, a.Call("input", bad.args...).Code(t), name)
			time.Sleep(time.Second)
			names(a)
			a.Emit("input", bad.args...)
			require.Equal(t, bad.code, a.Wait("error").Args[0].(map[string]any)["code"], name)
		}
		require.Empty(t, a.Call("input", 1, map[string]any{"n": 1}).Code(t), "none of them has used up a sequence number")
		require.NotContains(t, names(b), "error")
		other.unharmed()
	})
}

func TestInputsThatAreNoNumbersAreRefused(t *testing.T) {
	for _, codec := range []lobbytest.Codec{lobbytest.Msgpack, lobbytest.Compact} { // JSON cannot say them
		t.Run(codec.String(), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := lobbytest.NewServer(t, nil, probeKind(nil))
				c := lobbytest.NewClient(t, srv, codec)
				create(t, c)
				for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					require.Equal(t, "bad_input", c.Call("input", 1, map[string]any{"f": f}).Code(t))
				}
				require.Empty(t, c.Call("input", 1, map[string]any{"f": 0.5}).Code(t))
			})
		})
	}
}

func TestSpectatorsInputIsRefused(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		a, b, _ := trio(t, srv, codec)
		room := create(t, a).Room.ID
		join(t, b, room, spectator())
		require.Equal(t, "no_seat", b.Call("input", 1, map[string]any{"n": 1}).Code(t))
		b.Emit("input", 2, map[string]any{"n": 1})
		require.Equal(t, "no_seat", b.Wait("error").Args[0].(map[string]any)["code"])
		require.NotContains(t, names(a), "error")
	})
}

func TestOldInputsAreIgnoredInSilence(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		c := lobbytest.NewClient(t, srv, codec)
		j := create(t, c)
		for _, seq := range []int{5, 5, 4, 1, 5} {
			c.Emit("input", seq, map[string]any{"n": 1})
		}
		require.Equal(t, "old_input", c.Call("input", 5, map[string]any{"n": 1}).Code(t))
		time.Sleep(time.Second)
		settle()
		events := c.Events()
		require.Equal(t, map[string]any{j.You.ID: int64(1)}, events[len(events)-1].Args[0].(map[string]any)["sums"])
		for _, e := range events {
			require.NotEqual(t, "error", e.Name)
		}
	})
}

func TestErrorEventsAreFew(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		c := lobbytest.NewClient(t, srv, codec)
		for range 50 {
			c.Emit("dance")
			c.Emit("room:leave")
		}
		require.Equal(t, []string{"error", "error"}, names(c), "one for each code")
	})
}

func TestPlainServerIgnoresUnknownEvents(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil)
		c := lobbytest.NewClient(t, srv, codec)
		for range 1000 {
			c.Emit("room:create", map[string]any{"game": "probe"})
		}
		require.Empty(t, names(c))
		require.True(t, socketOf(t, srv, c).Connected())
	})
}

func TestHugePayloadClosesOnlyItsConnection(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		o := &lobby.Options{}
		o.Transport.MaxPayload = 64 << 10
		srv := lobbytest.NewServer(t, o, probeKind(nil))
		other := newBystander(t, srv)
		c := lobbytest.NewClient(t, srv, codec)
		create(t, c)
		go c.Emit("chat", strings.Repeat("x", 65<<10)) // the server stops reading it
		code, _ := c.WaitClosed()
		require.Equal(t, 1009, code)
		other.unharmed()
	})
}

func TestGarbageClosesOnlyItsConnection(t *testing.T) {
	zeros := strings.Repeat("0", 20)
	garbage := map[string]func(c *lobbytest.Client){
		"no packet type":              func(c *lobbytest.Client) { c.Text("4") },
		"unknown packet type":         func(c *lobbytest.Client) { c.Text("49") },
		"truncated JSON":              func(c *lobbytest.Client) { c.Text(`42["a`) },
		"event without a name":        func(c *lobbytest.Client) { c.Text(`42[]`) },
		"event that is a map":         func(c *lobbytest.Client) { c.Text(`42{"a":1}`) },
		"reserved event":              func(c *lobbytest.Client) { c.Text(`42["disconnect"]`) },
		"too deep JSON":               func(c *lobbytest.Client) { c.Text("42" + strings.Repeat("[", 10_000)) },
		"attachments missing":         func(c *lobbytest.Client) { c.Text(`451-["a",{"_placeholder":true,"num":0}]`); c.Text(`42["a"]`) },
		"too many attachments":        func(c *lobbytest.Client) { c.Text(`45999999-["a"]`) },
		"attachment nobody announced": func(c *lobbytest.Client) { c.Text("4" + zeros); c.Binary([]byte{1}) },
		"unknown Engine.IO packet":    func(c *lobbytest.Client) { c.Text("x") },
		"empty text":                  func(c *lobbytest.Client) { c.Text("") },
		"empty binary":                func(c *lobbytest.Client) { c.Binary(nil) },
		"truncated msgpack map":       func(c *lobbytest.Client) { c.Binary([]byte{0x84, 0xa4, 't', 'y'}) },
		"truncated compact array":     func(c *lobbytest.Client) { c.Binary([]byte{0x94, 2, 0}) },
		"array of four billion":       func(c *lobbytest.Client) { c.Binary([]byte{0x94, 2, 0, 0xc0, 0xdd, 0xff, 0xff, 0xff, 0xff}) },
		"deep msgpack":                func(c *lobbytest.Client) { c.Binary(bytes.Repeat([]byte{0x91}, 50_000)) },
		"state frame from a client":   func(c *lobbytest.Client) { c.Binary([]byte{0xc1, 0x93, 1, 0x90, 0x80}) },
		"negative frame length":       func(c *lobbytest.Client) { c.Raw([]byte{0x82, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) },
		"second CONNECT":              func(c *lobbytest.Client) { c.Text("40"); c.Binary([]byte{0x92, 0, 0}) },
	}
	for name, send := range garbage {
		t.Run(name, func(t *testing.T) {
			inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
				srv := lobbytest.NewServer(t, nil, probeKind(nil))
				other := newBystander(t, srv)
				c := lobbytest.NewClient(t, srv, codec)
				create(t, c)
				go send(c) // the server may stop reading
				c.WaitClosed()
				settle()
				require.Equal(t, 1, srv.Connections())
				other.unharmed()
			})
		})
	}
}

func TestFloodClosesOnlyItsConnection(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		other := newBystander(t, srv)
		c := lobbytest.NewClient(t, srv, codec)
		room := create(t, c).Room.ID
		start := time.Now()
		go func() {
			for i := range 10_000 {
				c.Emit("input", i+1, map[string]any{"n": 1})
			}
		}()
		code, reason := c.WaitClosed()
		require.Less(t, time.Since(start), time.Second)
		require.Equal(t, 1008, code)
		require.Equal(t, "too many messages", reason)
		var told int
		for _, e := range c.Events() {
			if e.Name == "error" && e.Args[0].(map[string]any)["code"] == "too_many" {
				told++
			}
		}
		require.Equal(t, 1, told)
		require.Empty(t, srv.Room(room).Info().Players, "no seat is held for it")
		other.unharmed()
	})
}

func TestRateLimitLetsTheAllowedRateThrough(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		c := lobbytest.NewClient(t, srv, lobbytest.Compact)
		create(t, c)
		for range 100 { // a burst
			c.Emit("room:ping")
		}
		for i := range 3000 {
			c.Emit("input", i+1, map[string]any{"n": 1})
			time.Sleep(time.Second/60 + 1)
		}
		require.Empty(t, c.Call("room:ping").Code(t))
	})
}

func TestRateLimitFollowsTheOptionsAndTheGames(t *testing.T) {
	survives := func(t *testing.T, srv *lobby.Server, events int) bool {
		c := lobbytest.NewClient(t, srv, lobbytest.Compact)
		for range events {
			c.Emit("x")
		}
		settle()
		return len(srv.To(c.ID()).Sockets()) == 1
	}
	inBubble(t, func(t *testing.T) {
		quick := probeKind(nil)
		quick.TickRate = 100
		srv := lobbytest.NewServer(t, nil, quick)
		require.True(t, survives(t, srv, 390))
		require.False(t, survives(t, srv, 410))
		srv = lobbytest.NewServer(t, &lobby.Options{RateLimit: 5})
		require.True(t, survives(t, srv, 9))
		require.False(t, survives(t, srv, 11))
		srv = lobbytest.NewServer(t, &lobby.Options{RateLimit: -1}, probeKind(nil))
		require.True(t, survives(t, srv, 2000))
	})
}
