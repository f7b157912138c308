package lobby_test

import (
	"log"

	"ninepin/lobby"
	"ninepin/transport"
)

// The official Admin UI is a page that can be opened anywhere, so it must be allowed to connect.
func ExampleServer_Admin() {
	srv := lobby.New(&lobby.Options{
		Transport: transport.Options{AllowedOrigins: []string{"https://admin.socket.io"}},
	})
	err := srv.Admin(lobby.AdminOptions{
		Username:     "admin",
		PasswordHash: "$2b$10$heqvAkYMez.Va6Et2uXInOnkCT6/uQj1brkrbyG3LpopDklcq7ZOS", // of "changeit"
	})
	if err != nil {
		log.Fatal(err)
	}
}
