package bench_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/bench"
)

// A bound on deliveries stands for one on gaps: it depends on the number of rooms alone, on any machine. One room makes
// 200 in a second, the next number that is tried 5,200.
func TestTheMostRoomsWithinALimitAreFound(t *testing.T) {
	var out bytes.Buffer
	args := []string{"-most", "-floor", "-rooms", "1", "-for", "400ms", "-limit", "deliveries_per_s=1500", "-json"}
	require.NoError(t, bench.Run(t.Context(), args, strings.NewReader(""), &out, io.Discard, serve))
	var found bench.Capacity
	require.NoError(t, json.Unmarshal(out.Bytes(), &found), out.String())
	require.Equal(t, "W1", found.Scenario)
	require.Equal(t, "deliveries_per_s=1500", found.Limits)
	require.Equal(t, 1, found.Rooms)
	require.Equal(t, 1, *found.Floor)
	require.Equal(t, 1.0, *found.Ratio)
	var tried []int
	for _, try := range found.Tries {
		require.Positive(t, try.Figures.Deliveries)
		require.Equal(t, try.Rooms > 1, len(try.Missed) > 0)
		if try.Server == "server" {
			tried = append(tried, try.Rooms)
		}
	}
	require.Equal(t, []int{1, 26, 26}, tried, "a number that fails is tried twice")
}

func TestASearchPrintsItsTries(t *testing.T) {
	found := bench.Capacity{Scenario: "W1", Limits: "p99_gap_ms=75", Rooms: 50, Floor: new(25), Ratio: new(2.0), Tries: []bench.Try{
		{Server: "server", Rooms: 50}, {Server: "floor", Rooms: 50, Missed: []string{"p99_gap_ms is 80"}, LoadFull: true},
	}}
	var out bytes.Buffer
	require.NoError(t, found.Print(&out))
	require.Contains(t, out.String(), "W1: 50 rooms within p99_gap_ms=75, the floor 25: 2.00 times as many")
	require.Contains(t, out.String(), "no (load full)")
}
