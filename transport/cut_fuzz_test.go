package transport_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ninepin/transport"
)

// FuzzCutArgs holds CutArgs, which trusts its bytes, to SplitArgs, which does not: what one accepts, the other cuts in the
// same places; of anything else it stays within the bytes.
func FuzzCutArgs(f *testing.F) {
	for _, h := range []string{"90", "93a56974656d0182a16b01a16cc0", "95a5696e707574ce000000078201a17801cd04d20c", "91dc0001c0", "92c4010000"} {
		f.Add(unhex(h))
	}
	for _, b := range hostile() {
		if len(b) < 1<<16 {
			f.Add(append([]byte{0x91}, b...))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := transport.CutArgs(nil, data)
		want, wantErr := transport.SplitArgs(data)
		if wantErr == nil {
			require.NoError(t, err)
			require.Equal(t, len(want), len(got))
		}
		if err != nil {
			require.ErrorIs(t, err, transport.ErrMalformed)
			return
		}
		for i := range want {
			require.Equal(t, want[i], got[i])
		}
		n := 0
		for _, a := range got {
			n += len(a)
		}
		require.LessOrEqual(t, n, len(data))
	})
}
