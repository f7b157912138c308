package game_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/game"
)

// seated returns a match of kind probe with the player "a".
func seated(t *testing.T) (*game.Match, *tape) {
	out := new(tape)
	m := probeKind(nil).NewMatch("m", 1, out)
	join(t, m, "a")
	return m, out
}

func ack(t *testing.T, out *tape) int {
	t.Helper()
	acks := out.last().Acks
	require.Len(t, acks, 1)
	return int(acks[0])
}

func TestInputIsTakenOnePerTickInOrder(t *testing.T) {
	m, out := seated(t)
	for i, n := range []int{1, 10, 100} {
		send(t, m, "a", uint32(i+1), n)
	}
	for i, want := range []int{1, 11, 111} {
		step(t, m, 1)
		require.Equal(t, want, got(m)["a"])
		require.Equal(t, i+1, ack(t, out))
	}
}

func TestPlayerWithoutInputIsHeld(t *testing.T) {
	m, out := seated(t)
	send(t, m, "a", 1, 5)
	step(t, m, 10)
	require.Equal(t, 5, got(m)["a"], "the last input is not repeated")
	require.Equal(t, 1, ack(t, out))
}

func TestInputsComeInSeatOrder(t *testing.T) {
	m, _ := seated(t)
	join(t, m, "b")
	join(t, m, "c")
	for _, id := range []game.PlayerID{"c", "a", "b"} {
		send(t, m, id, 1, 1)
	}
	step(t, m, 1)
	require.Equal(t, []string{"a", "b", "c"}, m.State().(*probeState).Order)
}

func TestInputSequenceMustRise(t *testing.T) {
	m, _ := seated(t)
	raw := encodeInput(t, probeInput{N: 1})
	require.ErrorIs(t, m.Input("a", 0, raw), game.ErrOldInput)
	require.NoError(t, m.Input("a", 5, raw))
	require.ErrorIs(t, m.Input("a", 5, raw), game.ErrOldInput)
	require.ErrorIs(t, m.Input("a", 4, raw), game.ErrOldInput)
	step(t, m, 3)
	require.ErrorIs(t, m.Input("a", 5, raw), game.ErrOldInput)
	require.Equal(t, 1, got(m)["a"])
	require.Equal(t, uint64(4), m.Stats().InputsOld)
}

func TestBadInputCostsOnlyItself(t *testing.T) {
	m, _ := seated(t)
	require.ErrorIs(t, m.Input("a", 1, []byte{0xc1}), game.ErrBadInput)
	send(t, m, "a", 2, 3)
	step(t, m, 1)
	require.Equal(t, 3, got(m)["a"])
	require.Equal(t, uint64(1), m.Stats().InputsBad)
}

func TestInputNeedsASeat(t *testing.T) {
	m, _ := seated(t)
	require.ErrorIs(t, m.Input("stranger", 1, encodeInput(t, probeInput{})), game.ErrNoSeat)
	m.Leave("a")
	require.ErrorIs(t, m.Input("a", 1, encodeInput(t, probeInput{})), game.ErrNoSeat)
}

func TestFullQueueDropsTheOldestInput(t *testing.T) {
	m, out := seated(t)
	for i := range uint32(40) {
		send(t, m, "a", i+1, int(i+1))
	}
	require.Equal(t, uint64(8), m.Stats().InputsDropped)
	step(t, m, 1)
	require.Equal(t, 9, got(m)["a"])
	require.Equal(t, 9, ack(t, out))
}

func TestOneFloodDoesNotDropAnothersInput(t *testing.T) {
	m, _ := seated(t)
	join(t, m, "b")
	send(t, m, "b", 1, 1)
	for i := range uint32(1000) {
		send(t, m, "a", i+1, 1)
	}
	step(t, m, 1)
	require.Equal(t, 1, got(m)["b"])
}

// A clump of two inputs behind a tick without any keeps one waiting from then on. After a second of that one tick gives
// the game both: nothing that a client has predicted is lost, and the acknowledgement covers both.
func TestQueueThatStaysLongForASecondCatchesUp(t *testing.T) {
	m, out := seated(t)
	step(t, m, 1)
	send(t, m, "a", 1, 1)
	for tick := 1; tick <= 25; tick++ {
		send(t, m, "a", uint32(tick+1), 1<<tick)
		step(t, m, 1)
		played := tick
		if tick >= 20 {
			played++
		}
		require.Equal(t, played, ack(t, out))
		require.Equal(t, 1<<played-1, got(m)["a"])
	}
	require.Equal(t, uint64(1), m.Stats().InputsCaughtUp)
	require.Zero(t, m.Stats().InputsSuperseded)
	require.Equal(t, 1<<26-1, got(m)["a"], "every one of them")
}

// A long clump is played off one every few ticks, the more often the longer it is, as long as it keeps at least two
// waiting.
func TestLongClumpIsPlayedOffStepByStep(t *testing.T) {
	m, out := seated(t)
	step(t, m, 10)
	for seq := range uint32(10) {
		send(t, m, "a", seq+1, 1)
	}
	var double []int
	for tick := 1; tick <= 80; tick++ {
		send(t, m, "a", uint32(tick+10), 1)
		before := got(m)["a"]
		step(t, m, 1)
		if got(m)["a"] == before+2 {
			double = append(double, tick)
		}
	}
	require.Equal(t, []int{20, 23, 26, 29, 32, 36, 40, 44, 48, 53}, double)
	require.Equal(t, 90, ack(t, out), "nothing waits any more")
	require.Equal(t, 90, got(m)["a"])
}

// Who sends more inputs than there are ticks is owed nothing, plays one a tick, and loses the oldest.
func TestInputsBeyondTheTicksAreSuperseded(t *testing.T) {
	m, _ := seated(t)
	seq := uint32(0)
	for tick := 1; tick <= 100; tick++ {
		for range 1 + tick%2 {
			seq++
			send(t, m, "a", seq, 1)
		}
		step(t, m, 1)
		require.LessOrEqual(t, got(m)["a"], tick)
	}
	require.Zero(t, m.Stats().InputsCaughtUp)
	require.Positive(t, m.Stats().InputsSuperseded)
}

func TestShortClumpIsNotDrained(t *testing.T) {
	m, _ := seated(t)
	seq := uint32(0)
	for range 10 {
		for range 15 { // queued at once, played out one by one
			seq++
			send(t, m, "a", seq, 1)
		}
		step(t, m, 16)
	}
	require.Zero(t, m.Stats().InputsSuperseded)
	require.Equal(t, 150, got(m)["a"])
}

func TestReturnBeginsANewSequence(t *testing.T) {
	m, out := seated(t)
	for i := range uint32(3) {
		send(t, m, "a", 100+i, 1)
	}
	step(t, m, 1)
	m.Away("a", true)
	m.Away("a", false)
	step(t, m, 1)
	require.Equal(t, 1, got(m)["a"], "what waited is forgotten")
	require.Empty(t, out.last().Acks)
	send(t, m, "a", 1, 5)
	step(t, m, 1)
	require.Equal(t, 6, got(m)["a"])
	require.Equal(t, 1, ack(t, out))
}

func TestSeatIsHeldInputsIncludedWhileAway(t *testing.T) {
	m, _ := seated(t)
	send(t, m, "a", 1, 1)
	send(t, m, "a", 2, 1)
	m.Away("a", true)
	step(t, m, 2)
	require.Equal(t, 2, got(m)["a"])
}
