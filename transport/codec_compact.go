package transport

import "fmt"

// stateMark begins a state frame to a compact connection. MessagePack never uses this byte.
const stateMark = 0xc1

// compact decodes our own encoding: one array `[type, nsp, id, data]`, whose absent items at the end may be left out.
// The namespace is 0 for "/", else a string; id and data are nil when absent.
func (d *decoder) compact(b []byte) error {
	h, err := readHead(b)
	if err != nil {
		return err
	}
	if h.kind != kindArray || h.n < 1 || h.n > 4 {
		return fmt.Errorf("%w: not an array of one to four items", ErrMalformed)
	}
	f := fields{id: NoID}
	var s scanner
	b = b[h.body:]
	for i := range h.n {
		n := 0
		switch i {
		case 0:
			n, err = f.readType(b)
		case 1:
			if len(b) > 0 && b[0] == 0 {
				n = 1
				break
			}
			n, err = f.readNamespace(b)
		case 2:
			n, err = f.readID(b)
		default:
			f.data, n, err = d.canonical(&s, b)
		}
		if err != nil {
			return err
		}
		b = b[n:]
	}
	if len(b) > 0 {
		return errTrailing
	}
	return d.take(&f)
}

// encodeCompact appends a packet in our own encoding; Data goes as it is. Type and namespace are always there: decoders
// need not know what an absent one means.
func encodeCompact(dst []byte, p *Packet) []byte {
	hasID := p.ID >= 0 && (p.Type == Event || p.Type == Ack)
	n := byte(2)
	switch {
	case len(p.Data) > 0:
		n = 4
	case hasID:
		n = 3
	}
	dst = append(dst, 0x90|n, byte(p.Type))
	if p.Namespace == "/" {
		dst = append(dst, 0)
	} else {
		dst = appendStr(dst, p.Namespace)
	}
	if n > 2 {
		if hasID {
			dst = appendInt(dst, p.ID)
		} else {
			dst = append(dst, 0xc0)
		}
	}
	return append(dst, p.Data...)
}
