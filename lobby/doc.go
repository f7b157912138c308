// Package lobby is a Socket.IO server with game rooms. It wires the sockets of package transport to the matches of
// package game, and speaks Socket.IO's vocabulary. Without games it is a plain Socket.IO server for Go.
package lobby
