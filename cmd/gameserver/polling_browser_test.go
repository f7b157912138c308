package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/browser"
)

// Where WebSocket does not get through, the SDK plays over HTTP long polling: states come, inputs count, acks are given.
func TestSDKFallsBackToPolling(t *testing.T) {
	b := browser.Start(t)
	addr, _ := startServer(t, quiet())
	ada := b.Person(t, "ada", browser.Desktop)
	ada.Open("http://" + addr)
	browser.Eval[bool](ada, `(async () => {
		const native = WebSocket;
		window.WebSocket = class { constructor() { setTimeout(() => this.onerror(new Event("error"))); } close() {} };
		const { connect } = await import("/ninepin.js");
		const client = connect(undefined, { name: "Ada" });
		const room = window.polled = await client.quick("skirmish");
		window.WebSocket = native;
		room.inputs(() => ({ dx: 1, dy: 0, a: 0, f: false, d: false }));
		return true;
	})()`)
	require.True(t, browser.Wait[bool](ada, `polled.tick > 20 && polled.acked > 10`))
	require.True(t, browser.Wait[bool](ada, `polled.stats().bytesIn > 0 && polled.stats().rtt > 0`))
	require.Equal(t, "polling", browser.Eval[string](ada, `
		performance.getEntriesByType("resource").some((r) => r.name.includes("transport=polling")) ? "polling" : "websocket"`))
	browser.Eval[bool](ada, `polled.leave().then(() => true)`)
}
