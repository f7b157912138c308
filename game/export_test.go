package game

// The clock's pure functions, for their tests.
var (
	Due   = due
	Phase = phase
)
