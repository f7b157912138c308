package game

import (
	"errors"
	"fmt"
	"strconv"
)

// errNoID refuses a player without an id.
var errNoID = errors.New("game: a player needs an ID; set Player.ID before Join")

// botNames are the woods that pins are turned from.
var botNames = [...]string{"Maple", "Birch", "Hazel", "Rowan", "Alder", "Aspen", "Laurel", "Linden", "Juniper"}

// seat is a taken seat. Guarded by the match's mutex; its queue by the inbox's.
type seat struct {
	player Player    // the game holds a pointer to it
	queue  *queue    // nil for a bot
	input  any       // a bot's last one, whose memory is used again
	acked  uint32    // the last input sequence consumed; 0: none
	views  *audience // what this person saw in the last frame; nil: nothing yet
}

// Join seats p on the lowest free seat and sets p.Seat. p is copied; the game sees the copy. People come before bots:
// bots hold seats only while fewer than Kind.Bots people do, and one makes room for p. The error is ErrFull, ErrSeated,
// ErrEnded, or the game's own refusal as it is, for p's eyes.
func (m *Match) Join(p *Player) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	people, _ := m.count()
	switch {
	case m.ended != nil:
		return ErrEnded
	case p.ID == "":
		return errNoID
	case m.find(p.ID) != nil:
		return ErrSeated
	case people == len(m.seats):
		return ErrFull
	}
	m.changed = true
	for !m.hasRoomFor(people + 1) {
		m.dismissBot()
	}
	err := m.ended
	if err == nil {
		err = m.seat(p, false)
	}
	m.settle()
	if m.ended != nil {
		return fmt.Errorf("%w: %w", ErrEnded, m.ended)
	}
	return err
}

// Leave frees the seat of a person; a bot may take it. Without that seat it does nothing.
func (m *Match) Leave(id PlayerID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.find(id)
	if s == nil || s.player.Bot {
		return
	}
	m.changed = true
	m.unseat(s)
	m.settle()
}

// Away marks a seat's connection as dropped or returned. Each return, also one that no drop was told of, begins a new
// sequence of inputs: those that still wait are forgotten, and the next may have the sequence 1.
func (m *Match) Away(id PlayerID, away bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.find(id)
	if s == nil || s.player.Bot {
		return
	}
	if !away {
		m.inbox.restart(s.queue)
		s.acked = 0
	}
	if s.player.Away != away {
		s.player.Away = away
		m.out.Roster(m.players())
	}
	m.notify()
}

// Players returns the seated players, bots included, in seat order.
func (m *Match) Players() []Player {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.players()
}

func (m *Match) players() []Player {
	list := make([]Player, 0, m.taken())
	for _, s := range m.seats {
		if s != nil {
			list = append(list, s.player)
		}
	}
	return list
}

// settle follows a Join or Leave: bots fill up, and whoever listens is told.
func (m *Match) settle() {
	m.fillWithBots()
	m.out.Roster(m.players())
	m.notify()
}

// count returns how many seats people and bots have.
func (m *Match) count() (people, bots int) {
	for _, s := range m.seats {
		switch {
		case s == nil:
		case s.player.Bot:
			bots++
		default:
			people++
		}
	}
	return people, bots
}

func (m *Match) taken() int {
	people, bots := m.count()
	return people + bots
}

func (m *Match) find(id PlayerID) *seat {
	for _, s := range m.seats {
		if s != nil && s.player.ID == id {
			return s
		}
	}
	return nil
}

// hasRoomFor tells whether the bots leave room for that many people.
func (m *Match) hasRoomFor(people int) bool {
	_, bots := m.count()
	return bots == 0 || people+bots <= m.kind.Bots
}

// seat gives p the lowest free seat, if the game agrees. There is one.
func (m *Match) seat(p *Player, bot bool) error {
	for i, s := range m.seats {
		if s != nil {
			continue
		}
		s = &seat{player: Player{ID: p.ID, Name: p.Name, Seat: i, Bot: bot}}
		if err := m.guard(func() error { return m.game.join(&s.player) }); err != nil {
			if p, ok := errors.AsType[*PanicError](err); ok {
				m.end(p)
			}
			return err
		}
		if !bot {
			s.queue = m.inbox.open(p.ID)
		}
		p.Seat, p.Bot, p.Away = i, bot, false
		m.seats[i] = s
		return nil
	}
	return ErrFull
}

// unseat frees a seat and tells the game.
func (m *Match) unseat(s *seat) {
	m.seats[s.player.Seat] = nil
	m.inbox.close(s.player.ID)
	if m.ended != nil {
		return
	}
	if err := m.guard(func() error { m.game.leave(&s.player); return nil }); err != nil {
		m.end(err)
	}
}

// dismissBot sends away the bot on the lowest seat, which is then the newcomer's.
func (m *Match) dismissBot() {
	for _, s := range m.seats {
		if s != nil && s.player.Bot {
			m.unseat(s)
			return
		}
	}
}

// fillWithBots seats bots until Kind.Bots seats are taken. A game may refuse a bot, as it may a person.
func (m *Match) fillWithBots() {
	for m.ended == nil && m.taken() < m.kind.Bots {
		if m.seat(m.newBot(), true) != nil {
			return
		}
	}
}

// newBot names a bot with the lowest number that is free.
func (m *Match) newBot() *Player {
	for n := 1; ; n++ {
		id := PlayerID("bot-" + strconv.Itoa(n))
		if m.find(id) == nil {
			return &Player{ID: id, Name: botNames[(n-1)%len(botNames)]}
		}
	}
}
