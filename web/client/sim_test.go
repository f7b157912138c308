package client_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/game/skirmish"
)

// Two play and one watches, beside two bots.
var company = []tab{{"Ada", "player", "roam", 0}, {"Bob", "player", "roam", 1000}, {"Eve", "spectator", "idle", 2000}}

// settled is when everybody is there and every clock knows its link, ms.
const settled = 10_000.0

// simMinutes is how long the links are simulated: NINEPIN_SIM_MINUTES, else as long as in the study, or with the race
// detector as short as the targets are still met. judged: the targets are held; in a few minutes a link may by chance be worse
// than it is on average, so a shorter wish only shows its figures.
func simMinutes(t *testing.T) (minutes float64, judged bool) {
	const study, least = 5, 1.5
	switch text := os.Getenv("NINEPIN_SIM_MINUTES"); {
	case text != "":
		minutes, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err, "NINEPIN_SIM_MINUTES")
		return minutes, minutes >= study
	case briefly:
		return least, true
	default:
		return study, true
	}
}

// target is what a link is held to, as an average of its pages.
type target struct {
	lag     float64 // ms: the study's own
	starved float64 // share of the pictures
}

// The lags are those of the study's adaptive column. For cable and wifi so much starving is a target of its own; mobile's is
// the column's. For bad it is not the column's 9.2 %, which were other arrivals, but what is measured of the study's playback
// on these: 9.5 % in five minutes, 9.8 % in the first two.
var (
	cableTarget  = target{94, 0.001}
	wifiTarget   = target{129, 0.02}
	mobileTarget = target{245, 0.039}
	badTarget    = target{325, 0.098}
)

// The real SDK plays against the real server, over the four links of the design, in virtual time. All is seeded: every run
// has the same arrivals.
func TestSmoothOnEveryLink(t *testing.T) {
	var table strings.Builder
	fmt.Fprintln(&table, heading)
	minutes, judged := simMinutes(t)
	for _, link := range []struct {
		linkModel
		target
	}{{cable, cableTarget}, {wifi, wifiTarget}, {mobile, mobileTarget}, {bad, badTarget}} {
		t.Run(link.name, func(t *testing.T) {
			var all []figures
			simulate(t, stage{link: link.linkModel}, func(t *testing.T, w *world) {
				w.begin()
				w.run(minutes * 60_000)
				for i := range w.pages {
					all = append(all, w.measure(i, settled, w.now))
				}
				require.Equal(t, []string{"status", "seat", "status", "seat", "status", "seat"}, w.said(), "no errors, nobody left")
			})
			for i, f := range all {
				fmt.Fprintln(&table, f.row(link.name, company[i].Name))
			}
			sum := average(all)
			fmt.Fprintf(&table, "%-33s | all  | %5.1f (%5.1f)     | %5.3f (%5.3f), of at most %.0f ms, %.1f %%\n", link.name, sum.lag, sum.studyLag,
				100*sum.starved, 100*sum.studyStarved, link.lag, 100*link.starved)
			if judged {
				require.LessOrEqual(t, sum.lag, link.lag, "lag of the others, ms")
				require.LessOrEqual(t, sum.starved, link.starved, "share of the pictures beyond the newest state")
			}
			for i, f := range all {
				f.hold(t, company[i].Name)
			}
		})
	}
	t.Log("\n" + table.String())
}

// hold holds what is the same on every link.
func (f figures) hold(t *testing.T, name string) {
	require.Zero(t, f.backward, "%s: others ran backwards", name)
	require.LessOrEqual(t, percentile(f.leaps, 1), farLeap, "%s: others moved by themselves, units", name)
	require.Zero(t, f.unlike, "%s: states that are not the server's", name)
	if f.errors == nil {
		return
	}
	f.keepsStep(t, name)
	require.LessOrEqual(t, percentile(f.ownLeaps, 1), 6.0, "%s: the own player moved by itself, units", name)
	require.Zero(t, f.lost, "%s: inputs that were predicted and never sent", name)
	require.Zero(t, f.shots.denied, "%s: shots that were predicted, and did not come to be", name)
	require.Less(t, percentile(f.shots.waits, 1), 2*pace, "%s: from an input to its shot on the screen, ms", name)
}

