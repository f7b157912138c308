// Package game runs matches. A match is a deterministic step over its State, the ordered inputs of its players, the
// tick number and seeded random numbers; the package gives it its time, its inputs and its seats, and turns each state
// into bytes once, however many people see it. It knows no sockets: package lobby connects the two.
//
// # A game
//
// An author writes a type with the four methods of [Game] and registers its constructor with [Define], which infers
// the types of state and input from it and checks that both can be sent. The example is a whole game. [Botter] is
// optional. Package gametest plays a game without sockets and without waiting.
//
// # A match
//
// [Kind.NewMatch] makes a [Match]: from then on people may Join, send Input and Leave, from any goroutine. Joins and
// leaves are executed at once, between two ticks. Time comes from [Match.Run], a blocking call on a goroutine of the
// caller's, or, in tests and tools, from [Match.Step]. Each step consumes at most one input of each player among those
// that arrived before it, calls Update, and hands the resulting [Frame] and then the emitted events to the [Output].
// The frame acknowledges the inputs it contains.
//
// A match that nobody plays or watches does not tick and holds no timer: see [Match.Watch]. A kind with OnInput set is
// for turn-based games: it steps when something happens or when a deadline passes that the game has set by [Tick.Wake].
//
// # Goroutines and locks
//
// The package starts no goroutine. A match has one mutex, for the step and for everything that changes seats, and a
// second, short one for the queues of inputs, so that a connection never waits for a step. Neither is held while
// anything blocks; what that asks of an Output stands there. Different matches share nothing that changes.
//
// # Determinism
//
// The same seed, and the same joins, leaves and inputs before the same ticks, give the same frames, byte for byte: maps
// are encoded in the order of their keys, players and bots are visited in seat order, and Tick.Rand is the only source
// of chance. A game keeps this up if it reads no clock, iterates over no map where the order matters, uses no global
// that changes and starts no goroutine. What is not in the exported fields of its State must follow from them.
//
// # When things go wrong
//
// A panic in any method of a Game ends that match with a [*PanicError] and leaves the others alone. What Go itself
// cannot recover from ends the process all the same: a stack that overflows, a map that a goroutine of the game's own
// writes to at the same time. An Update that never returns keeps its match's mutex for ever; nothing can take it back.
//
// # Limits
//
// 64 seats a match; 128 steps a second; 32 waiting inputs a player, of which the oldest is dropped first; five steps
// caught up after a delay, the rest dropped and counted. Every frame is the whole state: deltas will come behind
// [Frame]. Integers beyond 2^53 lose digits in JavaScript. The types that can be sent are listed at [Define].
package game
