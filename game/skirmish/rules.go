package skirmish

import "time"

// All numbers of the game. Lengths are in arena units (one unit is about a pixel on a laptop), speeds in units per
// second, durations in ticks where the server's clock decides and in steps where a player's own inputs do. One tick
// and one step are both 1/TickRate of a second; a player whose inputs are late simply makes fewer steps.
const (
	TickRate = 20           // ticks per second
	second   = TickRate     // in ticks; 50 ms each
	Dt       = 1.0 / second // seconds of one step

	MaxPlayers = 8 // seats
	MinPlayers = 1 // one person and three bots is a match
	FillBots   = 4 // seats that bots fill while fewer people play

	// Movement.

	PlayerRadius = 22.0  // units
	RunSpeed     = 330.0 // units/s with the stick fully out: the arena's width takes 4.8 s
	DashSpeed    = 1150.0
	DashSteps    = 3              // 0.15 s: a dash covers 172 units, about four bodies
	DashCooldown = second * 6 / 5 // steps from the start of one dash to the next; 1.2 s

	// Shots.

	ShotRadius   = 5.0             // units
	ShotSpeed    = 820.0           // units/s: across the plaza in half a second, slow enough to be dodged
	ShotTicks    = second * 6 / 5  // a shot that meets nothing dies after 1.2 s, 984 units
	FireCooldown = 6               // steps between shots while fire is held; 0.3 s
	MaxHP        = 3               // hits to kill
	MaxLag       = time.Second / 2 // shots are judged by what their owner saw, not further back than this
	FanAngle     = 0.16            // radians between the three shots of a triple; 9 degrees

	// Life and death.

	RespawnTicks = second * 3 / 2 // from death to the next life
	SafeTicks    = second * 3 / 2 // the shield of a new life; the first shot fired ends it
	IdleTicks    = 2 * second     // a dead player who has sent nothing for so long stays out until it does

	// Pick-ups.

	ItemRadius  = 16.0       // units; taken when the circles touch
	ItemEvery   = 3 * second // shortest time between two appearing …
	ItemSpread  = 3 * second // … plus up to this much at random
	MaxItems    = 4          // lying about at once
	TripleTicks = 6 * second // of triple shots
	ShieldHits  = 2          // hits a shield takes before it breaks

	// Rounds.

	KillsToWin  = 15
	RoundTicks  = 180 * second // 3 minutes
	PodiumTicks = 8 * second   // ranking on show, then the next round
)
