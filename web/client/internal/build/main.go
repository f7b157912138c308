// Command build writes web/client/dist. Run it through go generate, in web/client.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"ninepin/web/client/internal/bundle"
)

func main() {
	if err := build("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// build replaces the files of dist; what is no longer built goes away.
func build(root string) error {
	files, err := bundle.Build(root)
	if err != nil {
		return err
	}
	dist := filepath.Join(root, "dist")
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dist, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
