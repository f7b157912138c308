package transport

import "fmt"

// msgpack decodes a packet of socket.io-msgpack-parser: a map with the keys type, data, id and nsp in any order. Other
// keys (its `options`) are checked and passed over; nil stands for absent, as Python clients write it.
func (d *decoder) msgpack(b []byte) error {
	h, err := readHead(b)
	if err != nil {
		return err
	}
	if h.kind != kindMap {
		return fmt.Errorf("%w: not a map", ErrMalformed)
	}
	f := fields{id: NoID, kind: -1}
	var s scanner
	b = b[h.body:]
	for range h.n {
		k, err := readHead(b)
		if err != nil {
			return err
		}
		if k.kind != kindStr {
			return errKey
		}
		key := b[k.body:k.size()]
		b = b[k.size():]
		n := 0
		switch string(key) {
		case "type":
			n, err = f.readType(b)
		case "nsp":
			n, err = f.readNamespace(b)
		case "id":
			n, err = f.readID(b)
		case "data":
			f.data, n, err = d.canonical(&s, b)
		default:
			n, err = s.value(b, maxDepth)
		}
		if err != nil {
			return err
		}
		b = b[n:]
	}
	if len(b) > 0 {
		return errTrailing
	}
	if f.nsp == nil {
		return fmt.Errorf("%w: no namespace", ErrMalformed)
	}
	return d.take(&f)
}

// fields are the parts of a packet as they stand in a binary encoding.
type fields struct {
	kind int64
	nsp  []byte // nil for none
	id   int64
	data []byte
}

func (d *decoder) take(f *fields) error {
	if f.kind < int64(Connect) || f.kind > int64(ConnectError) {
		return fmt.Errorf("%w: unknown packet type", ErrMalformed)
	}
	if len(f.data) > 0 && f.data[0] == 0xc0 {
		f.data = nil
	}
	d.p.Type, d.p.Namespace, d.p.ID, d.p.Data = PacketType(f.kind), d.namespace(f.nsp), f.id, f.data
	return nil
}

func (f *fields) readType(b []byte) (int, error) {
	v, n, err := readUint(b)
	f.kind = v
	return n, err
}

// readID reads an ack id; nil, and notepack's undefined, stand for none.
func (f *fields) readID(b []byte) (int, error) {
	if len(b) > 0 && b[0] == 0xc0 {
		return 1, nil
	}
	if len(b) > 2 && b[0] == 0xd4 && b[1] == 0 {
		return 3, nil
	}
	v, n, err := readUint(b)
	f.id = v
	return n, err
}

func (f *fields) readNamespace(b []byte) (int, error) {
	h, err := readHead(b)
	if err != nil {
		return 0, err
	}
	if h.kind != kindStr {
		return 0, fmt.Errorf("%w: a namespace that is not a string", ErrMalformed)
	}
	f.nsp = b[h.body:h.size()]
	return h.size(), nil
}

func readUint(b []byte) (int64, int, error) {
	h, err := readHead(b)
	if err != nil {
		return 0, 0, err
	}
	if h.kind != kindInt {
		return 0, 0, fmt.Errorf("%w: an id or type that is not an integer", ErrMalformed)
	}
	i, u, signed := readInt(b)
	if !signed {
		i = int64(u)
	}
	if i < 0 {
		return 0, 0, fmt.Errorf("%w: an id or type out of range", ErrMalformed)
	}
	return i, h.size(), nil
}

// encodeMsgpack appends a packet for socket.io-msgpack-parser. What is absent is left out: its decoder takes nil for a
// value, and throws.
func encodeMsgpack(dst []byte, p *Packet) ([]byte, error) {
	hasID := p.ID >= 0 && (p.Type == Event || p.Type == Ack)
	n := byte(2)
	if len(p.Data) > 0 {
		n++
	}
	if hasID {
		n++
	}
	dst = append(dst, 0x80|n)
	dst = append(appendStr(dst, "type"), byte(p.Type))
	if len(p.Data) > 0 {
		var err error
		if dst, err = toNotepack(appendStr(dst, "data"), p.Data); err != nil {
			return dst, err
		}
	}
	if hasID {
		dst = appendInt(appendStr(dst, "id"), p.ID)
	}
	return appendStr(appendStr(dst, "nsp"), p.Namespace), nil
}
