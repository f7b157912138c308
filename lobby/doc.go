// Package lobby is a Socket.IO server with game rooms. It wires the sockets of package transport to the matches of
// package game, and speaks Socket.IO's vocabulary. Without games it is a plain Socket.IO server for Go; with them, any
// Socket.IO client in any language can open rooms, play and watch.
//
// # Sockets
//
// Every call of Socket.IO's server API, of version 4.8, has its Go form, with the meaning it has in Node. A [Target] is an
// immutable value, so there are no flags that leak from one call into the next. First the server and its namespaces:
//
//	new Server(httpServer, options)         New(&Options{…}), an http.Handler for Path; or ListenAndServe
//	  path                                  the pattern that it is mounted at, behind http.StripPrefix if need be
//	  pingInterval, maxHttpBufferSize, …    Options.Transport
//	  allowRequest, cors, cookie            Options.Transport.AllowRequest, .AllowedOrigins, .Cookie
//	  connectionStateRecovery               Options.Recovery
//	io.on("connection", f)                  srv.OnConnect(f)
//	io.use(f)                               srv.Use(f)
//	io.of("/chat")                          srv.Of("/chat")
//	io.of(/^\/room-\d+$/), io.of(f)          srv.OfRegexp(re), srv.OfFunc(f)
//	io.emit(ev, …), io.send(…)              srv.Emit(ev, …), srv.Emit("message", …)
//	io.to(a).to(b), io.to([a, b]), io.in    srv.To(a, b), srv.In
//	io.to(a).except(b).emit(ev, …)          srv.To(a).Except(b).Emit(ev, …)
//	io.to(socketId).emit(ev, …)             srv.To(id).Emit(ev, …)
//	io.volatile.emit, io.local.emit         srv.Volatile().Emit, srv.Local().Emit
//	io.timeout(ms).to(a).emitWithAck(ev)    srv.To(a).EmitAck(ctx, ev): the answers that came, and what is missing
//	io.fetchSockets(), io.in(a).…           srv.Sockets(), srv.In(a).Sockets()
//	io.socketsJoin(r), io.in(a).…           srv.JoinAll(r), srv.In(a).Join(r)
//	io.socketsLeave(r), io.in(a).…          srv.LeaveAll(r), srv.In(a).Leave(r)
//	io.disconnectSockets(b), io.in(a).…     srv.DisconnectAll(b), srv.In(a).Disconnect(b)
//	io.engine.clientsCount                  srv.Connections()
//	io.engine.on("headers")                 Options.Transport.Headers
//	namespace.name                          n.Name()
//	io.close()                              srv.Shutdown(ctx)
//
// Then the socket:
//
//	socket.id, .connected, .recovered       s.ID(), s.Connected(), s.Recovered()
//	socket.rooms, .data, .nsp               s.Rooms(), s.Data() and s.SetData(v), s.Namespace()
//	socket.handshake, .request              s.Handshake(): header, query, address, time, secure
//	socket.handshake.auth                   s.Handshake().Auth(&dst)
//	socket.conn.transport.name              s.Transport()
//	socket.on, .once                        s.On, s.Once; typed: s.On(ev, Typed(f)), Answer(f)
//	socket.removeAllListeners(ev)           s.Off(ev)
//	socket.onAny, .offAny()                 s.OnAny, s.OffAny
//	socket.onAnyOutgoing, .offAnyOutgoing() s.OnAnyOutgoing, s.OffAnyOutgoing
//	socket.use(f)                           s.Use(f): the client hears of an error
//	socket.on("disconnecting" | "disconnect")   s.OnDisconnecting(f), s.OnDisconnect(f)
//	(…args, callback) => callback(…)        e.Bind(&a, &b); e.Ack(…)
//	socket.emit(ev, …), socket.send(…)      s.Emit(ev, …), s.Emit("message", …)
//	socket.volatile.emit(ev, …)             s.EmitVolatile(ev, …)
//	socket.timeout(ms).emitWithAck(ev)      s.EmitAck(ctx, ev)
//	socket.timeout(ms).emit(ev, callback)   s.EmitThen(ctx, callback, ev)
//	socket.broadcast.emit(ev, …)            s.Broadcast().Emit(ev, …)
//	socket.to(r).emit, .in, .except         s.To(r).Emit, s.In, s.Except
//	socket.join(r), .leave(r)               s.Join(r), s.Leave(r)
//	socket.disconnect(close)                s.Disconnect(close)
//
// Not supported, because:
//
//	socket.compress, perMessageDeflate      nothing is compressed: it costs memory for each connection, and frames are small
//	socket.off(ev, f), .listeners(ev)       functions cannot be compared in Go; s.Off(ev) removes all of an event's
//	socket.prependAny, .prependAnyOutgoing  handlers run in the order they are registered
//	io.serverSideEmit                       it returns ErrNoCluster: there is only one node
//	io.adapter, namespace.adapter, its events   they are no part of the API yet; srv.In(r).Sockets() tells who is in a room
//	io.on("new_namespace")                  a parent's OnConnect sees each socket of a namespace that it has made
//	io.engine.generateId, io.bind           ids are unguessable here, which nobody should have to see to
//	io.attachApp, transports webtransport   there is no µWebSockets here, and no HTTP/3
//	allowEIO3                               clients of Socket.IO 2 speak another protocol
//	io.allSockets                           deprecated in Node: io.fetchSockets has replaced it
//
// The Admin UI is Server.Admin, and the official client's files are served below [Path] as the Node server does.
// Events that clients take for their own (connect, connect_error, disconnect, disconnecting, newListener,
// removeListener) cannot be emitted: the error says so.
//
// With Options.Recovery, a client whose connection broke is the same socket again if it comes back in time, in its rooms
// and, if its seat is still held, in its game room; it gets what it missed. See [Recovery]. A client of a game room
// needs no more than that, but can also come back by the seat's token, from anywhere and without Recovery.
//
// # Game rooms
//
// Once [Server.Handle] has registered games, clients of the main namespace may emit these events. Each is answered by an
// ack {ok: true, …} or {ok: false, error: {code, message, retry}}, retry being the seconds after which trying again makes
// sense. Without an ack, failures come as the event "error" {code, message, event}.
//
//	room:create {game, name?, private?}          opens a room and seats the sender
//	room:join   {room, as?, name?, token?, key?} comes in "as" a "player" (default) or "spectator", or changes role
//	room:quick  {game, as?, name?}               joins the fullest public room with a free seat, or opens one
//	room:leave  {}
//	room:list   {game?, subscribe?}              -> {ok, rooms, games}; while subscribed, "rooms" once a second at most
//	room:ping   {tick?}                          tick is the last that the client has seen, as seenTick below
//	input       (sequence, data, seenTick?, behind?) one input of a seated player; sequences count up from 1
//
// seenTick is the newest tick that the client has, behind by how many milliseconds what it shows lies behind that tick:
// the two tell a game with Kind.Rewind what the player saw. They are hints; wrong ones harm only their sender.
//
// The first three also take patch: true. Then a client without the SDK gets the state as JSON merge patches (RFC 7396):
// what changed since the event before, with full: false; now and then the whole, with full: true. Without it each state
// comes whole.
//
// The first three answer {ok, room, you: {id, name, seat, role, token, resumed}, key?, tickRate, onInput}. The token
// brings the player back to the seat from any connection, as long as it is held: for Kind.Grace after the connection
// dropped. The key opens a private room. The server emits:
//
//	state           (state, {tick, full, acks})  each tick, the present one at once to a newcomer
//	room:update     room                         when anything of it changed, about ten times a second at most
//	room:left       {room, code, message}        moved, ended, over, crashed or stopping
//	rooms           [room, …]                    the public rooms, to subscribers
//	error           {code, message, event}
//	server:stopping {message, retry}
//
// and the game's own events. The games of room:list are {name, title, input}, input having all fields at zero. Connections
// that speak the compact codec get the state as frames of their own. A game room is a Socket.IO room of the same id, so
// srv.To(socket.Room()) reaches its players and spectators: chat needs no game code.
//
// The error codes: unknown_room, room_full, already_joined, in_another_room, no_seat, bad_input, old_input (never as an
// event), unknown_event, unknown_game, bad_arguments, bad_name, bad_key, refused (the game's Join said no), too_many (the
// connection closes), server_full, not_in_room, stopping, internal.
//
// # Goroutines
//
// Handlers run on the reader of their connection, in the order of arrival, over all its namespaces: a handler that
// blocks holds up its own client and nobody else. Each room has one goroutine, which runs its match. Everything else is
// timers. Server.Shutdown waits for all of them.
//
// # Locks
//
// Locks are taken in this order, and none is held while anything blocks:
//
//	Room.door       who comes and goes; held while the match is called
//	(match)         its own mutex; Output runs under it
//	rooms.mu, list.mu, Room.mu, place.mu, Server.mu
//	adapter.mu      read-locked while a message is handed to the connections of a room, and guards who follows which
//	                room's state; with Recovery locked, so that clients get events in the order of their numbers and none
//	                between those missed and the next
//	Socket.mu, client.mu, tasks.mu, and those of package transport
//
// Nothing that Output may take is held while a match is called. No author's function runs under any of them, but for the
// game's own methods, which run under the match's, and handlers of OnAnyOutgoing for the events of a game.
//
// # Limits
//
// A connection that sends more than the rate limit is told too_many and closed; 60 events a second, or twice the highest tick rate, by default with games,
// in bursts of 120. 10,000 rooms; a list shows the hundred with most people; names have 24 characters. A room with nobody
// in it and no seat held ends after ten seconds. A recipient that falls behind loses state frames, never game events; the
// newest frame is tried again until it fits. One that says itself, by the last tick it has seen, that more than two
// seconds are under way gets no frames until it has caught up, or has said nothing new for five seconds. What a bad client does costs that client only.
//
// With Recovery, each namespace keeps 10,000 events of 16 MiB in all and 10,000 clients that are away, the oldest go
// first. Parents make 10,000 namespaces at a time, of names of up to 256 bytes, and a connection is in a hundred of them.
//
// Rooms live on the node they were opened on, and so do their sockets. Only adapter.go knows that: everything else names
// sockets and rooms by id.
package lobby
