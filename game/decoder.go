package game

import "ninepin/game/internal/statesync"

// Decoder follows a match from the wire form of its frames, as Piece.Wire makes them: for clients, bots, load tools and
// tests in Go. Its zero value is ready. The format is described in game/internal/statesync/doc.go.
type Decoder = statesync.Decoder
