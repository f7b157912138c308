package lobbytest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// Event is one that the server has emitted.
type Event struct {
	Name string
	Args []any // nil, bool, int64, float64, string, []byte, time.Time, []any and map[string]any

	id int64
}

// Bind decodes argument i into dst, as encoding/json does.
func (e Event) Bind(t testing.TB, i int, dst any) {
	t.Helper()
	require.Less(t, i, len(e.Args), "arguments of %s", e.Name)
	bind(t, e.Args[i], dst)
}

func bind(t testing.TB, v, dst any) {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, dst))
}

// Reply is the ack of a Call.
type Reply []any

// Bind decodes the first argument into dst, as encoding/json does.
func (r Reply) Bind(t testing.TB, dst any) {
	t.Helper()
	require.NotEmpty(t, r)
	bind(t, r[0], dst)
}

// Map returns the first argument, a map.
func (r Reply) Map(t testing.TB) map[string]any {
	t.Helper()
	require.NotEmpty(t, r)
	m, ok := r[0].(map[string]any)
	require.True(t, ok, "the ack is %v", r[0])
	return m
}

// Code returns the code of the error in an ack that says no; "" for one that says yes.
func (r Reply) Code(t testing.TB) string {
	t.Helper()
	m := r.Map(t)
	if m["ok"] == true {
		return ""
	}
	e, ok := m["error"].(map[string]any)
	require.True(t, ok, "the ack is %v", m)
	code, ok := e["code"].(string)
	require.True(t, ok, "the error is %v", e)
	return code
}
