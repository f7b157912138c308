package lobby_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// adminServer makes a server with an Admin UI for "ada", whose password is "secret", and games if there are kinds.
func adminServer(t *testing.T, o lobby.AdminOptions) *lobby.Server {
	t.Helper()
	srv := lobbytest.NewServer(t, nil)
	openAdmin(t, srv, o)
	return srv
}

func openAdmin(t *testing.T, srv *lobby.Server, o lobby.AdminOptions) {
	t.Helper()
	o.Username, o.PasswordHash = "ada", hashOf(t, "secret")
	require.NoError(t, srv.Admin(o))
}

func hashOf(t *testing.T, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	require.NoError(t, err)
	return string(hash)
}

func login(name, password string) map[string]any {
	return map[string]any{"username": name, "password": password}
}

// adminClient connects to the admin namespace with an auth payload.
func adminClient(t *testing.T, h http.Handler, codec lobbytest.Codec, auth any) *lobbytest.Client {
	t.Helper()
	return lobbytest.Connect(t, h, lobbytest.Config{Codec: codec, Namespace: "/admin", Auth: auth})
}

// admin connects an admin and waits until everything is shown.
func admin(t *testing.T, srv *lobby.Server) *lobbytest.Client {
	t.Helper()
	c := adminClient(t, srv, lobbytest.JSON, login("ada", "secret"))
	c.Wait("server_stats")
	c.Events()
	return c
}

// told returns the events of a name that an admin has got, once what has happened has been told.
func told(c *lobbytest.Client, name string) []lobbytest.Event {
	time.Sleep(150 * time.Millisecond)
	synctest.Wait()
	found := []lobbytest.Event{}
	for _, e := range c.Events() {
		if e.Name == name {
			found = append(found, e)
		}
	}
	return found
}

func TestAdminWantsCompleteOptions(t *testing.T) {
	hash := hashOf(t, "secret")
	for what, o := range map[string]lobby.AdminOptions{
		"Username and PasswordHash must both be set":                     {PasswordHash: hash},
		"lobby: Admin: Username and PasswordHash must both be set":       {Username: "ada"},
		"PasswordHash must be a bcrypt hash, as htpasswd -nBC 10 prints": {Username: "ada", PasswordHash: "secret"},
		"there is a namespace /taken already; set another one":           {Username: "ada", PasswordHash: hash, Namespace: "taken"},
		"lobby: Admin: there is a namespace / already; set another one":  {Username: "ada", PasswordHash: hash, Namespace: "/"},
	} {
		srv := lobbytest.NewServer(t, nil)
		srv.Of("/taken")
		require.ErrorContains(t, srv.Admin(o), what)
	}
}

func TestAdminIsOpenedOnce(t *testing.T) {
	srv := adminServer(t, lobby.AdminOptions{})
	again := lobby.AdminOptions{Username: "bob", PasswordHash: hashOf(t, "other"), Namespace: "/other"}
	require.ErrorContains(t, srv.Admin(again), "called already")
}

func TestWithoutAdminThereIsNoSuchNamespace(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c := adminClient(t, lobbytest.NewServer(t, nil), lobbytest.JSON, login("ada", "secret"))
		require.Equal(t, map[string]any{"message": "Invalid namespace"}, c.Refused())
	})
}

func TestAdminComesInWithThePassword(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := adminServer(t, lobby.AdminOptions{ServerID: "one"})
		c := adminClient(t, srv, codec, login("ada", "secret"))
		session := c.Next()
		require.Equal(t, "session", session.Name)
		require.Len(t, session.Args[0], 24)
		config := c.Next()
		require.Equal(t, "config", config.Name)
		require.Equal(t, []any{map[string]any{"supportedFeatures": []any{
			"EMIT", "JOIN", "LEAVE", "DISCONNECT", "MJOIN", "MLEAVE", "MDISCONNECT", "AGGREGATED_EVENTS",
		}}}, config.Args)
		stats := c.Next()
		require.Equal(t, "server_stats", stats.Name)
	})
}

func TestAdminNamespaceMayHaveAnotherName(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{Namespace: "control"})
		c := lobbytest.Connect(t, srv, lobbytest.Config{Namespace: "/control", Auth: login("ada", "secret")})
		c.Wait("session")
	})
}

