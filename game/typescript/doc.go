// Package typescript writes the TypeScript of a kind's State, Input and events, with the doc comments of the Go source,
// so that a client is checked against the types that the server sends. An author needs one test and one line:
//
//	//go:generate go test -run TestTypeScript . -typescript.write
//
//	func TestTypeScript(t *testing.T) {
//		typescript.Check(t, "../web/mygame.gen.ts", typescript.Source{Kind: mygame.Kind(), Events: mygame.Events{}})
//	}
//
// The test fails when the file is not what the Go types give, and go generate writes it.
//
// # What becomes of Go
//
// Structs become interfaces of the same name; those without a name stand in their place. Fields have the names that
// they have on the wire, by the msgpack tag, the json tag or Go, with embedded structs flattened and what is not sent
// left out. Numbers are number, []byte is Uint8Array, maps are Record<string, T>, slices and arrays are T[], pointers
// T | null. State and views follow the sync tags: sync:"str" is a string, and pointers in maps and slices are never
// null. In an Input, pointers and fields with omitempty may be left out. A nil slice in an event arrives as null, which
// the type does not say: emit an empty one.
//
// What has another name in Go is also exported as State and Input. Events become a type for the last parameter of the
// SDK's Room: Room<State, Input, Events>.
package typescript
