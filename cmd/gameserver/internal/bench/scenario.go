package bench

import (
	"fmt"
	"strings"
)

// plan is a scenario with its numbers.
type plan struct {
	scenario   string
	rooms      int
	game       string // "": no rooms to be joined
	players    int    // of each room, each of whom sends an input per tick
	spectators int    // of each room
	frame      int    // bytes of the floor server's frames
}

func (p plan) members() int     { return p.players + p.spectators }
func (p plan) connections() int { return p.rooms * p.members() }

// newPlan fills in what was not asked for, which is 0.
func newPlan(scenario string, rooms, conns int) (plan, error) {
	or := func(n, standard int) int {
		if n == 0 {
			return standard
		}
		return n
	}
	switch scenario = strings.ToUpper(scenario); {
	case rooms < 0 || conns < 0:
		return plan{}, fmt.Errorf("-rooms and -conns are not negative")
	case scenario == "W0" && rooms == 0:
		return plan{scenario: scenario, rooms: 1, spectators: or(conns, 1000)}, nil
	case scenario == "W1" && conns == 0:
		return plan{scenario: scenario, rooms: or(rooms, 50), game: arenaName, players: 8, spectators: 2, frame: 64}, nil
	case scenario == "W2" && rooms <= 1:
		return plan{scenario: scenario, rooms: 1, game: wallName, spectators: or(conns, 1000), frame: 200}, nil
	case scenario == "W1":
		return plan{}, fmt.Errorf("W1 has ten connections a room: give -rooms, not -conns")
	case scenario == "W0" || scenario == "W2":
		return plan{}, fmt.Errorf("%s has a number of connections, not of rooms: give -conns", scenario)
	}
	return plan{}, fmt.Errorf("no scenario %q: use W0 (idle connections), W1 (rooms of eight players and two spectators) or W2 (one room, many spectators)", scenario)
}
