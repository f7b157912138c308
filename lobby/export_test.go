package lobby

// PlayerName is playerName.
var PlayerName = playerName

// FrameSize returns the bytes of the present state frame for compact connections.
func (r *Room) FrameSize() int { return len(r.match.Frame().Wire()) }

// Tick runs one step of the room's match. The kind should be OnInput, so that nothing else does.
func (r *Room) Tick() error { return r.match.Step() }
