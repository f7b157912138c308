package transport

// MessageReceiver is the far side of a Conn of bare Engine.IO: its methods are called one at a time and in order.
type MessageReceiver interface {
	// Message handles one incoming message. data is valid until it returns. An error that is not nil closes the connection
	// with that reason.
	Message(data []byte, binary bool) error
	// Closed is called once, last.
	Closed(reason error)
}

// NewEngine makes a server of bare Engine.IO, for protocols other than Socket.IO: messages come in as they were sent, and
// go out as NewRawMessage makes them. To such a connection everything can be sent from the start, in accept too.
func NewEngine(o *Options, accept func(*Conn) MessageReceiver) *Server {
	return NewServer(o, func(c *Conn) Receiver { return rawReceiver{accept(c)} })
}

// rawReceiver is the Receiver of a connection that gets no packets.
type rawReceiver struct{ MessageReceiver }

func (rawReceiver) Packet(*Packet) error { return ErrParse }

// NewRawMessage makes an Engine.IO message, which stands for itself in every encoding. data must not change afterwards; if
// it is not binary it must be UTF-8.
func NewRawMessage(data []byte, binary bool) *Message {
	if binary {
		return &Message{wire: data, content: contentBinary}
	}
	return &Message{wire: data, content: contentText}
}
