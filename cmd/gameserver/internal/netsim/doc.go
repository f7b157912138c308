// Package netsim is a bad network for tests: a TCP proxy within the process that delays, stalls and cuts what passes
// through it. Chromium's own emulation does not delay WebSocket frames; this does, for any client.
//
//	p, err := netsim.Listen(server.Addr().String())
//	p.Delay(50*time.Millisecond, 10*time.Millisecond) // each way
//	p.Reset()                                         // every connection breaks, as when a router restarts
//
// Bytes keep their order, and none are lost: it simulates what TCP makes of a bad network, not its packets. Each
// connection has four goroutines, a reader and a writer each way; [Proxy.Close] ends and awaits all. It works on any
// net.Listener and dial function, so that it can stand in a testing/synctest bubble.
package netsim