// farLeap is how far another may be drawn in one picture beyond its own way, units: after a stall it hurries, half as fast
// again as a dash, which is little more than its radius. By its page's clock, which runs fast: hence the quantum.
const farLeap = 1.5*skirmish.DashSpeed*pace/1000 + quantum

// pace is the time between two pictures, ms.
const pace = 1000.0 / 60

// heading are the columns of figures.row. others: of them as they are drawn; own: of the own player.
const heading = "                                  |      | others: lag, p95 |              |      | leap p99.9, | own: | corrections | input ms |" +
	" queue     | shots, late, | take-over | hits seen, |\n" +
	"link                              | page | (study) ms       | starved %    | back | max         | leap | /min, max   | mean p95 |" +
	" mean, max | denied       | max       | granted    |"

func (f figures) row(link, page string) string {
	row := fmt.Sprintf("%-33s | %-4s | %3.0f %3.0f (%3.0f)    | %5.2f (%4.2f) | %4d | %4.1f %4.1f   |", link, page,
		mean(f.lag), percentile(f.lag, 0.95), f.studyLag, 100*f.starved, 100*f.studyStarved, f.backward,
		percentile(f.leaps, 0.999), percentile(f.leaps, 1))
	if f.errors == nil {
		return row
	}
	s := f.shots
	return row + fmt.Sprintf(" %4.1f | %.1f, %4.2f   | %3.0f  %3.0f | %4.1f %4.0f | %3d %3d %4d | %9.1f | %5d %4d |",
		percentile(f.ownLeaps, 1), float64(f.corrections)/f.minutes, percentile(f.errors, 1),
		mean(f.latency), percentile(f.latency, 0.95), mean(f.queue), percentile(f.queue, 1),
		s.shown, s.late, s.denied, percentile(s.jumps, 1), s.hits, s.granted)
}

// average is what the targets are set for.
func average(all []figures) (sum struct{ lag, starved, studyLag, studyStarved float64 }) {
	n := float64(len(all))
	for _, f := range all {
		sum.lag += mean(f.lag) / n
		sum.starved += f.starved / n
		sum.studyLag += f.studyLag / n
		sum.studyStarved += f.studyStarved / n
	}
	return sum
}

// Prediction and match side by side, through the real codec, over links as they come: where the page had its player after an
// input is where the match had it, but for the rounding of the state.
func TestPredictionKeepsStepWithTheMatch(t *testing.T) {
	random := mulberry(5)
	between := func(least, most float64) float64 { return least + (most-least)*random() }
	largest, inputs, links := 0.0, 0, 6
	if briefly {
		links = 3
	}
	for range links {
		link := linkModel{delay: between(10, 150), jitter: between(0, 40)}
		link.spikes, link.spike = between(0, 0.03), between(50, 300)
		link.loss = between(0, 0.04)
		simulate(t, stage{link: link}, func(t *testing.T, w *world) {
			w.begin()
			w.run(35_000)
			for i := range 2 {
				f := w.measure(i, settled, w.now)
				f.keepsStep(t, fmt.Sprintf("%s on %+v", company[i].Name, link))
				largest, inputs = max(largest, percentile(f.errors, 1)), inputs+len(f.errors)
			}
		})
	}
	t.Logf("the largest error of %d predictions: %.3f units", inputs, largest)
	require.Greater(t, inputs, 500*links)
}

// keepsStep holds that predictions came true.
func (f figures) keepsStep(t *testing.T, name string) {
	require.Zero(t, f.unlike, "%s: states that are not the server's", name)
	require.Zero(t, f.missteps, "%s: dashes and shots that came otherwise than predicted", name)
	require.Zero(t, f.corrections, "%s: predictions were wrong by more than two quanta", name)
	require.LessOrEqual(t, percentile(f.errors, 1), quantum, "%s: the largest error of a prediction, units", name)
}

