// Package game runs matches. A match is a deterministic step over its State, the ordered inputs of its players, the
// tick number and seeded random numbers; the package gives it its time, its inputs and its seats, and turns what each
// step has changed into bytes once, however many people see it. It knows no sockets: package lobby connects the two.
//
// # A game
//
// An author writes a type with the four methods of [Game] and registers its constructor with [Define], which infers
// the types of state and input from it and checks that both can be sent. The example is a whole game. [Botter]
// and [Viewer] are optional. Package gametest plays a game without sockets and without waiting; package typescript
// writes the client's types from the game's; package grid cuts large worlds into views.
//
// # A match
//
// [Kind.NewMatch] makes a [Match]: from then on people may Join, send Input and Leave, from any goroutine. Joins and
// leaves are executed at once, between two ticks. Time comes from [Match.Run], a blocking call on a goroutine of the
// caller's, or, in tests and tools, from [Match.Step]. Each step consumes one input of each player among those that
// arrived before it, two where a player makes up for a tick that had none, calls Update, and hands the resulting [Frame]
// and then the emitted events to the [Output]. The frame acknowledges the inputs it contains.
//
// Each match ticks at a moment of its own within the tick, which its id gives, so that matches that begin together do
// not step together: BenchmarkLateness measures 1,000 of them on one core. A match that nobody plays or watches does not
// tick and holds no timer (see [Match.Watch]): it costs its memory, which BenchmarkIdle measures. A kind with OnInput
// set is for turn-based games: it steps when something happens or when a deadline passes that the game has set by
// [Tick.Wake].
//
// # Frames
//
// After each step the state is compared with what the clients know of it. Whoever has followed so far needs only the
// difference, which is the same for all of them; whoever has just come, or has missed a frame, needs the whole. A
// [Cursor] is how far one client is, and [Frame.Next] gives the [Piece] that brings it to the present tick. Clients with
// our SDK get [Piece.Wire], in the format of game/internal/statesync; others get [Piece.Full], or with [Piece.Patch] a
// JSON merge patch. The sync tags at [Define] make the difference small. Whoever comes back after a break gets the whole
// too: it has the bytes of 6 to 11 missed differences, and nobody is back within so few ticks, so no log of them is kept.
//
// A game with hidden information is a [Viewer]: it names what each player and the spectators see, and gives the state of
// each such [View]. What is in no view that a client sees is in none of its bytes.
//
// # Looking back
//
// What a player sees is old: by the way of a frame to it, by the delay with which it smooths the motion of others, and
// by the way of its input back. A kind with [Kind.Rewind] keeps copies of its last states, so that the game can judge
// what a player hits by the world that the player saw: [Rewind] gives that world, [Tick.Saw] its moment, [RewindTo] any
// other. Copying costs 40 ns a row and tick, and nothing is allocated once the match has been running for a while. The
// memory is that of as many States as there are ticks in that time, and one more: 34 kB for skirmish with eight players.
//
// # Goroutines and locks
//
// The package starts no goroutine. A match has one mutex, for the step and for everything that changes seats, and a
// second, short one for the queues of inputs, so that a connection never waits for a step. Neither is held while
// anything blocks; what that asks of an Output stands there. Different matches share nothing that changes.
//
// # Determinism
//
// The same seed, and the same joins, leaves and inputs (what their players saw included) before the same ticks, give
// the same frames, byte for byte: maps are encoded in the order of their keys, players and bots are visited in seat
// order, and Tick.Rand is the only source of chance. A game keeps this up if it reads no clock, iterates over no map
// where the order matters, uses no global that changes and starts no goroutine. What is not in the exported fields of
// its State must follow from them.
//
// # When things go wrong
//
// A panic in any method of a Game ends that match with a [*PanicError] and leaves the others alone; a State or View that
// is nil or of another type than before ends it with an error. Neither sends a frame for that tick. What Go itself
// cannot recover from ends the process all the same: a stack that overflows, a map that a goroutine of the game's own
// writes to at the same time. An Update that never returns keeps its match's mutex for ever; nothing can take it back.
//
// # Limits
//
// 64 seats a match; 128 steps a second; 32 waiting inputs a player, of which the oldest is dropped first; five steps
// caught up after a delay, the rest dropped and counted. The types that can be sent, and the numbers that cannot, are
// listed at [Define].
package game
