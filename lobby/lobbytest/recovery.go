package lobbytest

// PID returns the secret that a server with Recovery has given the client, "" if it has none: in the next client's Auth,
// beside the offset of the last event, it recovers the connection.
func (c *Client) PID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pid
}
