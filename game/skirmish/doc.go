// Package skirmish is a real-time arena for two to eight: run, aim, shoot, dash; three hits kill. First to fifteen kills
// or three minutes, then a podium of eight seconds, then the next round with the same people in the same seats. Whoever
// is alone plays against bots, who fill the arena to four and give way to people.
//
// A tick (Game.Update) is: all move and fire, all shots fly, pick-ups are taken, the round may end, lives begin. The
// order of the seats never decides who lives: shots that are in the air do their work even if their owner dies in the
// same tick. Shots hit what their owner saw, up to half a second late: see lag.go. Step, which a client repeats to
// predict its own player and its own shots, is a pure function in a file of its own, move.go; fight.go has shots, hits
// and respawns, items.go the pick-ups, bots.go and nav.go the bots; rules.go holds every number and arena.go the walls.
// What is static goes to the client as generated TypeScript, not over the wire, and so do some thousand steps, by which
// the client's own Step is tested.
//
// Everything that matters between ticks is in State, and chance comes from the match's seed alone, so the same inputs
// give the same match, to the last bit on processors of one kind. (Elsewhere Go may round a multiplication and an
// addition at once; only Step rules that out.)
//
// The package starts no goroutine. It shares between matches one table, the bots' ways, which KindWith makes and
// which is then only read. Limits: eight seats, because the arena has eight spawns; whoever sees the match more than
// half a second late has to lead its aim by the rest.
//
//go:generate go test -run TestClientArenaIsCurrent . -update
//go:generate go test -run TestClientTypesAreCurrent . -typescript.write
//go:generate go test -run TestStepVectorsAreCurrent . -gametest.write
package skirmish
