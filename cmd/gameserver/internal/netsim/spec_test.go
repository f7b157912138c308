package netsim_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/netsim"
)

// spec is a line of testdata/specs.json, which the page's reader of ?sim= is held to as well.
type spec struct {
	Spec, Text, Error  string
	RTT, Jitter, Reset float64 // ms
	Stall, Loss        float64
	Bandwidth          int
}

func specs(t *testing.T) []spec {
	t.Helper()
	raw, err := os.ReadFile("testdata/specs.json")
	require.NoError(t, err)
	var all []spec
	require.NoError(t, json.Unmarshal(raw, &all))
	return all
}

func TestSpecsAreReadAndWritten(t *testing.T) {
	for _, s := range specs(t) {
		if s.Error != "" {
			continue
		}
		c, err := netsim.Parse(s.Spec)
		require.NoError(t, err, s.Spec)
		require.Equal(t, netsim.Conditions{
			RTT: time.Duration(s.RTT * 1e6), Jitter: time.Duration(s.Jitter * 1e6), Stall: s.Stall, Loss: s.Loss, Bandwidth: s.Bandwidth,
			Reset: time.Duration(s.Reset * 1e6),
		}, c, s.Spec)
		require.Equal(t, s.Text, c.String(), s.Spec)
	}
}

func TestBadSpecsSayWhatToWrite(t *testing.T) {
	for _, s := range specs(t) {
		if s.Error == "" {
			continue
		}
		_, err := netsim.Parse(s.Spec)
		require.EqualError(t, err, s.Error, s.Spec)
	}
}

func TestConditionsAreDescribedInWords(t *testing.T) {
	c, err := netsim.Parse("rtt=150ms,jitter=40ms,stall=2%,loss=1%,bandwidth=1mbit,reset=1s")
	require.NoError(t, err)
	require.Equal(t, "150 ms round trip, up to 40 ms jitter each way, standing still 2 % of the time, 1 % of the segments lost, 1000 kbit/s, broken every 1 s on average", c.Describe())
	require.Equal(t, "perfect", netsim.Conditions{}.Describe())
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"rtt=150ms,jitter=40ms,stall=2%,loss=1%,bandwidth=1mbit", "phone,rtt=1s", "rtt=", ",", "loss=0.001%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := netsim.Parse(s)
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		text := c.String()
		if text == "" {
			return
		}
		again, err := netsim.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, text, again.String(), "%s", strings.ToLower(s))
	})
}