func TestAdminRefusesWrongCredentials(t *testing.T) {
	for name, auth := range map[string]any{
		"nothing":           nil,
		"wrong password":    login("ada", "Secret"),
		"empty password":    login("ada", ""),
		"wrong name":        login("eve", "secret"),
		"empty name":        login("", "secret"),
		"a made-up session": map[string]any{"sessionId": "0123456789"},
		"other types":       map[string]any{"username": 1, "password": []any{true}, "sessionId": map[string]any{}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				c := adminClient(t, adminServer(t, lobby.AdminOptions{}), lobbytest.JSON, auth)
				require.Equal(t, map[string]any{"message": "invalid credentials"}, c.Refused())
			})
		})
	}
}

// sessionOf logs in and returns the session's auth payload.
func sessionOf(t *testing.T, srv *lobby.Server) map[string]any {
	t.Helper()
	c := adminClient(t, srv, lobbytest.JSON, login("ada", "secret"))
	id := c.Wait("session").Args[0]
	c.Close()
	return map[string]any{"sessionId": id}
}

func TestAdminComesBackWithItsSession(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		session := sessionOf(t, srv)
		for range 3 {
			time.Sleep(23 * time.Hour)
			c := adminClient(t, srv, lobbytest.JSON, session)
			require.Equal(t, "config", c.Next().Name, "no new session")
			c.Close()
		}
		time.Sleep(24 * time.Hour)
		require.NotNil(t, adminClient(t, srv, lobbytest.JSON, session).Refused(), "after a day without use")
	})
}

func TestAdminKeepsTheSessionsThatAreUsed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		first, second := sessionOf(t, srv), sessionOf(t, srv)
		for range 99 {
			time.Sleep(time.Second)
			adminClient(t, srv, lobbytest.JSON, first).Close()
			sessionOf(t, srv)
		}
		require.Nil(t, adminClient(t, srv, lobbytest.JSON, first).Refused())
		require.NotNil(t, adminClient(t, srv, lobbytest.JSON, second).Refused(), "a hundred came after it")
	})
}

// from lets a client's connection come from an address.
func from(srv *lobby.Server, address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = address
		srv.ServeHTTP(w, r)
	})
}

// answerTo tries to log in from an address and returns what it is told, "" if it is in.
func answerTo(t *testing.T, srv *lobby.Server, address, password string) string {
	t.Helper()
	c := adminClient(t, from(srv, address), lobbytest.JSON, login("ada", password))
	defer c.Close()
	text, _ := c.Refused()["message"].(string)
	return text
}

func TestAdminCannotBeGuessed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		session := sessionOf(t, srv)
		const tooMany = "too many wrong passwords: wait a minute"
		for i := range 5 {
			require.Equal(t, "invalid credentials", answerTo(t, srv, fmt.Sprintf("[2001:db8::%d]:99", i), "wrong"))
		}
		require.Equal(t, tooMany, answerTo(t, srv, "[2001:db8::ffff]:99", "secret"), "the right one is not even looked at")
		require.Empty(t, answerTo(t, srv, "192.0.2.1:99", "secret"), "others are not kept out")
		require.Nil(t, adminClient(t, from(srv, "[2001:db8::1]:99"), lobbytest.JSON, session).Refused(), "nor sessions")
		time.Sleep(time.Minute)
		require.Empty(t, answerTo(t, srv, "[2001:db8::ffff]:99", "secret"))
	})
}

func TestAdminCountsOnlyWrongPasswordsAsGuesses(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		for range 8 {
			require.Empty(t, answerTo(t, srv, "192.0.2.1:99", "secret"))
			require.NotNil(t, adminClient(t, from(srv, "192.0.2.1:99"), lobbytest.JSON, map[string]any{"sessionId": "old"}).Refused())
		}
	})
}

func TestAdminBoundsTheGuessesOfAll(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		for i := range 60 {
			require.Equal(t, "invalid credentials", answerTo(t, srv, fmt.Sprintf("192.0.2.%d:99", i), "wrong"))
		}
		require.Equal(t, "too many wrong passwords: wait a minute", answerTo(t, srv, "192.0.2.99:99", "wrong"))
	})
}

// stats is what the tests look at in server_stats.
type stats struct {
	ServerID, Hostname string
	PID, ClientsCount  int
	Uptime             float64
	AggregatedEvents   []counted
	Namespaces         []struct {
		Name         string
		SocketsCount int
	}
}

type counted struct {
	Timestamp     int64
	Type, SubType string
	Count         int
}

