// Package skirmish is a real-time arena for two to eight: run, aim, shoot, dash, three hits.
//
//go:generate go test -run TestClientArenaIsCurrent . -update
package skirmish
