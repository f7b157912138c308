// Package lobbytest tests what is built on package lobby: clients that speak the real protocol to a server in the same
// process, over an in-memory network, so that a test needs no port and runs in virtual time inside testing/synctest.
//
//	srv := lobbytest.NewServer(t, nil, myKind)
//	ada := lobbytest.NewClient(t, srv, lobbytest.JSON)
//	joined := ada.Call("room:quick", map[string]any{"game": "my-kind"})
//	state := ada.Wait("state")
//
// A [Client] is a Socket.IO client over WebSocket in one of the three codecs of package transport. What it receives is
// the same Go values in each of them, so one test can run in all three. State frames, which the compact codec gets in a
// form of their own, are shown as the event "state" too; only their acks differ, [[seat, sequence], …] instead of a map.
//
// Every call that waits fails the test after ten seconds. A client and its goroutines end with the test.
package lobbytest