func TestAdminGetsNumbersEveryTwoSeconds(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{ServerID: "one"})
		lobbytest.NewClient(t, srv, lobbytest.JSON)
		time.Sleep(5 * time.Second)
		c := adminClient(t, srv, lobbytest.JSON, login("ada", "secret"))
		for i := range 3 {
			var s stats
			c.Wait("server_stats").Bind(t, 0, &s)
			require.Equal(t, "one", s.ServerID)
			require.NotZero(t, s.PID)
			require.InDelta(t, 5+2*i, s.Uptime, 0.1)
			require.Equal(t, 2, s.ClientsCount)
			require.Len(t, s.Namespaces, 2)
			require.Equal(t, "/admin", s.Namespaces[1].Name)
			require.Equal(t, 1, s.Namespaces[1].SocketsCount)
			require.NotNil(t, s.AggregatedEvents, "the UI walks over it")
		}
	})
}

func TestAdminCountsConnections(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		c := admin(t, srv)
		time.Sleep(100 * time.Millisecond)
		second := time.Now().Add(2 * time.Second).Truncate(time.Second).UnixMilli()
		lobbytest.NewClient(t, srv, lobbytest.JSON)
		lobbytest.NewClient(t, srv, lobbytest.Msgpack).Close()
		lobbytest.NewClient(t, srv, lobbytest.Compact).Text("nonsense")
		var s stats
		c.Wait("server_stats").Bind(t, 0, &s)
		require.Equal(t, []counted{
			{second, "rawConnection", "", 3},
			{second, "rawDisconnection", "parse error", 1},
			{second, "rawDisconnection", "transport close", 1},
		}, s.AggregatedEvents[:3])
		c.Wait("server_stats").Bind(t, 0, &s)
		for _, e := range s.AggregatedEvents {
			require.NotContains(t, e.Type, "raw", "they have been told")
		}
	})
}

func TestAdminCountsTraffic(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		client := lobbytest.NewClient(t, srv, lobbytest.JSON)
		c := admin(t, srv)
		client.Emit("a") // 2["a"]
		require.NoError(t, socketOf(t, srv, client).Emit("answer"))
		var s stats
		c.Wait("server_stats").Bind(t, 0, &s)
		sums := map[string]int{}
		for _, e := range s.AggregatedEvents {
			sums[e.Type] = e.Count
		}
		require.Equal(t, 1, sums["packetsIn"])
		require.Equal(t, len(`2["a"]`), sums["bytesIn"])
		require.Equal(t, 2, sums["packetsOut"], "the answer, and the first numbers")
		require.Greater(t, sums["bytesOut"], len(`42["answer"]`))
	})
}

func TestAdminRunsNothingWhileNobodyLooks(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobby.New(nil)
		openAdmin(t, srv, lobby.AdminOptions{Development: true})
		c := admin(t, srv)
		lobbytest.NewClient(t, srv, lobbytest.JSON)
		c.Close()
		synctest.Wait()
		before := time.Now()
		require.NoError(t, srv.Shutdown(t.Context()))
		require.Zero(t, time.Since(before), "no timer was waited for")
	})
}

func TestAdminInProductionGetsNothingButNumbers(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		c := admin(t, srv)
		lobbytest.NewClient(t, srv, lobbytest.JSON).Emit("hello")
		require.NoError(t, srv.Emit("hello"))
		time.Sleep(3 * time.Second)
		require.Equal(t, []string{"server_stats"}, names(c))
	})
}

// described is what the tests look at in a described socket.
type described struct {
	ID, ClientID, Nsp string
	Data              map[string]any
	Handshake         struct {
		Address, Time, URL string
		Headers, Query     map[string]string
		Issued             int64
		Secure, XDomain    bool
	}
	Rooms []string
}

func TestAdminIsShownAllSockets(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := adminServer(t, lobby.AdminOptions{Development: true})
		came := time.Now().UnixMilli()
		client := lobbytest.NewClient(t, from(srv, "192.0.2.7:99"), codec)
		socketOf(t, srv, client).Join("red", "blue")
		c := adminClient(t, srv, codec, login("ada", "secret"))
		config := c.Wait("config").Args[0].(map[string]any)
		require.Contains(t, config["supportedFeatures"], "ALL_EVENTS")
		var all []described
		c.Wait("all_sockets").Bind(t, 0, &all)
		require.Len(t, all, 2)
		require.Equal(t, client.ID(), all[0].ID)
		require.Equal(t, "/", all[0].Nsp)
		require.ElementsMatch(t, []string{client.ID(), "red", "blue"}, all[0].Rooms)
		require.Equal(t, map[string]any{}, all[0].Data)
		require.Equal(t, "192.0.2.7", all[0].Handshake.Address)
		require.Equal(t, came, all[0].Handshake.Issued)
		require.Equal(t, c.ID(), all[1].ID)
		require.Equal(t, "/admin", all[1].Nsp)
		require.NotEqual(t, all[0].ClientID, all[1].ClientID)
	})
}

