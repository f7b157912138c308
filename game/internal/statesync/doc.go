// Package statesync turns the state of a match into very small messages, and back.
//
// A [Plan] is compiled once from the type of a state: plain structs, maps and slices. An [Encoder] holds the shadow of
// one view, that is, what the clients of this view know. Once per tick, Diff compares the state with the shadow in one
// pass; AppendDelta then writes what changed, column by column, and AppendKeyframe the whole in the same grammar. A
// [Stream] joins the views of one room with the header and the acknowledgements into messages. A [Decoder] is the other
// side, for Go clients, tools and tests; web/client/src/sdk/statesync.ts is the one for browsers.
//
// # State types
//
// Fields are sent under the name in their msgpack tag, else in their json tag, else under their own. Embedded structs
// are flattened, nested structs are objects. Maps and slices hold structs, pointers to structs, scalars, or further
// maps and slices. The sync tag says how a field is sent:
//
//	sync:"-"                    never: for the server alone
//	sync:"q=0.1"                a float rounded to this quantum, which costs one to three bytes instead of five to nine
//	sync:"q=0.1,rate=VX"        and predicted by both sides from the field VX, in units per second; only errors are sent
//	sync:"q=0.1,rate=VX,tol=1"  errors of up to 1 quantum are left alone
//	sync:"key=ID"               the elements of this slice are the same as long as their ID is; arrives ordered by key
//	sync:"str"                  a 64-bit integer as decimal text, for values beyond 2^53
//	sync:"raw"                  any type, marshalled by msgpack whole whenever its bytes differ; slow
//
// Floats without q are exact. Integers beyond ±(2^53-1), which no JavaScript number holds, are clamped and reported by
// [Encoder.Fault], as are NaN and infinities in fields with q, nil elements of slices and duplicate keys; pointers in
// arrays may be nil. A slice without key goes by index, so removing from its middle sends everything behind it again.
//
// # Wire format
//
// All tokens are MessagePack values, simply one after the other.
//
//	frame    = prelude* message
//	prelude  = -1 n (name hash)*n         the views that follow, by position; those that were there before stay as they are
//	         | -2 hash schema             a schema, told apart by its hash; known until the connection ends
//	message  = adv acks segment*
//	adv      = ticks since the previous message, at least 1 | 0 tick: the chain begins, all views follow as keyframes
//	acks     = n (seat D(e))*n            as predicted but for n seats: a seat that moves advances by adv, others by 0;
//	                                      -1-seat instead of seat also turns moving into standing or back
//	         | n (seat seq)*n             after adv 0: all seats that have sent inputs; -1-seat: standing
//	segment  = view rows                  changes of the view at this position; a view without changes is left out
//	         | -1-view rows               the same, against an empty view: its keyframe
//	rows(struct)         = mask column*
//	rows(pointer)        = h [mask column*]               h: 1 removed, 2 added, 4 columns follow
//	rows(map, keyed)     = h [removed:bitmap] [added:bitmap key*] [mask column*]
//	rows(slice, array)   = growth mask column*            rows are appended or cut off at the end
//	mask     = one byte if there are at most 7 columns, else 6 bits per byte, bit 6: another byte follows
//	column   = [bitmap] value*            values in slot order; no bitmap for structs and pointers
//	bitmap   = -1 as the column before | -2 all rows | (0..127: the next 7 slots | -4..-32: skip 2..30 groups)* [-3 end]
//	                                      a column's ends by itself at the highest live slot, the others with -3
//	value    = D(now - before) for integers and quantised floats; before is 0 in a new row
//	         | nothing for booleans: they toggle | string | number for exact floats | bin | rows | any, for raw
//	         | D(error) for predicted columns
//	D(v)     = v + 47                     one byte for -79..80
//	schema   = [column*]; column = [name, 0 (, inv (, rate, mul))]   integer; inv: one over the quantum
//	                                      rate: the column that predicts it; mul: 256 quanta of it per unit of rate and tick
//	         | [name, 1] string | [name, 2] bool | [name, 3] float | [name, 4, kind, schema (, key)]  nested
//	         | [name, 5] raw | [name, 6] integer as text | [name, 7] bytes
//	kind     = 0 pointer | 1 map | 2 slice or array | 3 keyed slice
//
// A dot in a column's name leads into a nested struct; rows that are no structs have one column without a name. In a
// keyframe a predicted column carries 256 times the quanta, the fraction included. In every other message both sides
// first move each row that is not new: x256 += rate · mul · adv, by the new rate, also when nothing of the table or the
// view is in the message. There the rate counts up to ±2^31, adv up to 1024, and the sum ends at ±2^52.
//
// New rows take the lowest free slots, in the order of their keys, so that equal states give equal bytes.
//
// # Plain clients
//
// The same pass can also feed a merge patch (RFC 7396: https://www.rfc-editor.org/rfc/rfc7396) with the names of the
// fields, for clients without our SDK: AppendPatch and AppendFull. Lists are replaced whole there.
//
// # Goroutines and limits
//
// Plans are immutable and shared. Encoders, Streams and Decoders belong to one goroutine each; an Encoder reads the live
// state, so it runs where the state is changed. In steady state an Encoder allocates nothing. State is read through
// unsafe pointers; the build tag purego replaces that with reflect, several times slower.
package statesync
