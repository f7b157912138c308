package bench_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/bench"
)

func TestFlagsHaveUsefulDefaults(t *testing.T) {
	c, err := bench.ParseFlags()
	require.NoError(t, err)
	require.Equal(t, bench.Config{Scenario: "W1", Rooms: 50, Connections: 500, For: 20 * time.Second}, c)
}

func TestFlagsSetTheScenario(t *testing.T) {
	for _, test := range []struct {
		args               []string
		scenario           string
		rooms, connections int
	}{
		{[]string{"-scenario", "W0", "-conns", "300"}, "W0", 1, 300},
		{[]string{"-scenario", "w1", "-rooms", "3"}, "W1", 3, 30},
		{[]string{"-scenario", "W2"}, "W2", 1, 1000},
		{[]string{"-scenario", "W2", "-conns", "20", "-rooms", "1"}, "W2", 1, 20},
	} {
		c, err := bench.ParseFlags(test.args...)
		require.NoError(t, err, "%v", test.args)
		require.Equal(t, test.scenario, c.Scenario)
		require.Equal(t, test.rooms, c.Rooms)
		require.Equal(t, test.connections, c.Connections)
	}
}

func TestFlagsTakeAServerElsewhere(t *testing.T) {
	for given, want := range map[string]string{
		"example.org:9000":    "http://example.org:9000",
		"http://10.0.0.7:80/": "http://10.0.0.7:80/",
		"https://example.org": "https://example.org",
		"http://[::1]:8080":   "http://[::1]:8080",
	} {
		c, err := bench.ParseFlags("-url", given)
		require.NoError(t, err)
		require.Equal(t, want, c.URL)
	}
}

func TestFlagsPinProcessors(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Linux only")
	}
	c, err := bench.ParseFlags("-cpu", "server=0,load=1-3")
	require.NoError(t, err)
	require.Equal(t, []int{0}, c.ServerCPU)
	require.Equal(t, []int{1, 2, 3}, c.LoadCPU)
	c, err = bench.ParseFlags("-cpu", "load=7")
	require.NoError(t, err)
	require.Nil(t, c.ServerCPU)
}

func TestWrongFlagsAreExplained(t *testing.T) {
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"-scenario", "W7"}, "use W0 (idle connections), W1"},
		{[]string{"-scenario", "W1", "-conns", "10"}, "give -rooms, not -conns"},
		{[]string{"-scenario", "W2", "-rooms", "2"}, "give -conns"},
		{[]string{"-scenario", "W0", "-rooms", "2"}, "give -conns"},
		{[]string{"-rooms", "-1"}, "not negative"},
		{[]string{"-for", "1h"}, "measure between 100ms and 10m0s"},
		{[]string{"-for", "1ms"}, "measure between"},
		{[]string{"now"}, `unexpected argument "now"`},
		{[]string{"-url", "ftp://example.org"}, "give it as http://host:port"},
		{[]string{"-url", "http://example.org/path"}, "give it as http://host:port"},
		{[]string{"-url", "localhost:1", "-floor"}, "leave out -url"},
		{[]string{"-url", "localhost:1", "-cpuprofile", "f"}, "leave out -url"},
		{[]string{"-url", "localhost:1", "-limit", "cpu_us_per_delivery=9"}, "is not known of a server at -url"},
		{[]string{"-limit", "cpu_ratio=1"}, "needs -floor"},
		{[]string{"-most", "-scenario", "W2"}, "-most counts rooms of W1"},
		{[]string{"-most", "-floor", "-limit", "cpu_ratio=1"}, "not -most"},
		{[]string{"-limit", "p99=1"}, "use one of deliveries_per_s,"},
		{[]string{"-limit", "p99_gap_ms"}, "name=number"},
		{[]string{"-limit", "p99_gap_ms=much"}, "name=number"},
		{[]string{"-limit", "p99_gap_ms=NaN"}, "name=number"},
		{[]string{"-cpu", "server"}, "neither a processor's number"},
		{[]string{"-cpu", "server=3-1"}, "neither a processor's number"},
		{[]string{"-cpu", "server=5000"}, "neither a processor's number"},
		{[]string{"-cpu", "client=1"}, "give server=N or load=N"},
	} {
		_, err := bench.ParseFlags(test.args...)
		require.ErrorContains(t, err, test.says, "%v", test.args)
	}
}
