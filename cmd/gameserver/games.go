package main

import (
	"ninepin/game"
	"ninepin/game/four"
	"ninepin/game/skirmish"
)

// games returns the kinds that this server offers, the one on the home page first. Your own game is one line here.
func games() []*game.Kind {
	return []*game.Kind{
		skirmish.Kind(),
		four.Kind(),
	}
}
