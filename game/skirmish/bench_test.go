package skirmish_test

import (
	"math"
	"testing"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"ninepin/game"
	"ninepin/game/skirmish"
)

// BenchmarkUpdate is a tick of eight people who run in circles and fire all the time, input and frame included: judged
// by the present, with the copies that Kind.Rewind keeps but nobody asks for, and with everybody's own delay.
func BenchmarkUpdate(b *testing.B) {
	for name, lag := range map[string]func(seat int) float64{
		"present": nil,
		"kept":    func(int) float64 { return 0 },
		"rewound": func(seat int) float64 { return 1.3 + float64(seat)*1.1 },
	} {
		b.Run(name, func(b *testing.B) {
			k := skirmish.KindWith(skirmish.Rules{RoundTicks: 1 << 30, KillsToWin: 1 << 30})
			k.Bots, k.Rewind = 0, time.Second/2
			if lag == nil {
				k.Rewind, lag = 0, func(int) float64 { return 0 }
			}
			m := k.NewMatch("m", 1, nil)
			for i := range skirmish.MaxPlayers {
				if err := m.Join(&game.Player{ID: game.PlayerID(rune('a' + i))}); err != nil {
					b.Fatal(err)
				}
			}
			var turns [64][]byte
			for i := range turns {
				angle := float64(i) * math.Pi / 32
				turns[i], _ = msgpack.Marshal(skirmish.Input{DX: math.Cos(angle), DY: math.Sin(angle), Aim: angle, Fire: true})
			}
			shots, tick := 0, uint32(0)
			b.ReportAllocs()
			for b.Loop() {
				tick++
				for i := range skirmish.MaxPlayers {
					saw := 0.0
					if l := lag(i); l > 0 {
						saw = math.Max(float64(tick-1)-l, 0)
					}
					if err := m.InputAt(game.PlayerID(rune('a'+i)), tick, turns[(int(tick)+8*i)%64], saw); err != nil {
						b.Fatal(err)
					}
				}
				if err := m.Step(); err != nil {
					b.Fatal(err)
				}
				shots += len(m.State().(*skirmish.State).Shots)
			}
			b.ReportMetric(float64(shots)/float64(b.N), "shots")
		})
	}
}
