package main

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/cmd/gameserver/internal/bench"
)

func TestBenchMeasuresThisServer(t *testing.T) {
	addr, _ := startServer(t, bench.Kinds()...)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"bench", "-url", addr, "-rooms", "1", "-for", "300ms", "-json"}, &out, io.Discard))
	var r bench.Report
	require.NoError(t, json.Unmarshal(out.Bytes(), &r))
	require.Equal(t, 10, r.Connections)
	require.Positive(t, r.Deliveries)
	require.Zero(t, r.Errors, r.FirstError)
}
