package transport

// CloseReason is a value that says why a connection ended. As an error its text is the official Socket.IO reason.
type CloseReason struct {
	Code      int    // WebSocket close code
	Text      string // as the official server reports it
	Reconnect bool   // whether the client should come back
}

func (r *CloseReason) Error() string { return r.Text }

// The reasons. Test with errors.Is.
var (
	ErrTransportClose = &CloseReason{1000, "transport close", true}
	ErrTransportError = &CloseReason{1002, "transport error", true}
	ErrParse          = &CloseReason{1002, "parse error", true}
	ErrPingTimeout    = &CloseReason{1000, "ping timeout", true}
	ErrForcedClose    = &CloseReason{1000, "forced close", true}
	ErrShutdown       = &CloseReason{1001, "server shutting down", true}
	ErrTooSlow        = &CloseReason{1013, "too slow", true}
	ErrTooMany        = &CloseReason{1008, "too many messages", false}
)