func TestAdminIsNotShownSecrets(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{Development: true})
		lobbytest.Connect(t, srv, lobbytest.Config{
			Header: http.Header{"Cookie": {"a=b"}, "Authorization": {"Bearer x"}, "X-Forwarded-For": {"192.0.2.8"}, "X-Two": {"1", "2"}, "Origin": {"http://memory"}},
			Query:  url.Values{"level": {"3"}},
			Auth:   map[string]any{"token": "hidden"},
		})
		c := adminClient(t, srv, lobbytest.JSON, login("ada", "secret"))
		shown := c.Wait("all_sockets")
		var all []described
		shown.Bind(t, 0, &all)
		h := all[0].Handshake
		require.Equal(t, "192.0.2.8", h.Address)
		require.Equal(t, "1, 2", h.Headers["x-two"])
		require.Equal(t, map[string]string{"level": "3"}, h.Query)
		require.Equal(t, "/socket.io/?level=3", h.URL)
		require.True(t, h.XDomain)
		text := strings.ToLower(fmt.Sprint(shown.Args))
		for _, secret := range []string{"a=b", "bearer", "hidden", "secret"} {
			require.NotContains(t, text, secret)
		}
	})
}

func TestAdminFollowsASocket(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{Development: true})
		c := admin(t, srv)
		began := time.Now()
		client := lobbytest.NewClient(t, srv, lobbytest.JSON)
		s := socketOf(t, srv, client)
		s.Join("red")
		s.Join("red")
		s.SetData("a guest")
		s.Leave("red")
		s.Leave("red")
		s.Disconnect(false)
		time.Sleep(150 * time.Millisecond)
		var seen []any
		synctest.Wait()
		for _, e := range c.Events() {
			switch last := e.Args[len(e.Args)-1].(type) {
			case string:
				at, err := time.Parse(time.RFC3339, last)
				require.NoError(t, err)
				require.WithinRange(t, at, began.Truncate(time.Millisecond), time.Now().Add(-150*time.Millisecond))
				seen = append(seen, []any{e.Name, e.Args[:len(e.Args)-1]})
			default:
				seen = append(seen, []any{e.Name, e.Args})
			}
		}
		connected := seen[1].([]any)
		require.Equal(t, "socket_connected", connected[0])
		require.Equal(t, client.ID(), connected[1].([]any)[0].(map[string]any)["id"])
		require.Equal(t, []any{
			[]any{"room_joined", []any{"/", client.ID(), client.ID()}},
			connected,
			[]any{"room_joined", []any{"/", "red", client.ID()}},
			[]any{"socket_updated", []any{map[string]any{"id": client.ID(), "nsp": "/", "data": map[string]any{"value": "a guest"}}}},
			[]any{"room_left", []any{"/", "red", client.ID()}},
			[]any{"room_left", []any{"/", client.ID(), client.ID()}},
			[]any{"socket_disconnected", []any{"/", client.ID(), "server namespace disconnect"}},
		}, seen)
	})
}

func TestAdminSeesDataOnlyIfItCannotChange(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{Development: true})
		s := socketOf(t, srv, lobbytest.NewClient(t, srv, lobbytest.JSON))
		c := admin(t, srv)
		type level int
		for _, v := range []struct{ data, shown any }{
			{nil, map[string]any{}},
			{true, map[string]any{"value": true}},
			{level(3), map[string]any{"value": int64(3)}},
			{time.UnixMilli(0), map[string]any{"value": "1970-01-01T00:00:00.000Z"}},
			{map[string]int{"a": 1}, map[string]any{"type": "map[string]int"}},
			{&probe{}, map[string]any{"type": "*lobby_test.probe"}},
			{errors.New("x"), map[string]any{"type": "*errors.errorString"}},
		} {
			s.SetData(v.data)
			updates := told(c, "socket_updated")
			require.Len(t, updates, 1)
			require.Equal(t, v.shown, updates[0].Args[0].(map[string]any)["data"])
		}
	})
}

