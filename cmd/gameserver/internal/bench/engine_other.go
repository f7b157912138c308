//go:build !linux

package bench

// newEngine returns the engine of a shard.
func newEngine(s *shard) (engine, error) { return newReaders(s) }
