// Package netsim is a bad network for tests and for authors: a TCP proxy within the process that delays, stalls and
// cuts what passes through it. Chromium's own emulation does not delay WebSocket frames; this does, for any client.
//
//	p, err := netsim.Listen(server.Addr().String())
//	c, err := netsim.Parse("rtt=150ms,jitter=40ms,stall=2%,loss=1%,bandwidth=1mbit")
//	p.Set(c)
//	p.Reset() // every connection breaks, as when a router restarts
//
// Bytes keep their order, and none are lost: it simulates what TCP makes of a bad network, not its packets. A lost
// segment arrives a round trip and 150 ms late, and everything behind it waits. A limited bandwidth has a buffer of a
// quarter of a second in front of it; then the sender waits. Pauses hold both ways of a connection at once.
//
// When bytes arrive is the matter of a pure scheduling core (line.go), a function of the moment and the bytes, with
// seeded randomness. Each connection has four goroutines around it, a reader and a writer each way; [Proxy.Close] ends
// and awaits all, [Proxy.Shutdown] lets what is on the way arrive first. It works on any net.Listener and dial function,
// so that it can stand in a testing/synctest bubble.
package netsim
