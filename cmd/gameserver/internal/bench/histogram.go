package bench

import (
	"math/bits"
	"time"
)

const (
	histFine    = 6 // each power of two is divided into 1<<histFine buckets: an error of at most 1.6 %
	histBuckets = (40 - histFine) << histFine
)

// histogram counts durations, in microseconds, up to twelve days. It is not safe for concurrent use.
type histogram struct {
	counts [histBuckets]uint64
	n      uint64
	max    time.Duration
}

func (h *histogram) add(d time.Duration) {
	d = max(d, 0)
	h.counts[min(bucket(uint64(d.Microseconds())), histBuckets-1)]++
	h.n++
	h.max = max(h.max, d)
}

// bucket: small values have one of their own, then each power of two is divided evenly.
func bucket(us uint64) int {
	shift := max(bits.Len64(us)-histFine-1, 0)
	return shift<<histFine + int(us>>shift)
}

// upper is the largest value in a bucket.
func upper(bucket int) time.Duration {
	shift := max(bucket>>histFine-1, 0)
	return time.Duration(uint64(bucket-shift<<histFine+1)<<shift-1) * time.Microsecond
}

func (h *histogram) merge(o *histogram) {
	for i, c := range o.counts {
		h.counts[i] += c
	}
	h.n += o.n
	h.max = max(h.max, o.max)
}

// quantile returns the least duration that this share of all, from 0 to 1, does not exceed; 0 if there is none.
func (h *histogram) quantile(q float64) time.Duration {
	if h.n == 0 {
		return 0
	}
	rank, seen := uint64(q*float64(h.n-1)), uint64(0)
	for i, c := range h.counts {
		if seen += c; seen > rank {
			return min(upper(i), h.max)
		}
	}
	return h.max
}
