//go:build race

package client_test

// briefly shortens the simulations: the race detector makes the server's half of them several times as long.
const briefly = true
