package lobby

import (
	"errors"
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"ninepin/game"
	"ninepin/transport"
)

// The events that clients of a game server may emit. The package comment describes them.
const (
	eventInput  = "input"
	eventCreate = "room:create"
	eventJoin   = "room:join"
	eventQuick  = "room:quick"
	eventLeave  = "room:leave"
	eventList   = "room:list"
	eventPing   = "room:ping"
)

// builtin tells whether the lobby answers an event itself.
func builtin(event string) bool {
	switch event {
	case eventInput, eventCreate, eventJoin, eventQuick, eventLeave, eventList, eventPing:
		return true
	}
	return false
}

// handle answers a built-in event.
func (g *rooms) handle(e *Event) {
	var err error
	switch e.Name {
	case eventInput:
		g.answerInput(e.socket, e.id, g.tryInput(e.socket, e.args))
		return
	case eventCreate:
		err = g.onCreate(e)
	case eventJoin:
		err = g.onJoin(e)
	case eventQuick:
		err = g.onQuick(e)
	case eventLeave:
		err = g.onLeave(e)
	case eventList:
		err = g.onList(e)
	case eventPing:
		err = g.onPing(e)
	}
	if err != nil {
		e.Fail(err)
	}
}

// place is a socket's part in a game room, until it ends; another part is another place.
type place struct {
	room   *Room
	player game.PlayerID // "": a spectator

	// Guarded by mu, which is held while the match gets an input: none comes from a place that has ended, when the seat
	// may have its next owner, who counts from 1 again.
	mu    sync.Mutex
	ended bool
	feed  *game.Feed // into the match; nil before the first input
}

// end lets no more inputs through.
func (p *place) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}

// input hands an input to the match.
func (p *place) input(seq uint32, raw []byte, saw float64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return game.ErrEnded
	}
	if p.feed == nil {
		f, err := p.room.match.Feed(p.player)
		if err != nil {
			return err
		}
		p.feed = f
	}
	return p.feed.Put(seq, raw, saw)
}

// Room returns the id of the game room that the socket is in, "" if it is in none.
func (s *Socket) Room() string {
	if p := s.place.Load(); p != nil {
		return p.room.id
	}
	return ""
}

// Player returns the socket's id as a player of its game room, "" if it has no seat.
func (s *Socket) Player() game.PlayerID {
	if p := s.place.Load(); p != nil {
		return p.player
	}
	return ""
}

// vacate forgets the socket's place in a room; no frame of the room follows.
func (s *Socket) vacate(room string) {
	if p := s.place.Load(); p != nil && p.room.id == room {
		p.end()
		s.place.CompareAndSwap(p, nil)
	}
	s.follow.stop(room)
}

// gone tells the game rooms that the socket has disconnected. A seat is held for those who may come back, not for those
// who were sent away. It returns the socket's last place, nil if it had none.
func (s *Socket) gone(reason error) *oldPlace {
	s.n.srv.rooms.list.unsubscribe(s)
	p := s.place.Swap(nil)
	if p == nil {
		return nil
	}
	p.end()
	s.follow.stop(p.room.id)
	sentAway := errors.Is(reason, ErrServerDisconnect) || errors.Is(reason, transport.ErrTooMany)
	name := p.room.drop(s.id, !sentAway)
	return &oldPlace{p.room, p.player, name, s.follow.patches()}
}

// joinArgs are the arguments of all the events that lead into a room.
type joinArgs struct {
	Game    string `msgpack:"game"`
	Room    string `msgpack:"room"`
	As      string `msgpack:"as"`
	Name    string `msgpack:"name"`
	Token   string `msgpack:"token"`
	Key     string `msgpack:"key"`
	Private bool   `msgpack:"private"`
	Patch   bool   `msgpack:"patch"`
}

// wish reads the arguments of an event that leads into a room.
func (e *Event) wish() (a joinArgs, q admission, err error) {
	if err := e.Bind(&a); err != nil {
		return a, q, badArguments(e.Name, err)
	}
	q = admission{socket: e.socket.id, token: a.Token, key: a.Key, patch: a.Patch}
	switch a.As {
	case "", rolePlayer:
	case roleSpectator:
		q.spectator = true
	default:
		return a, q, errorf(codeBadArguments, "%s: as is %s; use player or spectator", e.Name, quote(a.As))
	}
	if q.name, err = playerName(a.Name); err != nil {
		return a, q, err
	}
	return a, q, nil
}