func TestAdminSeesEvents(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := adminServer(t, lobby.AdminOptions{Development: true})
		c := adminClient(t, srv, codec, login("ada", "secret"))
		c.Wait("server_stats")
		client := lobbytest.NewClient(t, srv, lobbytest.Msgpack)
		client.Emit("nobody listens", 1, []byte{2}, map[string]any{"three": 3})
		received := c.Wait("event_received")
		require.Equal(t, []any{"/", client.ID(), []any{"nobody listens", int64(1), []byte{2}, map[string]any{"three": int64(3)}}}, received.Args[:3])
		require.NoError(t, srv.To(client.ID()).Emit("to one", "x"))
		sent := c.Wait("event_sent")
		require.Equal(t, []any{"/", client.ID(), []any{"to one", "x"}}, sent.Args[:3])
		require.NoError(t, socketOf(t, srv, client).Emit("self"))
		sent = c.Wait("event_sent")
		require.Equal(t, []any{"/", client.ID(), []any{"self"}}, sent.Args[:3])
	})
}

func TestAdminSeesQuestions(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{Development: true})
		c := admin(t, srv)
		client := lobbytest.NewClient(t, srv, lobbytest.JSON)
		answers := make(chan error, 2)
		go func() {
			_, err := srv.EmitAck(t.Context(), "all?", 1)
			answers <- err
			_, err = srv.Sockets()[0].EmitAck(t.Context(), "you?", 2)
			answers <- err
		}()
		for _, question := range []string{"all?", "you?"} {
			client.Ack(client.Wait(question))
			require.NoError(t, <-answers)
		}
		sent := told(c, "event_sent")
		require.Len(t, sent, 2)
		require.Equal(t, []any{"all?", int64(1)}, sent[0].Args[2])
		require.Equal(t, []any{"you?", int64(2)}, sent[1].Args[2])
	})
}

func TestAdminSeesOnlyTheSizeOfLargeEvents(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{Development: true})
		c := admin(t, srv)
		lobbytest.NewClient(t, srv, lobbytest.JSON).Emit("large", strings.Repeat("x", 5000))
		received := told(c, "event_received")
		require.Len(t, received, 1)
		require.Equal(t, []any{"large", "(5010 bytes)"}, received[0].Args[2])
	})
}

func TestAdminSeesAHundredEventsAtATime(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{Development: true})
		c := admin(t, srv)
		for range 150 {
			lobbytest.NewClient(t, srv, lobbytest.JSON)
		}
		time.Sleep(time.Second)
		c.Events()
		require.NoError(t, srv.Emit("everyone"))
		require.Len(t, told(c, "event_sent"), 100)
		require.NoError(t, srv.Emit("everyone"))
		require.Len(t, told(c, "event_sent"), 100, "and the next time again")
	})
}

func TestAdminDoesNotSeeEveryTick(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := lobbytest.NewServer(t, nil, probeKind(nil))
		openAdmin(t, srv, lobby.AdminOptions{Development: true})
		c := admin(t, srv)
		player := lobbytest.NewClient(t, srv, lobbytest.JSON)
		create(t, player)
		player.Emit("input", 1, probeInput{N: 1})
		player.Wait("state")
		time.Sleep(time.Second)
		synctest.Wait()
		for _, e := range c.Events() {
			switch e.Name {
			case "event_received":
				require.Equal(t, "room:create", e.Args[2].([]any)[0])
			case "event_sent":
				require.Equal(t, "room:update", e.Args[2].([]any)[0])
			}
		}
	})
}

func TestAdminIsShownAllAnewWhenMuchHappensAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{Development: true})
		c := admin(t, srv)
		s := socketOf(t, srv, lobbytest.NewClient(t, srv, lobbytest.JSON))
		require.Len(t, told(c, "socket_connected"), 1)
		for i := range 1000 {
			s.Join(fmt.Sprint(i))
		}
		anew := told(c, "all_sockets")
		require.Len(t, anew, 1)
		var all []described
		anew[0].Bind(t, 0, &all)
		require.Len(t, all, 2)
		require.Len(t, all[0].Rooms, 1001)
		for i := range 1000 {
			s.Leave(fmt.Sprint(i))
		}
		require.Empty(t, told(c, "all_sockets"), "not so soon again")
		time.Sleep(2 * time.Second)
		require.Len(t, told(c, "all_sockets"), 1)
		s.Join("and on")
		require.Len(t, told(c, "room_joined"), 1)
	})
}