// 150 ms round trip: a key is answered on the screen at once all the same.
func TestKeyMovesTheOwnPlayerWithinTwoPictures(t *testing.T) {
	tabs := []tab{{"Ada", "player", "taps", 0}, {"Bob", "player", "drums", 1000}}
	simulate(t, stage{link: linkModel{delay: 70, jitter: 5}, tabs: tabs}, func(t *testing.T, w *world) {
		w.begin()
		w.run(180_000)
		calm, hasty := w.pages[0].answers(settled), w.pages[1].answers(settled)
		t.Logf("pictures from a key to the own player's way: now and then %.2f, at most %.0f of %d; hasty %.2f, at most %.0f of %d",
			mean(calm), percentile(calm, 1), len(calm), mean(hasty), percentile(hasty, 1), len(hasty))
		require.Greater(t, len(calm), 30)
		require.Greater(t, len(hasty), 100)
		require.LessOrEqual(t, percentile(calm, 1), 2.0)
		require.LessOrEqual(t, percentile(hasty, 1), 4.0, "a key soon after another waits: one input a tick is all there is")
	})
}

// What the shooter sees to hit is hit, far more often than by the world as it is when the shot gets there.
func TestShotsHitWhatTheirOwnerSaw(t *testing.T) {
	var shooters []tab
	for i, name := range []string{"Ada", "Bob", "Cyd", "Dan", "Eve", "Fay"} {
		shooters = append(shooters, tab{name, "player", "roam", 500 * float64(i)})
	}
	lasts := 80_000.0
	if briefly {
		lasts = 65_000
	}
	share := func(rewind time.Duration) float64 {
		kind := skirmish.Kind()
		kind.Rewind = rewind
		seen, granted := 0, 0
		simulate(t, stage{link: wifi, tabs: shooters, kind: kind}, func(t *testing.T, w *world) {
			w.begin()
			w.run(lasts)
			for i := range w.pages {
				f := w.measureShots(i, settled, w.now)
				seen, granted = seen+f.hits, granted+f.granted
			}
		})
		t.Logf("looking back by up to %v: of %d hits on the shooter's screen %d count", rewind, seen, granted)
		require.Greater(t, seen, 30)
		return float64(granted) / float64(seen)
	}
	with, without := share(skirmish.MaxLag), share(0)
	require.GreaterOrEqual(t, with, 0.85)
	require.LessOrEqual(t, without, 0.7, "the test sees the difference")
}

func TestHiddenTabComesBackWithoutAJump(t *testing.T) {
	simulate(t, stage{link: cable}, func(t *testing.T, w *world) {
		w.begin()
		w.run(20_000)
		w.show(0, false)
		w.run(30_000)
		w.show(0, true)
		w.run(40_000)
		w.holdResumed(t, 30_000)
	})
}

// On a phone that sleeps nothing happens at all; what has come meanwhile is there all at once when it wakes up.
func TestSleepingPhoneComesBackWithoutAJump(t *testing.T) {
	simulate(t, stage{link: cable}, func(t *testing.T, w *world) {
		w.begin()
		w.run(20_000)
		w.wake(0, false)
		w.run(30_000)
		w.wake(0, true)
		w.run(50_000)
		w.holdResumed(t, w.pages[0].after(30_000, 0))
	})
}

func TestReconnectComesBackWithoutAJump(t *testing.T) {
	simulate(t, stage{link: cable}, func(t *testing.T, w *world) {
		w.begin()
		w.run(20_000)
		newest := w.pages[0].pictures[len(w.pages[0].pictures)-1].newest
		w.cut(0)
		w.stall(0, 23_000)
		w.run(40_000)
		require.Equal(t, 2, w.count("status", "connected"), "Ada's connection came back")
		w.holdResumed(t, w.pages[0].after(20_000, newest+20))
	})
}

func TestStallOfTwoSecondsIsMadeUpFor(t *testing.T) {
	simulate(t, stage{link: cable}, func(t *testing.T, w *world) {
		w.begin()
		w.run(20_000)
		w.stall(0, 22_000)
		w.run(60_000)
		during := w.measure(0, 20_000, 34_000)
		t.Logf("meanwhile: the largest error of %d predictions %.2f, at most %.0f inputs waiting", len(during.errors),
			percentile(during.errors, 1), percentile(during.queue, 1))
		require.NotEmpty(t, during.errors)
		during.keepsStep(t, "Ada")
		w.holdResumed(t, 34_000)
	})
}

