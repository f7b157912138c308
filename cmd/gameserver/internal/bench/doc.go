// Package bench is the load tool behind `gameserver bench`: it measures the server with the traffic that it is made for,
// and says what a delivery costs.
//
// # Scenarios
//
// W0 is connections that have joined nothing. W1 is rooms of eight players and two spectators at 20 Hz, with an input of
// every player in every tick. W2 is one room with a thousand spectators and frames of about 200 bytes. The rooms of W1 and
// W2 play [Arena] and [Wall], two kinds of game that exist for this purpose; [Kinds] are what a server that is
// measured by -url has to offer.
//
// # What runs where
//
// The server runs in a child process, the same program again, as `bench serve`. It is controlled by lines on its standard
// input: it tells the processor time that it has used, by its own count, writes a profile, and ends when its input ends.
// The clients run in this process. They speak the protocol that our SDK speaks: WebSocket, Engine.IO, Socket.IO in the
// compact codec, room:create and room:join with acks, then inputs as events and states as raw frames.
//
// With -floor there is a second server beside the first: what anybody would write with gws in an hour, which sends as
// many frames and reads as many inputs, without any game. Both are measured in slices of two seconds, in turn, and the one
// whose turn it is not is stopped by a signal, so that a machine with other work to do treats both alike. The ratios are
// medians over the pairs of slices.
//
// With -most the number of rooms grows, each for a server of its own and for as long as -for, until a limit is missed
// twice: what one core carries, when -cpu gives the server one and the load another.
//
// # Goroutines and limits
//
// Connections are opened by a few goroutines that block. After that, on Linux, one goroutine on a thread of its own reads
// all of them in a sweep every millisecond, and sends the inputs that are due, at phases spread over the tick; so gaps
// are measured to a millisecond, and the server does not pay for waking the clients up one by one. Elsewhere, and with
// https, each connection has a goroutine. A load process that is at its own limit, or that a busy machine keeps from
// running, shows in load_cpu_percent and load_stall_ms; its gaps are worth nothing then, and the ratios less.
//
// A run is bounded: ten minutes of measuring, a minute to open the connections.
package bench