// rooms returns the rooms of a client's socket but its own.
func rooms(t *testing.T, srv *lobby.Server, c *lobbytest.Client) []string {
	t.Helper()
	synctest.Wait()
	all := []string{}
	for _, room := range socketOf(t, srv, c).Rooms() {
		if room != c.ID() {
			all = append(all, room)
		}
	}
	return all
}

func TestAdminEmits(t *testing.T) {
	inEachCodec(t, func(t *testing.T, codec lobbytest.Codec) {
		srv := adminServer(t, lobby.AdminOptions{})
		a := adminClient(t, srv, codec, login("ada", "secret"))
		one, two := lobbytest.NewClient(t, srv, lobbytest.JSON), lobbytest.NewClient(t, srv, lobbytest.Msgpack)
		a.Emit("emit", "/", nil, "all", 1, map[string]any{"deep": []any{"x", []byte{7}}})
		for _, c := range []*lobbytest.Client{one, two} {
			require.Equal(t, []any{int64(1), map[string]any{"deep": []any{"x", []byte{7}}}}, c.Wait("all").Args)
		}
		a.Emit("emit", "/", two.ID(), "one", true)
		require.Equal(t, []any{true}, two.Wait("one").Args)
		require.Empty(t, names(one))
	})
}

func TestAdminMovesSockets(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		a := admin(t, srv)
		one, two := lobbytest.NewClient(t, srv, lobbytest.JSON), lobbytest.NewClient(t, srv, lobbytest.JSON)
		a.Emit("join", "/", "hall")
		a.Emit("join", "/", "red", one.ID())
		require.Equal(t, []string{"hall", "red"}, rooms(t, srv, one))
		require.Equal(t, []string{"hall"}, rooms(t, srv, two))
		a.Emit("leave", "/", "hall", "red")
		require.Equal(t, []string{"red"}, rooms(t, srv, one))
		a.Emit("leave", "/", "hall")
		require.Empty(t, rooms(t, srv, two))
	})
}

func TestAdminDisconnectsSockets(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		a := admin(t, srv)
		one, two, three := lobbytest.NewClient(t, srv, lobbytest.JSON), lobbytest.NewClient(t, srv, lobbytest.JSON), lobbytest.NewClient(t, srv, lobbytest.JSON)
		a.Emit("_disconnect", "/", false, one.ID())
		one.WaitDisconnected()
		require.Equal(t, 4, srv.Connections(), "it is still there for other namespaces")
		a.Emit("_disconnect", "/", true, two.ID())
		two.WaitClosed()
		require.True(t, socketOf(t, srv, three).Connected())
		a.Emit("_disconnect", "/", true)
		three.WaitClosed()
		synctest.Wait()
		require.Equal(t, 2, srv.Connections())
	})
}

func TestAdminIsToldWhatItCannotDo(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{})
		a := admin(t, srv)
		client := lobbytest.NewClient(t, srv, lobbytest.JSON)
		for _, args := range [][]any{
			{"emit", "/nowhere", nil, "hello"},
			{"emit", "/", nil, "disconnect"},
			{"emit", "/", nil},
			{"emit", "/", []any{"a", "b"}, "hello"},
			{"join", "/"},
			{"leave", "/nowhere", "red"},
			{"_disconnect", "/", "all of them"},
			{"_disconnect"},
		} {
			require.Equal(t, "bad_arguments", a.Call(args[0].(string), args[1:]...).Code(t), "%v", args)
		}
		require.Empty(t, names(client))
		require.True(t, socketOf(t, srv, client).Connected())
	})
}

func TestAdminWhoMayOnlyReadHasNoCommands(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := adminServer(t, lobby.AdminOptions{ReadOnly: true, Development: true})
		a := adminClient(t, srv, lobbytest.JSON, login("ada", "secret"))
		require.Equal(t, []any{map[string]any{"supportedFeatures": []any{"AGGREGATED_EVENTS", "ALL_EVENTS"}}}, a.Wait("config").Args)
		client := lobbytest.NewClient(t, srv, lobbytest.JSON)
		a.Emit("emit", "/", nil, "hello")
		a.Emit("join", "/", "red")
		a.Emit("_disconnect", "/", true)
		require.Empty(t, rooms(t, srv, client))
		require.Empty(t, names(client))
		require.True(t, socketOf(t, srv, client).Connected())
	})
}
