package skirmish

// Phases of a round.
const (
	PhasePlay   = 0 // shooting; State.End is when time is up
	PhasePodium = 1 // ranking on show; one may run about, nobody is hurt
)

// Kinds of pick-up.
const (
	ItemHeal   = 0 // full health; left lying by those who have it
	ItemTriple = 1 // three shots at once for TripleTicks
	ItemShield = 2 // takes ShieldHits hits

	itemKinds = 3
)

// Input is what a player wants in one step.
type Input struct {
	DX   float64 `msgpack:"dx"` // direction of movement, -1 to 1; a vector longer than 1 is shortened to 1
	DY   float64 `msgpack:"dy"`
	Aim  float64 `msgpack:"a"` // radians, 0 to the right, growing clockwise on the screen (y is down)
	Fire bool    `msgpack:"f"` // held: fires as often as the cooldown lets
	Dash bool    `msgpack:"d"` // dashes along (dx, dy); without a direction nothing happens
}

// State is the whole match between two ticks. Times are tick numbers, so they change only when something happens.
type State struct {
	Phase   int       `msgpack:"ph"`               // PhasePlay or PhasePodium
	Round   int       `msgpack:"rd"`               // of this room, from 1
	End     int       `msgpack:"end"`              // the phase ends at this tick
	Goal    int       `msgpack:"goal"`             // kills that win the round
	Players []*Player `msgpack:"ps" sync:"key=id"` // by seat, ascending
	Shots   []*Shot   `msgpack:"sh" sync:"key=id"` // in the order they were fired
	Items   []*Item   `msgpack:"it" sync:"key=id"` // in the order they appeared

	Now      int `msgpack:"now" sync:"-"`  // number of the last tick
	LastShot int `msgpack:"ls" sync:"-"`   // id of the last shot fired
	NextItem int `msgpack:"next" sync:"-"` // tick at which the next pick-up may appear
}

// Player is one seat's fighter.
type Player struct {
	ID   int `msgpack:"id"` // the seat
	Body     // what Step works on

	VX     float64 `msgpack:"vx" sync:"q=1"`   // units/s during the last tick
	VY     float64 `msgpack:"vy" sync:"q=1"`   //
	Aim    float64 `msgpack:"a" sync:"q=0.01"` // radians, -π to π
	HP     int     `msgpack:"hp"`              // hits left; 0 is dead
	Shield int     `msgpack:"sd"`              // hits the picked-up shield still takes
	Safe   int     `msgpack:"sf"`              // the spawn shield holds until this tick
	Triple int     `msgpack:"tr"`              // triple shots until this tick
	Back   int     `msgpack:"bk"`              // while dead: the next life begins at this tick
	Kills  int     `msgpack:"k"`               // this round
	Deaths int     `msgpack:"d"`               // this round
	Place  int     `msgpack:"pl"`              // on the podium: 1 is best, ties share; 0 while playing

	Born  int `msgpack:"bn" sync:"-"` // tick at which this life began
	Ghost int `msgpack:"gh" sync:"-"` // shots pass through until this tick: dashing
	Heard int `msgpack:"hd" sync:"-"` // tick of the last input
}

// Body is the part of a player that its own inputs change, and nothing else but death: see Step.
type Body struct {
	X      float64 `msgpack:"x" sync:"q=0.1"`    // centre, units
	Y      float64 `msgpack:"y" sync:"q=0.1"`    //
	DashX  float64 `msgpack:"ux" sync:"q=0.001"` // direction of the last dash, length 1
	DashY  float64 `msgpack:"uy" sync:"q=0.001"` //
	Dash   int     `msgpack:"da"`                // steps of the dash left
	Cool   int     `msgpack:"co"`                // steps until the next dash is possible
	Reload int     `msgpack:"rl"`                // steps until the next shot is possible
}

// Shot is one flying shot.
type Shot struct {
	ID    int     `msgpack:"id"`
	Owner int     `msgpack:"o"` // seat
	X     float64 `msgpack:"x" sync:"q=0.1"`
	Y     float64 `msgpack:"y" sync:"q=0.1"`
	VX    float64 `msgpack:"vx" sync:"q=1"` // units/s
	VY    float64 `msgpack:"vy" sync:"q=1"`
	Lag   float64 `msgpack:"lag" sync:"q=0.1"` // ticks by which the world that its owner sees is late: that one it flies through

	Until int `msgpack:"un" sync:"-"` // dies at this tick
}

// Item is a pick-up lying on a pad.
type Item struct {
	ID   int `msgpack:"id"` // index into Pads
	Kind int `msgpack:"k"`  // ItemHeal, ItemTriple or ItemShield
}

// Events are what happens beside the state.
type Events struct {
	Kill   Kill   `msgpack:"kill"`   // somebody died
	Pickup Pickup `msgpack:"pickup"` // somebody took a pick-up
	Phase  Phase  `msgpack:"phase"`  // a round begins or ends
}

// Kill is the argument of the event "kill".
type Kill struct {
	By  int `msgpack:"by"`  // seat
	Who int `msgpack:"who"` // seat
}

// Pickup is the argument of the event "pickup".
type Pickup struct {
	Who  int `msgpack:"who"`  // seat
	Pad  int `msgpack:"pad"`  // index into Pads
	Kind int `msgpack:"kind"` // ItemHeal, ItemTriple or ItemShield
}

// Phase is the argument of the event "phase".
type Phase struct {
	Phase   int   `msgpack:"phase"`   // PhasePlay or PhasePodium
	Round   int   `msgpack:"round"`   // from 1
	Winners []int `msgpack:"winners"` // seats in first place; empty when play begins
}
