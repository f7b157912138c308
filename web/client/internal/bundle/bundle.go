// Package bundle builds web/client/dist from web/client/src, with esbuild as a library. The same sources give the same
// bytes on every machine.
package bundle

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// Static are the files that go into dist as they are, by their path below src.
var Static = []string{"page/index.html", "page/icon.svg", "sdk/ninepin.d.ts"}

// Build returns the files of dist, by name. root is the folder web/client.
func Build(root string) (map[string][]byte, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range Static {
		content, err := os.ReadFile(filepath.Join(root, "src", filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		files[filepath.Base(name)] = content
	}
	sdk, err := sdkOptions(root)
	if err != nil {
		return nil, err
	}
	app := options(root, "src/page/main.ts", "app.js")
	app.Plugins = []api.Plugin{sdkBeside}
	style := options(root, "src/page/style.css", "style.css")
	for _, o := range []api.BuildOptions{sdk, app, style} {
		if err := run(o, files); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// sdkOptions are those that shorten the SDK. It is put together before, since esbuild gives names that are used equally often
// to the one or the other, as it happens, where they come from several files.
func sdkOptions(root string) (api.BuildOptions, error) {
	whole := options(root, "src/sdk/index.ts", "ninepin.js")
	whole.MinifyWhitespace, whole.MinifyIdentifiers = false, false
	files := map[string][]byte{}
	err := run(whole, files)
	o := options(root, "", "ninepin.js")
	o.EntryPoints, o.Plugins = nil, nil
	o.Stdin = &api.StdinOptions{Contents: string(files["ninepin.js"]), Sourcefile: "ninepin.js"}
	o.MangleProps = mangled()
	o.MangleQuoted = api.MangleQuotedTrue // socket.io-client calls some of its own members by name: io["_destroy"]
	return o, err
}

// Tests bundles the test files below src for Node and returns them by name.
func Tests(root string) (map[string][]byte, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	var entries []string
	for _, pattern := range []string{"src/*/*.test.ts", "src/*/*/*.test.ts"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		entries = append(entries, found...)
	}
	return scripts(root, entries)
}

// Script bundles one file below root for Node.
func Script(root, name string) ([]byte, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	files, err := scripts(root, []string{filepath.Join(root, filepath.FromSlash(name))})
	for _, content := range files {
		return content, err
	}
	return nil, err
}

// scripts bundles files for Node, readable.
func scripts(root string, entries []string) (map[string][]byte, error) {
	o := options(root, "", "")
	o.EntryPoints, o.Outfile, o.Outdir = entries, "", filepath.Join(root, "dist")
	o.Outbase = filepath.Join(root, "src")
	o.OutExtension = map[string]string{".js": ".mjs"}
	o.Platform = api.PlatformNode
	o.MinifyWhitespace, o.MinifyIdentifiers, o.MinifySyntax = false, false, false
	o.Alias = map[string]string{"ninepin": filepath.Join(root, "src/sdk/index.ts")}
	files := map[string][]byte{}
	return files, run(o, files)
}

// options are those that all bundles share. Nothing is written, and no path of this machine gets into the result.
func options(root, entry, name string) api.BuildOptions {
	return api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{entry},
		Outfile:           filepath.Join(root, "dist", name),
		Bundle:            true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsEndOfFile,
		Plugins:           []api.Plugin{vendored(root)},
		// The page is built from what is here alone, whatever a tsconfig.json above says.
		TsconfigRaw: `{"compilerOptions":{"strict":true,"verbatimModuleSyntax":true,"useDefineForClassFields":false}}`,
		LogLevel:    api.LogLevelSilent,
	}
}

// sdkBeside lets the page use the SDK that lies beside it, the very file that others use, instead of a copy in app.js.
var sdkBeside = api.Plugin{Name: "sdk-beside", Setup: func(b api.PluginBuild) {
	b.OnResolve(api.OnResolveOptions{Filter: `^ninepin$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: "./ninepin.js", External: true}, nil
	})
}}

func run(o api.BuildOptions, files map[string][]byte) error {
	result := api.Build(o)
	var errs []error
	for _, m := range append(result.Errors, result.Warnings...) {
		where := ""
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d:%d: ", m.Location.File, m.Location.Line, m.Location.Column)
		}
		errs = append(errs, errors.New(where+m.Text))
	}
	for _, f := range result.OutputFiles {
		name := filepath.Base(f.Path)
		if o.Outdir != "" {
			if rel, err := filepath.Rel(o.Outdir, f.Path); err == nil {
				name = filepath.ToSlash(rel)
			}
		}
		files[name] = f.Contents
	}
	return errors.Join(errs...)
}