const maxName = 24

// playerName checks a name; "" stays "".
func playerName(name string) (string, error) {
	if len(name) > 64*maxName { // spare the work below
		return "", errorf(codeBadName, "a name has at most %d characters", maxName)
	}
	name = strings.TrimSpace(name)
	switch {
	case !utf8.ValidString(name):
		return "", errorf(codeBadName, "the name is not valid UTF-8")
	case utf8.RuneCountInString(name) > maxName:
		return "", errorf(codeBadName, "a name has at most %d characters", maxName)
	case strings.ContainsFunc(name, unprintable):
		return "", errorf(codeBadName, "a name has no control characters")
	}
	return name, nil
}

// unprintable tells control characters, and those that break lines or turn the direction of the text around.
func unprintable(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// free refuses a socket that is in a room already.
func (s *Socket) free() error {
	if room := s.Room(); room != "" {
		return errorf(codeInAnotherRoom, "you are in room %s: leave it first", room)
	}
	return nil
}

func (g *rooms) onCreate(e *Event) error {
	a, q, err := e.wish()
	if err != nil {
		return err
	}
	if err := e.socket.free(); err != nil {
		return err
	}
	k, err := g.kind(a.Game)
	if err != nil {
		return err
	}
	q.spectator, q.token = false, ""
	return g.createAndJoin(e, k, a.Private, q)
}

// createAndJoin opens a room for the sender. If the game refuses them it is closed again.
func (g *rooms) createAndJoin(e *Event, k *game.Kind, private bool, q admission) error {
	r, err := g.create(k, private)
	if err != nil {
		return err
	}
	q.creator = true
	if err := g.enter(e, r, q); err != nil {
		r.end(leftEnded, "nobody came")
		return err
	}
	return nil
}

func (g *rooms) onJoin(e *Event) error {
	a, q, err := e.wish()
	if err != nil {
		return err
	}
	r := g.find(a.Room)
	if r == nil {
		return unknownRoom(a.Room)
	}
	if in := e.socket.Room(); in != "" && in != r.id {
		return e.socket.free()
	}
	return g.enter(e, r, q)
}

func (g *rooms) onQuick(e *Event) error {
	a, q, err := e.wish()
	if err != nil {
		return err
	}
	if err := e.socket.free(); err != nil {
		return err
	}
	k, err := g.kind(a.Game)
	if err != nil {
		return err
	}
	q.token = ""
	rank := byHumans
	if q.spectator {
		rank = byPeople
	}
	for _, r := range g.public(k.Name, rank) {
		if !q.spectator && int(r.humans.Load()) >= k.MaxPlayers {
			continue
		}
		err := g.enter(e, r, q)
		if err == nil {
			return nil
		}
		switch asError(err).Code {
		case codeRoomFull, codeUnknownRoom, codeRefused: // the next one
		default:
			return err
		}
	}
	return g.createAndJoin(e, k, false, q)
}

// enter joins the sender to a room. The ack comes first, then whatever the room sends, the present state at the head.
func (g *rooms) enter(e *Event, r *Room, q admission) error {
	s := e.socket
	return r.join(q, func(result *joinResult) {
		s.place.Store(&place{room: r, player: result.You.ID})
		if !s.n.adapter.enter(s, r.id, e.answer(result)) {
			if s.place.Swap(nil) != nil { // nobody else saw the place: the socket went before it had one
				g.srv.tasks.spawn(func() { r.drop(s.id, false) })
			}
			return
		}
		s.follow.begin(r, result.You.ID, q.patch)
		r.show(s)
	})
}

// answer makes the message of an ack without sending it; nil if none is wanted.
func (e *Event) answer(arg any) *transport.Message {
	if !e.WantsAck() || e.acked.Swap(true) {
		return nil
	}
	m, err := e.ackMessage([]any{arg})
	if err != nil {
		return nil
	}
	return m
}

func (g *rooms) onLeave(e *Event) error {
	s := e.socket
	p := s.place.Load()
	if p == nil {
		return notInRoom()
	}
	if err := p.room.leave(s.id); err != nil {
		return err
	}
	s.vacate(p.room.id)
	s.Leave(p.room.id)
	return e.Ack(done{true})
}

// listArgs are the arguments of "room:list".
type listArgs struct {
	Game      string `msgpack:"game"`
	Subscribe *bool  `msgpack:"subscribe"`
}

// listResult is its ack.
type listResult struct {
	OK    bool        `msgpack:"ok"`
	Rooms []listEntry `msgpack:"rooms"`
	Games []gameEntry `msgpack:"games"` // on offer, in the order in which they were registered
}

// gameEntry is a kind of game that rooms can be made of.
type gameEntry struct {
	Name  string `msgpack:"name"`
	Title string `msgpack:"title"`
	Input any    `msgpack:"input"` // with all fields at zero: what a tool may begin with
}

func (g *rooms) onList(e *Event) error {
	var a listArgs
	if err := e.Bind(&a); err != nil {
		return badArguments(e.Name, err)
	}
	if a.Game != "" {
		if _, err := g.kind(a.Game); err != nil {
			return err
		}
	}
	if a.Subscribe != nil {
		if *a.Subscribe {
			g.list.subscribe(e.socket, a.Game)
		} else {
			g.list.unsubscribe(e.socket)
		}
	}
	return e.Ack(listResult{true, g.list.entries(a.Game), g.games()})
}

// input is the event that comes with every tick: it is handled without an Event, and copies nothing.
func (g *rooms) input(s *Socket, args transport.Args, id int64) {
	if refused := g.tryInput(s, args); refused != nil || id != transport.NoID {
		g.answerInput(s, id, refused)
	}
}

// answerInput acks an input if that is wanted; else only an error is told, and not that an input came too late.
func (g *rooms) answerInput(s *Socket, id int64, refused *Error) {
	e := Event{Name: eventInput, socket: s, id: id}
	switch {
	case refused == nil:
		_ = e.Ack(done{true})
	case e.WantsAck() || refused.Code != codeOldInput:
		e.Fail(refused)
	}
}

// tryInput hands an input to the match: args are the sequence, the input and maybe the last tick that the client has
// seen, and by how many milliseconds its picture lies behind that.
func (g *rooms) tryInput(s *Socket, args transport.Args) *Error {
	p := s.place.Load()
	switch {
	case p == nil:
		return notInRoom()
	case p.player == "":
		return errorf(codeNoSeat, "you are watching: take a seat to play")
	case len(args) < 2:
		return errorf(codeBadArguments, "input: give a sequence number and the input")
	}
	seq, ok := sequence(args[0])
	if !ok {
		return errorf(codeBadArguments, "input: the sequence number is a whole number from 1 to %d", uint32(math.MaxUint32))
	}
	saw := 0.0
	if len(args) > 2 {
		if tick, ok := sequence(args[2]); ok { // it is a hint
			s.follow.saw(tick)
			saw = looked(p.room.kind, tick, args[3:])
		}
	}
	err := p.input(seq, args[1], saw)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, game.ErrOldInput):
		return &Error{Code: codeOldInput, Message: err.Error()}
	case errors.Is(err, game.ErrNoSeat):
		return &Error{Code: codeNoSeat, Message: err.Error()}
	case errors.Is(err, game.ErrEnded):
		return notInRoom()
	}
	return &Error{Code: codeBadInput, Message: err.Error()}
}

// sequence reads an input's sequence number, from 1 to the largest uint32, in any of MessagePack's integer forms.
func sequence(b []byte) (seq uint32, ok bool) {
	if len(b) == 0 {
		return 0, false
	}
	var n uint64
	switch b[0] {
	case 0xcc, 0xcd, 0xce, 0xcf:
	case 0xd0, 0xd1, 0xd2, 0xd3:
		if len(b) < 2 || b[1] >= 0x80 {
			return 0, false // negative
		}
	default:
		return uint32(b[0]), b[0] > 0 && b[0] < 0x80
	}
	for _, c := range b[1:] {
		n = n<<8 | uint64(c)
	}
	return uint32(n), n > 0 && n <= math.MaxUint32
}