// A phone on the move: the link breaks off for 0.1 to 2 s, every few seconds. Inputs come late, all at once; not one of them
// is lost or taken otherwise than predicted.
func TestPausesOfAPhoneCorrectNothing(t *testing.T) {
	simulate(t, stage{link: mobile}, func(t *testing.T, w *world) {
		w.begin()
		random, pauses, paused := mulberry(21), 0, 0.0
		for w.now < 90_000 {
			page, lasts := int(2*random()), 100+1900*random()
			w.stall(page, w.now+lasts)
			pauses, paused = pauses+1, paused+lasts
			w.run(w.now + lasts + 2000*random())
		}
		for i := range 2 {
			f := w.measure(i, settled, w.now)
			t.Logf("%s, with half of %d pauses of %.0f ms: lag %.0f, starved %.1f %%, %d corrections, the largest error of %d predictions %.2f, "+
				"at most %.0f inputs waiting", company[i].Name, pauses, paused/float64(pauses), mean(f.lag), 100*f.starved,
				f.corrections, len(f.errors), percentile(f.errors, 1), percentile(f.queue, 1))
			require.Greater(t, len(f.errors), 300)
			require.GreaterOrEqual(t, percentile(f.queue, 1), 25.0, "pauses are long enough for many inputs to wait")
			f.keepsStep(t, company[i].Name)
			require.Zero(t, f.lost, "inputs that were predicted and never sent")
			require.Zero(t, f.backward, "others ran backwards")
			require.LessOrEqual(t, percentile(f.leaps, 1), farLeap, "others moved by themselves, units")
			require.LessOrEqual(t, percentile(f.ownLeaps, 1), 6.0, "the own player moved by itself, units")
		}
	})
}

// Whatever happens to two pages, one thing after the other, with a moment of calm in between.
func TestPagesSurviveWhateverHappens(t *testing.T) {
	simulate(t, stage{link: mobile}, func(t *testing.T, w *world) {
		w.begin()
		random := mulberry(9)
		for w.now < 120_000 {
			page, lasts := int(2*random()), 300+6000*random()
			until := w.now + lasts
			switch int(4 * random()) {
			case 0:
				w.cut(page)
				w.stall(page, w.now+lasts/2)
				w.run(until)
			case 1:
				w.stall(page, until)
			case 2:
				w.show(page, false)
				w.run(until)
				w.show(page, true)
			case 3:
				w.wake(page, false)
				w.run(until)
				w.wake(page, true)
			}
			w.run(until + 4000*random())
		}
		calm := w.now + 20_000
		w.run(calm + 20_000)
		for i := range w.pages {
			all := w.measure(i, settled, w.now)
			require.Zero(t, all.unlike, "states that are not the server's")
			require.Zero(t, all.backward, "others ran backwards")
			w.measure(i, calm, w.now).hold(t, company[i].Name)
		}
		require.NotContains(t, w.said(), "error")
		require.NotContains(t, w.said(), "left")
	})
}

// holdResumed holds that Ada's page runs as ever from a time on.
func (w *world) holdResumed(t *testing.T, from float64) {
	f := w.measure(0, from, w.now)
	first, before := f.lag[0], w.measure(0, settled, 20_000)
	t.Logf("lag %.0f at first, %.0f later, %.0f before; starved %.2f %%; leaps of others %.1f, own %.1f; corrections %d", first,
		mean(f.lag), mean(before.lag), 100*f.starved, percentile(f.leaps, 1), percentile(f.ownLeaps, 1), f.corrections)
	require.InDelta(t, mean(before.lag), first, 50, "the first picture shows the moment that it should, ms")
	require.LessOrEqual(t, f.starved, 0.01)
	require.LessOrEqual(t, percentile(f.queue, 1), 3.0, "inputs that wait")
	require.Zero(t, f.backward)
	require.LessOrEqual(t, percentile(f.leaps, 1), farLeap, "others moved by themselves, units")
	require.LessOrEqual(t, percentile(f.ownLeaps, 1), 10.0, "the own player moved by itself, units")
}
