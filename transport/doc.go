// Package transport turns bytes into Socket.IO packets and back. It speaks Engine.IO v4 over WebSocket and over HTTP long
// polling with upgrade, and three encodings of Socket.IO v5. It knows no rooms, no namespaces and no acks: a packet comes
// in at a Receiver, a Message goes out through a Conn.
//
//	s := transport.NewServer(nil, func(c *transport.Conn) transport.Receiver { return newClient(c) })
//	http.Handle("/socket.io/", s)
//
// # One canonical form
//
// A Packet's Data is MessagePack whatever the client speaks: JSON text (the official default), MessagePack as
// socket.io-msgpack-parser writes it, or our compact arrays. Which one it is shows in the first packet that a client sends
// and stays so; until then nothing can be sent. Struct tags therefore mean the same for all clients, and what one client
// sent can be passed on to the others as it is.
//
// A Message is encoded and framed at most once for each codec and kind of carrier, however many clients get it. A state
// message is one raw binary frame for compact connections and an ordinary event for the others.
//
// # Bytes from strangers
//
// Everything that comes in is checked before anything decodes it, without allocation and without recursion: at most 16
// containers inside one another, 65,535 values, no declared length that the bytes at hand do not hold, string keys, valid
// UTF-8. The JSON reader has the same bounds. A packet that breaks them, or the rules of the Socket.IO protocol, ends its
// connection. What the libraries below do not survive ends its connection too, and no other: a WebSocket frame of negative
// length panics inside gws, five bytes make msgpack ask for 34 GB.
//
// # Goroutines
//
// On Linux the sockets of WebSockets are taken away from the Go runtime and given to pollers, one for each four
// processors: a goroutine with an epoll instance of its own, which lives as long as it has sockets. A client of which
// nothing comes costs no goroutine and no stack. What comes is read by the poller, all that is ready in one sweep, with
// one system call each; and if the Receiver is a Prompt and takes the packet, it is handled right there. Every other
// packet may block, in a handler of the application's, and so may the end of a session. Such a packet goes to a goroutine,
// of which a poller keeps up to 64 for the next ones; it reads on for its connection until nothing more comes, and then
// gives it back to the poller. So a connection's packets are handled in order, and one that blocks, or floods, or sends
// much, harms nobody else. After a sweep that found several sockets ready the poller rests for a millisecond, to find more
// the next time; with less to do it waits as every goroutine does, and answers at once.
//
// Elsewhere, and for TLS and net.Pipe, a WebSocket has one goroutine, its reader, on which its Receiver is called; which
// one that is may change between two messages. A polling client has none but those of its requests. Every session has one
// timer. A slow connection has a flusher for as long as something waits. A Receiver's Closed runs on a goroutine of its own
// if the session is ended from elsewhere. The Server counts them all, and Shutdown waits for them.
//
// Sending never blocks: it is one non-blocking system call by the sender, without a copy or an allocation, and no lock is
// held while anything waits for a peer. That is also what lets tests run whole servers in virtual time.
//
// # Limits
//
//   - Reliable messages that wait for a slow client: until 4,096 or Options.MaxQueue bytes wait behind the first; then ErrTooSlow.
//   - Volatile messages wait for nothing: while others do, they are dropped, and Send says so. On TLS and where there are
//     no raw sockets 16 KiB may wait before that, 4 KiB before those that are Fresh.
//   - 64 KiB must go out within ten seconds; then ErrTooSlow.
//   - The kernel keeps at most 4 KiB unsent (TCP_NOTSENT_LOWAT), so that what arrives is not stale.
//   - One incoming message, attachments included: Options.MaxPayload. Where no poller reads, gws allocates what a frame
//     declares before it has come, so a server that expects small messages does well to set it to some 64 KiB.
//   - JSON packets have ten attachments at most, both ways: the official parsers refuse more.
//   - A peer has five seconds to answer a close frame. The last words to a polling client are kept for 30 s.
//   - A peer that does not read an answer is given up after ten seconds for each 64 KiB of it, one that does not finish
//     its POST after PingInterval and PingTimeout.
//   - Open connections: Options.MaxConns, by default as many as there are descriptors.
//   - The log has each kind of complaint at most once in ten seconds.
//   - A poller reads 4 KiB of a socket at a time; the sender of more gets a goroutine. Of a message that has not come whole,
//     with all its fragments, MaxPayload and 64 KiB for headers are held. A WebSocket ping between the fragments of a
//     message is answered when the message is whole.
//   - An idle WebSocket takes 2.5 kB of heap and no stack, some 3.2 kB resident; without a poller 5.5 kB and 7. An idle
//     polling session takes less than 4 KiB of heap and stack.
//
// The http.Server around it needs a ReadHeaderTimeout, and must have no WriteTimeout: polls are held for as long as
// nothing happens. A Receiver closes a connection on which no namespace is joined: that is not seen here.
//
// # Choices
//
// Messages are pulled from gws (ReadMessage) instead of pushed, so that one loop of ours, with a recover around it,
// sees every end of a connection. gws cannot be told to go on later, so a poller lets it read only what is whole: we
// look at the headers of frames for that, all else about them is gws' business. A control frame is followed by an empty
// message that nobody has sent, which makes ReadMessage return. A binary message in one frame, which is what inputs
// are, a poller unmasks itself, since gws makes an object of each. MaxPayload has the official default of 1 MB, not a
// game's 64 KiB, because this is a Socket.IO server first. Attachments count against it together, which the official
// server does not do: it would hold ten times as much for one connection. A placeholder may stand for its attachment
// once, else a short packet could grow without bound. A page of another origin is refused even for polling, where the
// official server leaves that to the browser. Polling answers are not compressed: a compressor takes more memory than
// the session. Without raw sockets a volatile message may wait behind 16 KiB: otherwise each event would break the
// chain of states that goes out right behind it.
//
// # Upstream
//
// Clients that use notepack.io (the official MessagePack parser) send numbers of 2^64 and more as something else, and in
// browsers a Uint8Array as a map: pass an ArrayBuffer. Map keys that are not strings are refused, since JavaScript has
// none.
package transport
